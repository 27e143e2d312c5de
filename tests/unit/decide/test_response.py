"""Each class of failure has its response, and the tombstones that stay are those it is known from."""

from dataclasses import replace

import pytest
from build import NOW, busy, fleet, idle, jobs, pool, seen, settings, vm
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.decide import plan
from condor_elastic.decide.response import respond
from condor_elastic.knobs.hash import submit_hash
from condor_elastic.model import HELD, Remove, Retire, SubmitVms, Worker

REASONS = {
    "capacity": (40, 12, "InsufficientInstanceCapacity: none"),
    "price": (40, 17, "SpotMaxPriceTooLow: bid more"),
    "quota": (40, 12, "Quota: 10 of 10 instances"),
    "throttle": (40, 12, "RequestLimitExceeded: slow down"),
    "auth": (40, 12, "AuthFailure: no"),
    "image": (40, 12, "ImageNotFound: no image worker-9"),
    "lost": (42, 15, "Instance potentially lost"),
    "unknown": (40, 12, "ServerError: fault"),
    "launch": (3, 71, "not launched in time"),
    "boot": (3, 72, "never joined"),
}


def failed(kind="capacity", age=20, name="a", took=60, **changes):
    code, subcode, reason = REASONS[kind]
    values = {"id": f"{name}.0", "since": NOW - age, "launched": NOW - age - took, "joined": None, **changes}
    return Worker(vm(name, HELD, hold_code=code, hold_subcode=subcode, hold_reason=reason, **values))


def decide(*workers, number=40, **knobs):
    (made,) = plan(settings(fleet(**knobs)), seen(jobs(number)), pool(*workers))
    return made


def launched(made):
    return sum(action.count for action in made.actions if isinstance(action, SubmitVms))


def removed(made):
    return [action.vm.vm for action in made.actions if isinstance(action, Remove)]


@pytest.mark.parametrize(
    ("kind", "during", "until"),
    [
        ("capacity", 0, 300),
        ("price", 0, 300),
        ("unknown", 0, 300),
        ("launch", 0, 300),
        ("boot", 0, 300),
        ("lost", 0, 300),
        ("quota", 0, 1800),
        ("throttle", 1, 300),
        ("auth", 0, 86400),
        ("image", 0, 86400),
    ],
)
def test_each_class_has_its_window(kind, during, until):
    assert launched(decide(failed(kind, until - 1))) == during
    assert launched(decide(failed(kind, until))) == 5


def test_a_verdict_says_the_knob_the_failure_and_how_often_it_was_doubled():
    made = decide(failed("capacity", 700, "a"), failed("capacity", 100, "b"))
    assert made.verdict == (
        "Submitting none of 5 wanted VMs, because ELASTIC_CLOUD_BACKOFF=300, doubled to 600 s by 2 failed attempts in "
        "a row, and VM job b.0 failed 100 s ago (capacity: InsufficientInstanceCapacity: none)."
    )


def test_of_a_burst_one_stays():
    made = decide(*[failed("capacity", 20, f"vm{n}") for n in range(50)])
    assert len(removed(made)) == 49
    again = decide(*[failed("capacity", 20, f"vm{n}") for n in range(50) if f"vm{n}" not in removed(made)])
    assert (launched(again), removed(again)) == (0, [])


def test_an_alarm_stands_in_the_plan_until_submit_is_edited_or_the_job_removed():
    old = fleet()
    dead = failed("image", 4000, hash=submit_hash(old))
    made = decide(dead, failed("image", 3900, "b", hash=submit_hash(old)))
    assert (launched(made), removed(made)) == (0, ["b"])
    assert made.alarm == (
        "ELASTIC_CLOUD_ALARM_HOLD=86400 and VM job a.0 failed 4000 s ago (image: ImageNotFound: no image worker-9): "
        "edit ELASTIC_CLOUD_SUBMIT or condor_rm a.0 to go on"
    )
    assert made.alarm in made.verdict
    edited = decide(dead, submit="image = right")
    assert (launched(edited), edited.alarm, removed(edited)) == (5, "", ["a"])
    assert launched(decide()) == 5


def test_an_edited_submit_closes_the_breaker_after_one_back_off():
    was = submit_hash(fleet())
    dead = [failed("boot", 400 + n, f"vm{n}", hash=was) for n in range(3)]
    assert decide(*dead).breaker == "open"
    edited = decide(*dead, submit="image = right")
    assert (edited.breaker, launched(edited), sorted(removed(edited))) == ("closed", 5, ["vm0", "vm1", "vm2"])


