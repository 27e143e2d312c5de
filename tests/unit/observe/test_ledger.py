"""What has ended is read once, whatever the history forgets and wherever the cycle stops."""

import json

import pytest

from condor_elastic.model import COMPLETED, HELD, IDLE, REMOVED, RUNNING, Spell
from condor_elastic.observe.billed import billed, price
from condor_elastic.observe.ledger import LONGEST, ledger

NOW = 1_700_000_000  # the 14th of November 2023, 22:13:20 UTC
DAY = 1_699_920_000
MONTH = DAY - 13 * 86400


def job(number, start=NOW - 500, ran=300.0, **more):
    mine = {"ElasticVM": f"try-{number}", "ElasticFleet": "try", "ElasticPrice": 36.0}
    return {"ClusterId": number, "ProcId": 0, "JobStatus": COMPLETED, "JobStartDate": start,
            "RemoteWallClockTime": ran, "EnteredCurrentStatus": NOW, **mine, **more}  # fmt: skip


class Schedd:
    """A history, the oldest first, which answers as condor_history does."""

    def __init__(self, *ads):
        self.ads, self.asked = list(ads), []

    def history(self, constraint, attrs, most, since):
        self.asked.append((constraint, since))
        found = []
        for ad in reversed(self.ads):
            if since and f"ClusterId == {ad['ClusterId']} && " in since:
                break
            if constraint == "ProcId >= 0" or "ElasticVM" in ad:
                found.append(ad)
        return found if most < 0 else found[:most]


@pytest.fixture
def look(tmp_path):
    def look(schedd, now=NOW, keep=True):
        return ledger(schedd.history, "p", str(tmp_path / "spent"), now, keep=keep)

    return look


def test_each_record_is_read_once(look):
    schedd = Schedd(job(1), {"ClusterId": 2, "ProcId": 0})
    seen = look(schedd)
    assert (seen.day, seen.month) == (DAY, MONTH)
    assert seen.ended == (Spell("try-1", "try", 36.0, NOW - 500, NOW - 200),)
    assert schedd.asked[-1][1] == f"EnteredCurrentStatus < {MONTH - LONGEST}"
    schedd.asked.clear()
    assert look(schedd) == seen
    assert len(schedd.asked) == 1  # the newest record is the one of the last look
    schedd.ads.append(job(3))
    assert [spell.vm for spell in look(schedd).ended] == ["try-1", "try-3"]
    assert schedd.asked[-1][1] == "ClusterId == 2 && ProcId == 0"


def test_what_the_history_has_forgotten_still_counts_and_nothing_twice(look):
    look(Schedd(job(1), job(2)))
    rotated = Schedd(job(2), job(3))
    look(rotated)
    assert sorted(spell.vm for spell in look(Schedd(job(3), job(4))).ended) == ["try-1", "try-2", "try-3", "try-4"]


def test_a_lost_or_broken_file_is_made_again(look, tmp_path):
    schedd = Schedd(job(1), job(2))
    seen = look(schedd)
    broken = '{"version": 1, "pool": "p", "mark": "x", "ended": [[1]]}'
    for text in ("", "[]", broken, '{"version": 1, "pool": "other"}'):
        (tmp_path / "spent").write_text(text)
        assert set(look(schedd).ended) == set(seen.ended)
    assert len(json.loads((tmp_path / "spent").read_text())["ended"]) == 2


def test_whoever_only_looks_keeps_nothing(look, tmp_path):
    assert len(look(Schedd(job(1)), keep=False).ended) == 1
    assert not (tmp_path / "spent").exists()


def test_a_new_month_begins_at_nothing(look):
    schedd = Schedd(job(1))
    look(schedd)
    assert look(schedd, now=NOW + 20 * 86400).ended == ()


def test_a_directory_that_is_missing_costs_time_only(tmp_path):
    assert len(ledger(Schedd(job(1)).history, "p", str(tmp_path / "none" / "spent"), NOW, keep=True).ended) == 1


def test_who_never_ran_cost_nothing(look):
    assert look(Schedd(job(1, start=None), job(2, start=0))).ended == ()


@pytest.mark.parametrize(
    ("status", "more", "when"),
    [
        (RUNNING, {"JobCurrentStartDate": 100}, (100, None)),
        # held for a while, and released: what ran before counts, the pause does not
        (RUNNING, {"JobCurrentStartDate": 900, "RemoteWallClockTime": 50.0}, (850, None)),
        (HELD, {"RemoteWallClockTime": 50.0, "EnteredCurrentStatus": 150}, (100, 150)),
        (REMOVED, {"JobCurrentStartDate": 100, "RemoteWallClockTime": 9.0}, (100, None)),
        (COMPLETED, {"EnteredCurrentStatus": 170}, (100, 170)),
    ],
)
def test_when_a_vm_job_was_billed(status, more, when):
    assert billed({"JobStatus": status, "JobStartDate": 100, **more}) == when
    assert billed({"JobStatus": IDLE, **more}) == (None, None)


def test_a_price_is_a_number():
    assert [price({"ElasticPrice": value}) for value in (0.5, 2, "dear", None, True, -1)] == [0.5, 2.0, *[None] * 4]
