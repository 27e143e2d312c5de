import pytest
from build import NOW, queue

from condor_elastic.decide.queues import plan_queue
from condor_elastic.model import HELD, IDLE, RUNNING, PilotJob, QueueStats, SubmitPilots, Unknown


def pilots(idle=0, running=0, fresh=0, held=0, queue="BNL"):
    made = (
        [(IDLE, None)] * idle + [(RUNNING, NOW - 500)] * running + [(RUNNING, NOW - 5)] * fresh + [(HELD, None)] * held
    )
    return tuple(PilotJob(f"1.{i}", queue, status, started) for i, (status, started) in enumerate(made))


def submitted(activated, seen=(), **knobs):
    plan = plan_queue(queue(**knobs), QueueStats(activated, 0), seen, (), NOW)
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


@pytest.mark.parametrize("unknown", ["stats", "pilots", "startds"])
def test_what_is_unknown_gets_no_pilot(unknown):
    why = Unknown("PanDA at x", "success:false")
    sources = {"stats": QueueStats(9, 0), "pilots": (), "startds": (), unknown: why}
    plan = plan_queue(queue(), **sources, now=NOW)
    assert (plan.actions, plan.verdict) == ((), "Doing nothing, because PanDA at x is unknown (success:false).")


def test_no_demand_is_said():
    assert submitted(0)[1] == "Doing nothing, because of 0 jobs activated, 0 pilots idle, 0 just started."