def test_the_lost_bill_and_stay():
    gone = [failed("lost", 90_000 + n, f"vm{n}") for n in range(4)]
    made = decide(*gone, max_vms=5)
    assert (launched(made), removed(made)) == (1, [])


def test_an_open_breaker_launches_one_canary_and_says_so():
    dead = [failed("boot", 2000 + n, f"vm{n}") for n in range(5)]
    made = decide(*dead)
    assert (made.breaker, launched(made), sorted(removed(made)), made.room) == ("open", 1, ["vm3", "vm4"], 0)
    assert "so one canary may start (ELASTIC_CLOUD_CANARY_INTERVAL=1800)" in made.verdict
    canary = Worker(replace(vm("new", joined=None), launched=NOW - 60))
    assert launched(decide(*dead[:3], canary)) == 0
    assert "so one canary may start" in decide(*dead, number=1).verdict


def test_the_breaker_closes_when_a_vm_has_joined_and_got_a_job_after_the_failures():
    dead = [failed("boot", 2000 + n, f"vm{n}") for n in range(3)]
    joined = idle("new", joined=NOW - 100, launched=NOW - 300)
    assert decide(*dead, joined).breaker == "open"
    works = replace(busy("new", used=4), vm=joined.vm)
    made = decide(*dead, works)
    assert (made.breaker, sorted(removed(made))) == ("closed", ["vm0", "vm1", "vm2"])
    assert launched(made) > 1
    veteran = replace(works, vm=replace(works.vm, joined=NOW - 9000, launched=NOW - 9100))
    assert decide(*dead, veteran).breaker == "open"


def test_a_fleet_whose_empty_workers_no_waiting_job_can_run_on_launches_no_more_of_them():
    useless = [idle(f"vm{n}", launched=NOW - 200) for n in range(3)]
    useless = [replace(w, startd=replace(w.startd, kind="other", differs="Start is false")) for w in useless]
    made = decide(*useless)
    assert made.verdict == (
        "Submitting none of 5 wanted VMs, because ELASTIC_CLOUD_BREAKER=3 and no waiting job can run on 3 empty "
        "workers, though TEMPLATE says so (vm0: Start is false)."
    )
    assert launched(decide(*useless[:2])) == 1
    assert launched(decide(*useless[:2], busy("works"))) == 5
    leaving = [replace(w, startd=replace(w.startd, ends=NOW + 100)) for w in useless]
    assert launched(decide(*leaving)) == 5
    drifted = [replace(w, vm=replace(w.vm, hash=submit_hash(fleet(submit="image = wrong")))) for w in useless]
    assert launched(decide(*drifted)) == 5


def test_of_useless_workers_as_many_stay_as_bear_witness_and_one_goes_each_interval():
    def useless(number, launched):
        worker = idle(f"vm{number}", launched=launched)
        return replace(worker, startd=replace(worker.startd, kind="other"))

    def gone(*workers):
        return [action.worker.vm.vm for action in decide(*workers).actions if isinstance(action, Retire)]

    assert gone(*[useless(n, NOW - 1799 - n) for n in range(5)]) == ["vm3", "vm4"]
    assert gone(*[useless(n, NOW - 1799 - n) for n in range(3)]) == []
    assert gone(*[useless(n, NOW - 1800 - n) for n in range(3)]) == ["vm2"]


TOMBSTONES = st.lists(
    st.tuples(st.sampled_from(sorted(REASONS)), st.integers(0, 100_000), st.integers(0, 4000), st.booleans()),
    max_size=20,
).map(
    lambda drawn: [
        failed(kind, age, f"vm{n}", took, hash="1-other" if old else "")
        for n, (kind, age, took, old) in enumerate(drawn)
    ]
)
OTHERS = st.lists(st.sampled_from([idle, busy]), max_size=4).map(
    lambda made: [m(f"live{n}") for n, m in enumerate(made)]
)


@given(TOMBSTONES, OTHERS, st.integers(0, 4))
def test_a_controller_that_comes_back_decides_as_if_nothing_had_been_removed(dead, others, breaker):
    knobs = fleet(breaker=breaker)
    first = respond(knobs, [*dead, *others], NOW)
    again = respond(knobs, [*(w for w in dead if w.vm.vm in first.kept), *others], NOW)
    assert (again.most, again.why, again.breaker, again.alarm) == (first.most, first.why, first.breaker, first.alarm)
    assert again.kept == first.kept


@given(TOMBSTONES, OTHERS)
def test_the_lost_are_kept_and_of_the_others_no_more_than_needed(dead, others):
    kept = respond(fleet(), [*dead, *others], NOW).kept
    lost = {w.vm.vm for w in dead if w.vm.hold_code == 42}
    assert lost <= kept
