import json

import pytest

from condor_elastic.delivery.journal import Journal
from condor_elastic.delivery.wrong import Undelivered

ABOUT = {"disk": "abc", "where": "us-east-1"}


def test_it_goes_on_with_what_is_noted(tmp_path):
    first = Journal.open(tmp_path / "state", ABOUT)
    first.note(snapshot="snap-1")
    first.sent(7, "sum7")
    second = Journal.open(tmp_path / "state", ABOUT)
    assert (second.token, second.facts, second.blocks) == (first.token, {"snapshot": "snap-1"}, {7: "sum7"})
    second.forget()
    assert not list(tmp_path.iterdir())


def test_another_disk_or_place_begins_anew(tmp_path):
    first = Journal.open(tmp_path / "state", ABOUT)
    first.note(snapshot="snap-1")
    second = Journal.open(tmp_path / "state", {**ABOUT, "disk": "other"})
    assert (second.facts, second.blocks) == ({}, {})
    assert second.token != first.token


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_line_that_a_crash_has_cut_short_does_not_count(tmp_path, cut):
    path = tmp_path / "state"
    first = Journal.open(path, ABOUT)
    first.sent(1, "sum1")
    first.sent(2, "sum2")
    path.write_text(path.read_text()[:-cut])
    second = Journal.open(path, ABOUT)
    assert second.blocks in ({1: "sum1"}, {1: "sum1", 2: "sum2"})
    second.sent(3, "sum3")
    third = Journal.open(path, ABOUT)
    assert third.blocks == {**second.blocks, 3: "sum3"}
    assert third.token == first.token


@pytest.mark.parametrize("text", ["", "nonsense", "[]\n", json.dumps({"about": ABOUT}) + "\n", "\0\0"])
def test_what_is_no_journal_begins_anew(tmp_path, text):
    (tmp_path / "state").write_text(text)
    journal = Journal.open(tmp_path / "state", ABOUT)
    assert journal.token
    assert Journal.open(tmp_path / "state", ABOUT).token == journal.token


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(Undelivered, match="state, which keeps how far a delivery is, cannot be used"):
        Journal.open(tmp_path / "nowhere" / "state", ABOUT)
