from dataclasses import replace

import pytest
from build import (
    NOW,
    booting,
    busy,
    fleet,
    idle,
    jobs,
    pool,
    queue,
    queue_seen,
    requested,
    retiring,
    seen,
    settings,
    vm,
)
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.decide import plan
from condor_elastic.model import (
    HELD,
    Freshness,
    Hold,
    Remove,
    Retire,
    SubmitVms,
    Unknown,
    Unretire,
    Worker,
)

FRESH = Freshness(collector=NOW - 100_000, negotiated=NOW - 10)
HOUR = 3600


def decide(look, *workers, knobs=None, **changes):
    known = settings(knobs or fleet(), queues=(queue(),) if look.queues else ())
    known = replace(known, pool=replace(known.pool, **changes))
    return plan(known, look, pool(*workers))[-1]


def destroyed(decided):
    return [action for action in decided.actions if isinstance(action, (Retire, Remove))]


def launched(decided):
    return sum(action.count for action in decided.actions if isinstance(action, SubmitVms))


def heard(worker, at):
    return replace(worker, startd=replace(worker.startd, heard=at))


def lost(name):
    return Worker(vm(name))


def test_what_is_fresh_is_given_back():
    decided = decide(seen(fresh=FRESH), heard(idle("a"), NOW - 30))
    assert [action.worker.vm.vm for action in destroyed(decided)] == ["a"]


def test_yesterdays_ads_give_nothing_back():
    day = 24 * HOUR
    decided = decide(seen(fresh=FRESH), *(heard(idle(name, since=0), NOW - day) for name in "abc"))
    assert destroyed(decided) == []
    why = "the newest word of 3 startds in the collector is 86400 s old, older than ELASTIC_STALE=900"
    assert decided.verdict == f"Retiring nothing, because {why}."


def test_one_stale_startd_is_not_idle():
    decided = decide(seen(fresh=FRESH), heard(idle("a"), NOW - 900), heard(idle("b"), NOW - 30))
    assert [action.worker.vm.vm for action in destroyed(decided)] == ["b"]


@pytest.mark.parametrize("step", [-HOUR, HOUR])
def test_a_clock_that_was_stepped_gives_nothing_back(step):
    """Our clock is now an hour off from the one by which all that is seen was written down."""
    workers = [heard(idle("a", since=NOW - 2 * HOUR), NOW - 30), requested("b", since=NOW - 2 * HOUR)]
    decided = decide(seen(now=NOW + step, fresh=FRESH), *workers)
    assert destroyed(decided) == []
    said = "is 3630 s old" if step > 0 else "the collector heard of a 3570 s from now: a clock was stepped"
    assert said in decided.verdict


def test_a_vm_job_from_the_future_gives_nothing_back():
    decided = decide(seen(fresh=FRESH), idle("a"), requested("b", since=NOW + HOUR))
    assert destroyed(decided) == []
    assert "VM job 1.0 changed its status 3600 s from now" in decided.verdict


def test_a_collector_that_is_new_gives_nothing_back_and_its_unseen_workers_count_as_room():
    young = replace(FRESH, collector=NOW - 100)
    decided = decide(seen(jobs(8), fresh=young), lost("a"), heard(idle("b"), NOW - 3))
    assert (destroyed(decided), launched(decided)) == ([], 0)
    more = decide(seen(jobs(24), fresh=young), lost("a"), heard(idle("b"), NOW - 3))
    assert launched(more) == 1
    why = "the collector started 100 s ago (UPDATE_INTERVAL=300), and 1 of 2 workers have not reported to it yet"
    assert f"etiring nothing, because {why}" in more.verdict


def test_a_new_collector_that_has_all_workers_is_as_good_as_an_old_one():
    assert destroyed(decide(seen(fresh=replace(FRESH, collector=NOW - 1)), idle("a"), retiring("b")))


def test_those_that_were_told_to_go_are_not_missed():
    gone = Worker(vm("a", retired=1))
    assert destroyed(decide(seen(fresh=replace(FRESH, collector=NOW - 1)), gone, idle("b")))


def test_a_shrunken_answer_gives_nothing_back():
    few = decide(seen(fresh=FRESH), lost("a"), lost("b"), lost("c"), idle("d"), idle("e"))
    assert destroyed(few) == []
    assert "of 5 workers that have joined only 2 are in the collector" in few.verdict
    assert destroyed(decide(seen(fresh=FRESH), lost("a"), lost("b"), idle("c")))


@pytest.mark.parametrize(
    ("negotiated", "why"),
    [
        (None, "jobs wait and the collector knows of no negotiator that has negotiated"),
        (NOW - 900, "jobs wait and nothing was negotiated for 900 s (ELASTIC_STALE=900)"),
    ],
)
def test_idle_workers_prove_nothing_while_nobody_negotiates(negotiated, why):
    fresh = replace(FRESH, negotiated=negotiated)
    decided = decide(seen(jobs(1), fresh=fresh), idle("a"), idle("b"))
    assert destroyed(decided) == []
    assert why in decided.verdict
    assert len(destroyed(decide(seen(fresh=fresh), idle("a"), idle("b")))) == 2


