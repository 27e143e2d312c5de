from dataclasses import replace
from typing import get_args

import pytest
from build import NOW, busy, fleet, idle, pool, queue, queue_seen, retiring, seen, settings
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic import publish
from condor_elastic.byhand.find import Found
from condor_elastic.cli.show import Table, lasting, plain
from condor_elastic.cli.tables import tables, told
from condor_elastic.decide import plan
from condor_elastic.history import ended, why
from condor_elastic.knobs.near import near
from condor_elastic.model import COMPLETED, REMOVED, Phase, Unknown
from condor_elastic.status import only, status

words = st.text("abZ9-", min_size=1, max_size=12)


@given(st.lists(st.tuples(words, words, words)))
def test_columns_are_aligned_and_lines_end_without_blanks(lines):
    text = plain(Table(("NAME", ">COUNT", "WHY"), lines)).splitlines()
    assert len(text) == len(lines) + 1
    end, start = text[0].index("COUNT") + len("COUNT"), text[0].index("WHY")
    for (name, count, why_), line in zip(lines, text[1:]):
        assert line == line.rstrip()
        assert line.startswith(name)
        assert line[:end].endswith(count)
        assert line[start:] == why_


@pytest.fixture
def published():
    """What a cycle publishes is what status reads."""
    knobs = settings(fleet(price=2.0), queues=(queue(),))
    gone = retiring("c")
    workers = pool(idle("a"), busy("b"), replace(gone, vm=replace(gone.vm, retire_asked=NOW - 5)))
    look = seen(queues={"BNL": queue_seen(4, 2)})
    plans = plan(knobs, look, workers)
    return publish.ads(knobs, look, workers, plans), publish.summary(knobs, look, workers, plans, [])


def test_status_shows_what_a_cycle_has_published(published):
    ads, summary = published
    schedd = {"Elastic" + name: value for name, value in summary.items() if value is not None}
    made = status(ads, schedd, "test", NOW + 60)
    assert (made["pool"]["age"], made["pool"]["vms"], made["pool"]["retiring"]) == (60, 3, 1)
    assert made["pool"]["verdict"] == summary["Verdict"]
    assert [(row["name"], row["activated"]) for row in made["queues"]] == [("BNL", 4)]
    assert [(row["name"], row["vms"], row["busy"]) for row in made["fleets"]] == [("cloud", 3, 1)]
    assert [(row["vm"], row["phase"], row["retire_asked"]) for row in made["workers"]] == [
        ("a", "idle", None), ("b", "busy", None), ("c", "retiring", NOW - 5)]  # fmt: skip
    assert len(tables(made)) == 3
    assert "retired by hand" in plain(tables(made)[2])


def test_status_shows_each_phase_that_there_is(published):
    ads, _ = published
    for phase in get_args(Phase):
        made = status([*ads, {**ads[-1], "Phase": phase}], {}, "test", NOW + 60)
        assert phase in {row["phase"] for row in made["workers"]}
        assert phase in made["fleets"][0]


def test_status_shows_what_is_unknown_as_that():
    knobs, look = settings(fleet()), seen(vms=Unknown("the schedd", "gone"))
    plans = plan(knobs, look, pool())
    ads, summary = publish.ads(knobs, look, pool(), plans), publish.summary(knobs, look, pool(), plans, [])
    made = status(ads, {"Elastic" + name: value for name, value in summary.items()}, "test", NOW)
    assert told(made["pool"])[0][0].startswith("test: ? VMs, ? workers (? idle, ? busy, ? retiring); last cycle")
    assert plain(tables(made)[0]).splitlines()[1].split()[:4] == ["cloud", "-", "-", "-"]


def test_a_summary_that_is_older_than_the_ads_is_not_shown(published):
    ads, _ = published
    old = {"ElasticCycleTime": NOW - 900, "ElasticError": "long mended", "ElasticVMs": 9}
    row = status(ads, old, "test", NOW)["pool"]
    assert (row["cycle"], row["error"], row["vms"], row["busy"], row["workers"]) == (NOW, None, 3, 1, 3)


