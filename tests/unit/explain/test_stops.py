"""Each reason for which a fleet launches nothing, and that what is said to change it does change it."""

from dataclasses import replace

import hypothesis
import pytest
from build import NOW, booting, fleet, idle, jobs, pool, requested, seen, settings, vm
from hypothesis import given
from hypothesis import strategies as st
from worlds import WORKERS, evaluate, fleets

from condor_elastic.decide.policies import POLICIES
from condor_elastic.decide.turns import walk
from condor_elastic.explain.changes import ENOUGH, Asked, changed
from condor_elastic.explain.stops import stops
from condor_elastic.knobs.hash import submit_hash
from condor_elastic.model import HELD, JobGroup, Ledger, Pool, Shape, Snapshot, Worker

BOTH = "ELASTIC_CLOUD_"


def failed(name="f1", code="InsufficientInstanceCapacity", age=10, **changes):
    """A VM job that was held so long ago; a number for the subcode of one of our timers."""
    hold = {"hold_code": 3, "hold_subcode": code} if isinstance(code, int) else {"hold_reason": f"{code}: no"}
    times = {"since": NOW - age, "launched": NOW - age - 50, "joined": None}
    return Worker(vm(name, HELD, id=f"{name}.0", **times, **{**hold, **changes}))


def turn(knobs, *workers, number=20, now=NOW, **changes):
    said = settings(knobs)
    look = seen(jobs(number), now=now, **changes) if number else seen(now=now, **changes)
    (one,) = walk(said, look, pool(*workers), evaluate).turns
    return one


def found(knobs, *workers, now=NOW, **changes):
    return {reason.kind: reason for reason in stops(turn(knobs, *workers, now=now, **changes), now)}


def test_nothing_stops_a_fleet_with_room():
    assert found(fleet()) == {}


@pytest.mark.parametrize(
    ("cap", "policy", "enough", "workers"),
    [
        ({"max_vms": 1}, "MaxToRun", 2, 1),
        ({"max_vms": 0}, "MaxToRun", 1, 0),
        ({"max_cores": 9}, "MaxCores", 16, 1),
        ({"max_memory": 16000}, "MaxMemory", 32000, 1),
        ({"max_price_per_hour": 0.3, "price": 0.3}, "MaxPricePerHour", 0.6, 1),
        ({"max_pending": 1, "policies": ("Ready", "MaxPending")}, "MaxPending", 2, 1),
        ({"keep_running": 0, "policies": ("KeepNRunning",)}, "KeepNRunning", 2, 1),
        ({"max_per_cycle": 0}, "MaxPerCycle", 3, 0),
        ({"fixed": 0, "policies": ("Fixed",)}, "Fixed", 3, 0),
    ],
)
def test_a_cap_says_knob_value_and_what_is_enough(cap, policy, enough, workers):
    knobs = fleet(**cap)
    there = [requested(f"v{n}") for n in range(workers)]
    stop = found(knobs, *there)["cap"]
    knob = next(iter(cap))
    assert stop.figures["policy"] == policy
    assert (stop.figures["knob"], stop.figures["value"]) == (BOTH + knob.upper(), cap[knob])
    assert stop.figures["enough"] == enough
    assert stop.change[0].startswith(f"{BOTH}{knob.upper()} = {enough:g} or more") or policy == "MaxPerCycle"
    more = turn(replace(knobs, **{knob: enough}), *there)
    assert more.launches > turn(knobs, *there).launches


@hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
@given(knobs=fleets(), workers=WORKERS, wanted=st.integers(1, 9))
def test_what_is_said_to_be_enough_grants_more(knobs, workers, wanted):
    group = JobGroup(Shape(4, 8000), wanted, frozenset({"cloud"}))
    look = Snapshot(NOW, idle=(group,), vms=tuple(w.vm for w in workers), ledger=Ledger(NOW, NOW))
    (one,) = walk(settings(knobs), look, Pool(tuple(workers)), evaluate).turns
    for stop in stops(one, NOW):
        if stop.kind != "cap" or stop.figures["policy"] not in ENOUGH:
            continue
        name, enough = stop.figures["policy"], stop.figures["enough"]
        knob = stop.figures["knob"].removeprefix(BOTH).lower()
        view = replace(one.view, ready=max(1, one.plan.wanted), knobs=replace(knobs, **{knob: enough}))
        granted, _ = POLICIES[name](max(1, one.plan.wanted), view)
        assert granted > max(0, stop.figures["leaves"]) or granted >= max(1, one.plan.wanted)


