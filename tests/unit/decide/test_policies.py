"""Each policy by its knob and its words."""

import pytest
from build import booting, busy, fleet, idle, jobs, pool, queue, queue_seen, retiring, seen, settings
from worlds import evaluate

from condor_elastic.decide import plan
from condor_elastic.decide.policies import POLICIES, View, fold
from condor_elastic.decide.queues import plan_queue
from condor_elastic.model import IDLE, RUNNING, PilotJob, Retire, SubmitPilots, SubmitVms, Unretire


def of_fleet(policies, workers=(), waiting=0, **knobs):
    chain = fleet(policies=tuple(policies.split()), **knobs)
    (decided,) = plan(settings(chain), seen(jobs(waiting)), pool(*workers), evaluate)
    return decided


def number(decided):
    return sum(action.count for action in decided.actions if isinstance(action, (SubmitVms, SubmitPilots)))


def names(decided, kind):
    return [action.worker.vm.vm for action in decided.actions if isinstance(action, kind)]


@pytest.mark.parametrize(
    ("chain", "knobs", "waiting", "expected", "why"),
    [
        ("Ready", {"ready_offset": 1}, 24, 2, "ELASTIC_CLOUD_READY_OFFSET=1"),
        ("Ready Scale", {"scale_factor": 1.5}, 24, 5, "ELASTIC_CLOUD_SCALE_FACTOR=1.5"),
        ("Ready Scale", {"scale_factor": 0.1}, 24, 1, "ELASTIC_CLOUD_SCALE_FACTOR=0.1"),
        ("Fixed", {"fixed": 4}, 0, 4, "ELASTIC_CLOUD_FIXED=4"),
        ("KeepNRunning", {"keep_running": 5}, 0, 5, "ELASTIC_CLOUD_KEEP_RUNNING=5 and there are 0"),
        ("Ready Expression", {"expr": "2 * N"}, 24, 6, "ELASTIC_CLOUD_EXPR=2 * N"),
        ("Ready Headroom", {"headroom": "2"}, 24, 5, "ELASTIC_CLOUD_HEADROOM=2 and 0 are spare"),
        ("Ready MinVms", {"min_vms": 4}, 24, 4, "ELASTIC_CLOUD_MIN_VMS=4 and there are 0"),
        ("Ready MaxPending", {"max_pending": 2}, 24, 2, "ELASTIC_CLOUD_MAX_PENDING=2 and 0 are pending"),
        ("Ready RampLimit", {"ramp_factor": 2.0}, 24, 1, "ELASTIC_CLOUD_RAMP_FACTOR=2 and there are 0"),
        ("Ready", {"max_vms": 2}, 24, 2, "ELASTIC_CLOUD_MAX_VMS=2 and there are 0"),
        ("Ready", {"max_cores": 23}, 24, 2, "ELASTIC_CLOUD_MAX_CORES=23 and there are 0"),
        ("Ready", {"max_memory": 16000}, 24, 1, "ELASTIC_CLOUD_MAX_MEMORY=16000 and there are 0 MB"),
        (
            "Ready",
            {"max_price_per_hour": 0.3, "price": 0.156},
            24,
            1,
            "ELASTIC_CLOUD_MAX_PRICE_PER_HOUR=0.3 and what is there costs 0",
        ),
    ],
)
def test_a_fleet_says_knob_and_value(chain, knobs, waiting, expected, why):
    decided = of_fleet(chain, (), waiting, **knobs)
    assert number(decided) == expected
    assert f"because {why}." in decided.verdict or f"and {why}." in decided.verdict


def test_a_ramp_doubles():
    workers = [busy("a"), busy("b"), booting("c")]
    assert number(of_fleet("Ready RampLimit", workers, 99, ramp_factor=1.0)) == 3


def test_floors_take_back_before_they_launch_and_give_nothing_away():
    workers = [retiring("a", used=8), retiring("b", used=8), idle("c", since=0)]
    for chain, knobs in (("KeepNRunning", {"keep_running": 4}), ("MinVms", {"min_vms": 4})):
        decided = of_fleet(chain, workers, **knobs)
        assert (names(decided, Unretire), number(decided), names(decided, Retire)) == (["a", "b"], 1, [])
        assert "=4 and there are 3." in decided.verdict


def test_a_floor_is_not_taken_back_over_a_cap():
    decided = of_fleet("MinVms", [busy("a"), retiring("b", used=8)], min_vms=4, max_vms=1)
    assert (names(decided, Unretire), number(decided)) == ([], 0)


