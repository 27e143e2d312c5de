import pytest
from build import NOW, queue, queue_seen, stats
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.decide.needs import share
from condor_elastic.decide.queues import plan_queue
from condor_elastic.model import (
    HELD,
    IDLE,
    RUNNING,
    EndedPilot,
    Order,
    PilotJob,
    QueueSpec,
    QueueStats,
    RemovePilots,
    SubmitPilots,
    Unknown,
)


def pilots(idle=0, running=0, fresh=0, held=0, queue="BNL", kind=""):
    made = (
        [(IDLE, None)] * idle + [(RUNNING, NOW - 500)] * running + [(RUNNING, NOW - 5)] * fresh + [(HELD, None)] * held
    )
    return tuple(PilotJob(f"1.{i}", queue, status, started, kind) for i, (status, started) in enumerate(made))


def submitted(activated, seen=(), **knobs):
    plan = plan_queue(queue(**knobs), queue_seen(activated), seen, (), NOW)
    assert all(isinstance(a, SubmitPilots) for a in plan.actions)
    return sum(a.count for a in plan.actions), plan.verdict


def test_activated_jobs_become_pilots():
    assert submitted(12) == (12, "Submitting 12 pilots, because of 12 jobs activated, 0 pilots idle, 0 just started.")


def test_idle_pilots_and_those_that_just_started_answer_for_jobs_already():
    assert submitted(12, pilots(idle=3, running=50, fresh=4))[0] == 5


def test_pilots_of_other_queues_do_not_count():
    assert submitted(2, pilots(idle=9, queue="OTHER"))[0] == 2


def test_max_per_cycle_names_its_knob():
    number, verdict = submitted(200, max_per_cycle=80)
    assert number == 80
    assert "Submitting 80 of 200 wanted pilots, because ELASTIC_BNL_MAX_PER_CYCLE=80" in verdict


@pytest.mark.parametrize(("idle", "number"), [(0, 100), (40, 60), (100, 0), (130, 0)])
def test_max_pending_holds_always(idle, number):
    assert submitted(1000, pilots(idle=idle), max_per_cycle=500, max_pending=100)[0] == number


def test_max_to_run_never_submits_below_zero():
    chain = ("Activated", "MaxToRun")
    assert submitted(9, pilots(running=7, held=2), policies=chain, max_to_run=5)[0] == 0


@pytest.mark.parametrize("unknown", ["stats", "spec", "ended", "pilots", "startds"])
def test_what_is_unknown_gets_no_pilot(unknown):
    why = Unknown("PanDA at x", "success:false")
    sources = {"stats": stats(9), "spec": None, "ended": (), "pilots": (), "startds": (), unknown: why}
    seen = queue_seen(**{name: sources.pop(name) for name in ("stats", "spec", "ended")})
    plan = plan_queue(queue(), seen, **sources, now=NOW)
    assert (plan.actions, plan.verdict) == ((), "Doing nothing, because PanDA at x is unknown (success:false).")


def test_no_demand_is_said():
    assert submitted(0)[1] == "Doing nothing, because of 0 jobs activated, 0 pilots idle, 0 just started."


def planned(seen, there=(), **knobs):
    return plan_queue(queue(**knobs), seen, there, (), NOW)


def by_type(plan):
    return {action.shape.type: action.count for action in plan.actions}


def test_each_type_gets_its_own_pilots_and_none_answers_for_another():
    seen = queue_seen(stats=stats(7, MCORE=5))
    assert by_type(planned(seen)) == {"SCORE": 7, "MCORE": 5}
    assert by_type(planned(seen, pilots(idle=3, kind="MCORE"))) == {"SCORE": 7, "MCORE": 2}
    assert by_type(planned(seen, pilots(idle=20, kind="MCORE"))) == {"SCORE": 7}


def test_a_pilot_without_a_type_is_of_the_default_one():
    assert by_type(planned(queue_seen(stats=stats(7, MCORE=5)), pilots(idle=7))) == {"MCORE": 5}


def test_growth_is_on_the_smaller_of_the_last_two_answers():
    doubled = queue_seen(stats=stats(12, MCORE=4), before=stats(6, MCORE=2))
    assert by_type(planned(doubled)) == {"SCORE": 6, "MCORE": 2}
    assert by_type(planned(queue_seen(stats=stats(6), before=stats(12)))) == {"SCORE": 6}
    assert by_type(planned(queue_seen(stats=stats(6), before=QueueStats()))) == {}


def test_a_cap_is_dealt_out_to_all_types():
    seen = queue_seen(stats=stats(90, MCORE=9, MCORE_HIMEM=1))
    assert by_type(planned(seen, max_per_cycle=10)) == {"SCORE": 7, "MCORE": 2, "MCORE_HIMEM": 1}