def test_a_silent_cloud_keeps_its_fleet_and_no_other():
    both = settings(fleet(), fleet("other"))
    other = idle("b", fleet="other")
    there = pool(idle("a", unreachable=NOW - 700), replace(other, startd=replace(other.startd, fleet="other")))
    mine, others = plan(both, seen(fresh=FRESH), there)
    assert destroyed(mine) == []
    assert "its cloud has not answered the gridmanager for 700 s (GridResourceUnavailableTime of" in mine.verdict
    assert len(destroyed(others)) == 1


def test_a_fleet_that_is_ill_is_neither_given_back_nor_launched():
    ill = [Worker(vm(name, HELD, since=NOW - 10)) for name in "ab"]
    ill += [replace(booting("c"), vm=vm("c", joined=None, since=NOW - 5000)), lost("d"), lost("e")]
    well = [idle("f"), idle("g"), idle("h"), idle("i")]
    decided = decide(seen(jobs(99), fresh=FRESH), *ill, *well)
    assert [(type(a), a.vm.vm) for a in decided.actions] == [(Hold, "c")], "what never joined is ended all the same"
    why = "ELASTIC_UNHEALTHY_BRAKE=0.5 and of 9 VMs are 2 failed, 1 without startd for 1200 s, 2 lost"
    assert why in decided.verdict
    assert decided.room == 0
    assert launched(decide(seen(jobs(99), fresh=FRESH), *ill[2:], *well, unhealthy_brake=1))


def test_failures_whose_window_is_over_do_not_hold_the_brake_for_ever():
    old = [Worker(vm(name, HELD, since=NOW - 300)) for name in "abcdef"]
    decided = decide(seen(jobs(8), fresh=FRESH), *old)
    assert (len(destroyed(decided)), launched(decided)) == (5, 1), "one stays, and tells of the attempt that failed"


SILENT = Unknown("PanDA at x", "timeout")


@pytest.mark.parametrize(
    ("age", "limit", "gone"),
    [(21599, 21600, []), (21600, 21600, ["a"]), (10**9, 0, []), (None, 21600, [])],
)
def test_a_silent_panda_keeps_empty_workers_for_a_time(age, limit, gone):
    since = {} if age is None else {"PanDA at x": NOW - age}
    look = seen(queues={"BNL": queue_seen(stats=SILENT)}, fresh=replace(FRESH, silent=since))
    decided = decide(look, idle("a", since=0), busy("b", used=1), hold_limit=limit, knobs=fleet(retire="Soft"))
    assert [action.worker.vm.vm for action in destroyed(decided)] == gone
    if gone:
        assert "PanDA at x is unknown (timeout) for 21600 s, longer than ELASTIC_HOLD_LIMIT=21600" in decided.verdict


def test_after_the_limit_min_vms_stay_and_no_busy_worker_goes():
    look = seen(
        queues={"BNL": queue_seen(stats=SILENT)}, fresh=replace(FRESH, silent={"PanDA at x": NOW - 10**6})
    )
    workers = [idle("a"), idle("b"), busy("c", used=1), busy("d", used=1)]
    decided = decide(look, *workers, knobs=fleet(min_vms=3, max_vms=1))
    assert [action.worker.vm.vm for action in destroyed(decided)] == ["a"]


def test_the_only_schedd_with_jobs_may_be_silent_for_too_long_as_well():
    gone = Unknown("the schedd b", "gone")
    look = replace(seen(), idle=gone, silent=(gone,), fresh=FRESH)
    assert decide(look, idle("a")).verdict.startswith("Doing nothing, because the schedd b is unknown")
    late = replace(look, fresh=replace(FRESH, silent={"the schedd b": NOW - 10**6}))
    assert len(destroyed(decide(late, idle("a")))) == 1


MAKERS = [idle, busy, retiring, booting, requested, lost, lambda n: Worker(vm(n, HELD, since=NOW - 1000))]
WORKERS = st.lists(st.sampled_from(MAKERS), max_size=12).map(
    lambda makers: [make(f"vm{i}") for i, make in enumerate(makers)]
)
DOUBTS = st.sampled_from([
    lambda look, workers: (replace(look, now=NOW + 2 * HOUR), workers),
    lambda look, workers: (replace(look, now=NOW - 2 * HOUR), workers),
    lambda look, workers: (replace(look, fresh=replace(FRESH, collector=NOW - 5)), [*workers, lost("x")]),
    lambda look, workers: (replace(look, idle=(jobs(1),), fresh=replace(FRESH, negotiated=None)), workers),
    lambda look, workers: (replace(look, silent=(SILENT,)), workers),
    lambda look, workers: (look, [replace(w, vm=replace(w.vm, unreachable=5)) for w in [*workers, booting("x")]]),
])  # fmt: skip


@given(WORKERS, DOUBTS, st.integers(0, 9), st.integers(0, 9))
def test_whatever_is_doubtful_gives_nothing_back_and_keeps_the_caps(workers, doubtful, cap, number):
    workers = [heard(w, NOW - 20) if w.startd else w for w in [*workers, idle("y")]]
    look, there = doubtful(seen(*([jobs(number)] if number else []), fresh=FRESH), workers)
    decided = decide(look, *there, knobs=fleet(max_vms=cap, retire="Soft"))
    assert destroyed(decided) == []
    assert "etiring nothing, because" in decided.verdict
    assert launched(decided) <= max(0, cap - sum(w.phase != "failed" for w in there))
    back = [a for a in decided.actions if isinstance(a, Unretire)]
    assert all(a.worker.phase == "retiring" for a in back)