def test_what_is_above_keep_running_leaves_the_empty_first():
    decided = of_fleet("KeepNRunning", [busy("a"), idle("b"), retiring("c", used=8)], keep_running=1)
    assert names(decided, Retire) == ["b"]
    assert "ELASTIC_CLOUD_KEEP_RUNNING=1 and there are 2" in decided.verdict


def test_headroom_keeps_the_empty_it_wants():
    workers = [idle("a", since=0), idle("b", since=0), idle("c", since=0)]
    assert names(of_fleet("Ready Headroom", workers, headroom="2"), Retire) == ["a"]


def test_caps_in_cores_and_money_shrink_the_fleet_and_count_those_that_leave():
    workers = [busy("a"), idle("b"), retiring("c", used=8)]
    assert names(of_fleet("Ready", workers, max_cores=8), Retire) == ["b"]
    assert names(of_fleet("Ready", workers, max_price_per_hour=0.1, price=0.1), Retire) == ["b"]


def test_an_expression_without_a_number_asks_for_nothing_and_says_so():
    row = fleet(policies=("Ready", "Expression"), expr="1 / 0")
    (decided,) = plan(settings(row), seen(jobs(24)), pool(), lambda *_: "error")
    assert number(decided) == 0
    assert "ELASTIC_CLOUD_EXPR=1 / 0 gives no number (error)" in decided.verdict


def test_expressions_see_their_figures():
    found = {}
    workers = (busy("a"), idle("b"), booting("c"), retiring("d"))
    row = fleet(policies=("Ready", "Expression"), expr="N")
    plan(settings(row), seen(jobs(40)), pool(*workers), lambda _, figures: found.update(figures) or 0)
    expected = {"Jobs": 17, "Ready": 3, "Pending": 1, "Running": 3, "Retiring": 0, "Total": 4, "Spare": 0, "Free": 0}
    assert {**expected, "N": 3, "Cores": 32, "Memory": 64000} == found


def pilots(idle=0, running=0):
    made = [(IDLE, None)] * idle + [(RUNNING, 5)] * running
    return tuple(PilotJob(f"1.{i}", "BNL", status, started) for i, (status, started) in enumerate(made))


@pytest.mark.parametrize(
    ("chain", "knobs", "activated", "there", "expected", "why"),
    [
        ("Ready", {"ready_offset": 3}, 10, pilots(), 7, "because ELASTIC_BNL_READY_OFFSET=3"),
        ("Ready Scale", {"scale_factor": 0.04}, 100, pilots(), 4, "because ELASTIC_BNL_SCALE_FACTOR=0.04"),
        ("Fixed", {"fixed": 2}, 0, pilots(), 2, "because ELASTIC_BNL_FIXED=2"),
        ("KeepNRunning", {"keep_running": 6}, 0, pilots(1, 2), 3, "because ELASTIC_BNL_KEEP_RUNNING=6 and there are 3"),
        ("KeepNRunning", {"keep_running": 1}, 0, pilots(1, 2), 0, "Doing nothing"),
        ("Ready MinPerCycle", {"min_per_cycle": 1}, 0, pilots(), 1, "because ELASTIC_BNL_MIN_PER_CYCLE=1"),
        ("Ready MinPending", {"min_pending": 5}, 3, pilots(2), 3, "ELASTIC_BNL_MIN_PENDING=5 and 2 are pending"),
        ("Ready Expression", {"expr": "0.5 * Jobs"}, 9, pilots(), 5, "of 9 wanted pilots, because ELASTIC_BNL_EXPR="),
    ],
)
def test_a_queue_says_knob_and_value(chain, knobs, activated, there, expected, why):
    row = queue(policies=tuple(chain.split()), **knobs)
    decided = plan_queue(row, queue_seen(activated), there, (), 1_000_000, evaluate)
    assert number(decided) == expected
    assert why in decided.verdict


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_runs_on_rows_as_they_come(policy):
    rows = [fleet(), queue()]
    done = 0
    for row in rows:
        try:
            (step, *_) = fold((policy,), View(row, ready=1, evaluate=lambda *_: 1))
        except (AttributeError, TypeError):
            continue  # a policy of the other kind, or one that read() refuses without its knob
        done += step.policy == policy
    assert done or policy in ("Fixed", "KeepNRunning")