def test_wrong_knobs_are_shown_when_all_ads_have_expired():
    schedd = {"ElasticCycleTime": NOW, "ElasticError": 'ELASTIC_X = "5" is unknown', "ElasticVerdict": "Doing nothing."}
    assert ('error: ELASTIC_X = "5" is unknown', "red") in told(status([], schedd, "test", NOW)["pool"])
    assert told(status([], {}, "test", NOW)["pool"])[0][0].startswith("No cycle has told anything")


def test_one_fleet_is_shown_and_near_names_are_said(published):
    made = status(published[0], {}, "test", NOW)
    assert only(made, "CLOUD")["queues"] == []
    assert len(only(made, "CLOUD")["workers"]) == 3
    with pytest.raises(LookupError, match=r"no cycle has told of a fleet clout; did you mean cloud\?"):
        only(made, "clout")
    with pytest.raises(LookupError, match="no cycle has told of a fleet x, only of cloud"):
        only(made, "x")


def test_a_vm_is_found_by_each_of_its_names_and_all_names_are_looked_at_first():
    found = Found((idle("spot-1", id="7.0"), busy("spot-2")))
    for name in ("spot-1", "SPOT-1", "7.0", "slot1@spot-1"):
        assert [one.vm.vm for one in found.named([name], "p")] == ["spot-1"]
    assert [one.vm.vm for one in found.named(["spot-2", "7.0", "spot-1"], "p")] == ["spot-2", "spot-1"]
    with pytest.raises(LookupError, match=r"no VM job of p is spot-3; did you mean spot-[12] or"):
        found.named(["spot-1", "spot-3"], "p")
    with pytest.raises(LookupError, match="no VM job of p is x; there is none"):
        Found(()).named(["x"], "p")


def test_near_names_are_spelled_as_they_are():
    assert near("bnl_clud", ["BNL_CLOUD", "CERN"]) == "; did you mean BNL_CLOUD?"
    assert near("zzz", ["BNL_CLOUD"]) == ""


@pytest.mark.parametrize(
    ("ad", "said"),
    [
        ({"JobStatus": REMOVED, "RemoveReason": "via condor_rm"}, "via condor_rm"),
        ({"JobStatus": REMOVED, "HoldReason": "no room", "RemoveReason": "later"}, "no room; later"),
        ({"JobStatus": REMOVED}, "removed"),
        ({"JobStatus": COMPLETED, "EC2StatusReasonCode": "Server.SpotInstanceTermination"},
         "its instance was ended: Server.SpotInstanceTermination"),
        ({"JobStatus": COMPLETED, "ElasticRetired": 2, "ElasticUnretired": 1}, "retired"),
        ({"JobStatus": COMPLETED, "ElasticRetired": 1, "ElasticRetireAsked": 5}, "retired by hand"),
        ({"JobStatus": COMPLETED, "ElasticRetired": 1, "ElasticUnretired": 1}, "it left by itself"),
    ],
)  # fmt: skip
def test_why_a_vm_has_ended(ad, said):
    assert why(ad) == said


def test_what_never_ran_has_no_hours_and_what_has_no_price_no_cost():
    base = {"ClusterId": 1, "ProcId": 0, "JobStatus": REMOVED, "ElasticVM": "a", "EnteredCurrentStatus": NOW}
    ran = {**base, "ClusterId": 2, "JobStartDate": NOW - 7200, "RemoteWallClockTime": 3600.0, "ElasticPrice": 0.5}
    never, paid = ended(lambda *_: [base, ran], "p", 2)
    assert (never.began, never.ended, never.hours, never.cost) == (None, NOW, 0.0, None)
    assert (paid.hours, paid.cost, paid.ended) == (1.0, 0.5, NOW - 3600)


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, "-"), (0, "0 s"), (59, "59 s"), (90, "1.5 min"), (7200, "2.0 h"), (86400, "1.0 d")]
)
def test_durations_are_written_in_their_unit(seconds, said):
    assert lasting(seconds) == said