def test_a_partial_grant_names_the_next_cycle():
    stop = found(fleet(max_per_cycle=1))["cap"]
    assert (stop.figures["leaves"], stop.change[0]) == (1, "the next cycle, which launches more")


@pytest.mark.parametrize(("day", "end"), [("day", 1_036_800), ("month", 2_678_400)])
def test_a_cap_on_cost_ends_with_its_day_or_month_in_utc(day, end):
    knobs = fleet(price=1.0, **{f"max_cost_per_{day}": 0.5})
    stop = found(knobs, ledger=Ledger(950_400, 0))["cap"]
    assert (stop.until, stop.figures["enough"]) == (end, 1.0)
    assert found(replace(knobs, **{f"max_cost_per_{day}": 1.0}), ledger=Ledger(950_400, 0), number=1) == {}


def test_a_window_says_class_and_job_and_when_it_ends():
    knobs, one = fleet(backoff=300), failed(age=100)
    stop = found(knobs, one)["window"]
    assert stop.until == NOW + 200
    assert stop.figures["classes"] == ["capacity"]
    assert "condor_rm f1.0" in stop.change
    assert "window" in found(knobs, one, now=stop.until - 1)
    assert "window" not in found(knobs, one, now=stop.until)


def test_each_window_is_told_though_one_is_stricter():
    workers = failed("f1"), failed("f2", "InstanceLimitExceeded"), failed("f3", "RequestLimitExceeded")
    stopped = [stop for stop in stops(turn(fleet(), *workers), NOW) if stop.kind == "window"]
    assert [stop.figures["classes"] for stop in stopped] == [["quota"], ["throttle"], ["capacity"]]
    assert [stop.until - NOW for stop in stopped] == [1790, 290, 290]
    assert [stop.figures["most"] for stop in stopped] == [0, 1, 0]


def test_an_alarm_names_the_job_to_remove_and_what_to_mend():
    knobs = fleet()
    stop = found(knobs, failed(code="AuthFailure"))["alarm"]
    assert stop.change == ("mend the credentials that ELASTIC_CLOUD_SUBMIT names", "condor_rm f1.0")
    assert stop.until == NOW - 10 + knobs.alarm_hold


def test_the_jobs_to_remove_are_all_of_them_if_one_is_not_enough():
    stop = found(fleet(), failed("f1"), failed("f2"))["window"]
    assert "condor_rm f1.0 f2.0" in stop.change


def test_a_lost_instance_is_looked_for_before_its_job_is_removed():
    stop = found(fleet(), failed(hold_code=42))["window"]
    assert not any("condor_rm" in change for change in stop.change)
    assert "look into the cloud" in stop.change[-1]


def test_an_open_breaker_says_when_the_next_canary_may_start():
    knobs = fleet(breaker=2, canary_interval=1800, backoff=10)
    row = failed("f1", 72, age=100), failed("f2", 72, age=90)
    stop = found(knobs, *row)["breaker"]
    assert stop.until == NOW - 90 - 50 + 1800
    assert found(knobs, *row, now=stop.until)["breaker"].figures["most"] == 1
    assert any(change.startswith("an image and user-data") for change in stop.change)


def test_empty_workers_on_which_nothing_can_run():
    knobs = fleet(breaker=1)
    worker = idle("w1", hash=submit_hash(knobs))
    worker = replace(worker, startd=replace(worker.startd, kind="other"))
    stop = found(knobs, worker)["useless"]
    assert stop.figures["vms"] == ["w1"]
    assert "ELASTIC_CLOUD_TEMPLATE" in stop.change[0]


def test_the_brake():
    lost = [Worker(vm(f"w{n}")) for n in range(4)]
    stop = found(fleet(), *lost)["brake"]
    assert stop.said.startswith("ELASTIC_UNHEALTHY_BRAKE=0.5")


def test_a_fleet_of_which_nothing_is_asked_is_asked_for_one():
    assert found(fleet(max_vms=1), booting("b1"), number=0)["cap"].figures["enough"] == 2


def test_a_policy_with_no_number_of_its_own_says_its_knob():
    view = turn(fleet(policies=("Ready", "Scale"), scale_factor=0.1)).view
    assert changed("Scale", Asked(view, 3, 1), "", NOW)[0] == ("a larger ELASTIC_CLOUD_SCALE_FACTOR",)
    unknown = Asked(replace(view, purse=replace(view.purse, unknown="x")), 3, 0)
    assert changed("MaxCost", unknown, "KNOB=1 and x", NOW)[0][1] == "no KNOB"