def test_pilots_that_no_job_asked_for_are_of_the_default_type():
    assert by_type(planned(queue_seen(0), policies=("MinPerCycle",), min_per_cycle=2)) == {"SCORE": 2}


TYPES = st.dictionaries(st.sampled_from(["SCORE", "MCORE", "SCORE_HIMEM", "MCORE_HIMEM"]), st.integers(1, 500))


@given(st.integers(0, 600), TYPES)
def test_what_is_dealt_adds_up_and_never_goes_beyond_the_wish(n, wanted):
    dealt = share(n, wanted, "SCORE")
    assert sum(dealt.values()) == n
    assert all(dealt.values())
    if wanted and n <= sum(wanted.values()):
        assert all(number <= wanted[kind] for kind, number in dealt.items())
        assert n < len(wanted) or set(dealt) == set(wanted)


@pytest.mark.parametrize(
    ("status", "there", "number", "why"),
    [
        ("online", 0, 9, ""),
        ("brokeroff", 0, 9, ""),
        ("test", 0, 1, "PanDA says it is test and ELASTIC_BNL_TEST_PILOTS=1, and there are 0"),
        ("test", 1, 0, "PanDA says it is test and ELASTIC_BNL_TEST_PILOTS=1, and there are 1"),
        ("offline", 0, 0, "PanDA says it is offline and ELASTIC_BNL_OFFLINE_PILOTS=0, and there are 0"),
        ("paused", 0, 0, "PanDA says it is paused"),
        ("standby", 0, 0, "PanDA says it is standby"),
        ("maintenance", 0, 0, "PanDA says it is maintenance"),
        ("a new word", 0, 0, "PanDA says it is a new word"),
    ],
)
def test_the_status_in_panda_is_heeded(status, there, number, why):
    plan = planned(queue_seen(9 + there, spec=QueueSpec(status)), pilots(idle=there))
    assert sum(by_type(plan).values()) == number
    assert why in plan.verdict


def test_a_queue_without_jobs_gets_no_test_pilot():
    assert planned(queue_seen(0, spec=QueueSpec("test"))).actions == ()


def ended(vain, good):
    return tuple(EndedPilot("BNL", NOW - 100 - i, 5 if i < vain else 900) for i in range(vain + good))


@pytest.mark.parametrize(
    ("vain", "good", "idle", "number"),
    [(10, 0, 0, 1), (6, 4, 0, 1), (5, 5, 0, 40), (9, 0, 0, 40), (10, 0, 1, 0), (0, 10, 0, 40)],
)
def test_pilots_that_end_at_once_slow_the_queue_to_one(vain, good, idle, number):
    chain = ("Activated", "Throttle")
    plan = planned(queue_seen(40 + idle, ended=ended(vain, good)), pilots(idle=idle), policies=chain)
    assert sum(by_type(plan).values()) == number
    said = f"{vain} of the last {vain + good} pilots ended within ELASTIC_BNL_THROTTLE_SECONDS=60"
    assert (said in plan.verdict) == (number < 2)


def test_a_pilot_that_runs_for_a_while_is_no_longer_in_vain():
    seen = queue_seen(40, ended=ended(10, 0))
    chain = ("Activated", "Throttle")
    running = tuple(PilotJob(f"2.{i}", "BNL", RUNNING, NOW - 61 - i) for i in range(5))
    assert sum(by_type(planned(seen, running, policies=chain, panda_lag=0)).values()) == 40
    just_started = tuple(PilotJob(f"2.{i}", "BNL", RUNNING, NOW - 2) for i in range(5))
    assert sum(by_type(planned(seen, just_started, policies=chain, panda_lag=0)).values()) == 1


def test_what_ended_long_ago_is_forgotten():
    old = tuple(EndedPilot("BNL", NOW - 4000 - i, 5) for i in range(10))
    assert sum(by_type(planned(queue_seen(40, ended=old), policies=("Activated", "Throttle"))).values()) == 40


def test_a_paused_queue_gets_nothing_and_a_drained_one_gives_up_its_idle_pilots():
    there = pilots(idle=2, running=3)
    paused = planned(queue_seen(9, order=Order("pause", "it was paused by eve at noon")), there)
    assert paused.actions == ()
    assert paused.verdict == "Submitting nothing, because it was paused by eve at noon; 3 pilots running."
    drained = planned(queue_seen(9, order=Order("drain", "it was drained by eve at noon (a fan)")), there)
    assert drained.actions == (RemovePilots("BNL", ("1.0", "1.1"), "it was drained by eve at noon (a fan)"),)
    assert drained.verdict.startswith("Removing 2 idle pilots; submitting nothing, because it was drained by eve")


def test_an_order_holds_while_panda_is_silent():
    silent = queue_seen(stats=Unknown("PanDA", "gone"), order=Order("drain", "it was drained"))
    assert planned(silent, pilots(idle=1)).actions == (RemovePilots("BNL", ("1.0",), "it was drained"),)
