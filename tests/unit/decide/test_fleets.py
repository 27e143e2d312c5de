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
    startd,
    vm,
)
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.decide import plan
from condor_elastic.model import (
    HELD,
    NoteJoined,
    Remove,
    Retire,
    Shape,
    SiteRoom,
    SubmitVms,
    Template,
    Unknown,
    Unretire,
    Worker,
)


def decide(look, workers=(), *fleets):
    return plan(settings(*(fleets or (fleet(),))), look, pool(*workers))


def of(plans, kind):
    return [action for p in plans for action in p.actions if isinstance(action, kind)]


def launched(plans):
    return sum(action.count for action in of(plans, SubmitVms))


def test_idle_jobs_become_vms_packed_by_cores():
    plans = decide(seen(jobs(7, cpus=2), jobs(5)))
    assert launched(plans) == 3
    assert plans[0].verdict == "Submitting 3 VMs, because 12 idle jobs have no room."


def test_memory_counts_as_much_as_cores():
    assert launched(decide(seen(jobs(4, memory=16000)))) == 4


def test_a_job_no_vm_can_hold_starts_nothing():
    assert launched(decide(seen(jobs(3, memory=99000)))) == 0


def test_jobs_of_other_fleets_start_nothing():
    assert launched(decide(seen(jobs(9, fleets=("other",))))) == 0


def test_free_and_booting_room_is_used_first():
    assert launched(decide(seen(jobs(24)), [idle("a"), busy("b", used=8), booting("c")])) == 1


def test_max_per_cycle_is_said_with_its_knob():
    plans = decide(seen(jobs(96)), (), fleet(max_per_cycle=3))
    assert launched(plans) == 3
    assert plans[0].verdict == (
        "Submitting 3 of 12 wanted VMs, because 96 idle jobs have no room and ELASTIC_CLOUD_MAX_PER_CYCLE=3."
    )


def test_max_vms_counts_all_that_bills():
    workers = [busy("a"), retiring("b", used=8), booting("c"), Worker(vm("d"))]
    plans = decide(seen(jobs(800)), workers, fleet(max_vms=5))
    assert launched(plans) == 1
    full = decide(seen(jobs(800)), [busy("a"), busy("b"), booting("c"), Worker(vm("d")), busy("e")], fleet(max_vms=5))
    assert launched(full) == 0
    assert full[0].verdict == ("Submitting none of 99 wanted VMs, because ELASTIC_CLOUD_MAX_VMS=5 and there are 5.")


def test_unretire_comes_before_launch():
    plans = decide(seen(jobs(8)), [retiring("a", used=2), retiring("b", used=6)])
    assert [a.worker.vm.vm for a in of(plans, Unretire)] == ["a", "b"]
    assert launched(plans) == 0
    assert plans[0].verdict == "Un-retiring 2 workers, because demand came back."


def test_unretire_takes_no_more_than_needed():
    plans = decide(seen(jobs(2)), [retiring("a", used=2), retiring("b", used=6)])
    assert [a.worker.vm.vm for a in of(plans, Unretire)] == ["a"]


def test_a_full_worker_is_taken_back_while_jobs_wait_and_launches_go_on():
    plans = decide(seen(jobs(9)), [retiring("a", used=8), retiring("b", used=8), retiring("c", used=8)])
    assert [a.worker.vm.vm for a in of(plans, Unretire)] == ["a", "b"]
    assert launched(plans) == 2


def test_unretire_stays_under_a_lowered_cap():
    plans = decide(seen(jobs(8)), [busy("a"), retiring("b", used=2)], fleet(max_vms=1))
    assert of(plans, Unretire) == []


@pytest.mark.parametrize(("age", "gone"), [(599, []), (600, ["a"])])
def test_an_empty_worker_is_retired_after_the_idle_timeout(age, gone):
    plans = decide(seen(), [idle("a", since=NOW - age)])
    assert [a.worker.vm.vm for a in of(plans, Retire)] == gone


def test_a_worker_that_idle_jobs_need_is_kept():
    plans = decide(seen(jobs(1)), [idle("a", since=0), idle("b", since=0)])
    assert [a.worker.vm.vm for a in of(plans, Retire)] == ["b"]


def test_a_busy_worker_is_never_retired_by_default():
    assert of(decide(seen(), [busy("a", used=1, since=0), busy("b", used=1, since=0)]), Retire) == []


def test_soft_retirement_marks_the_least_loaded():
    plans = decide(seen(), [busy("a", used=3), busy("b", used=1)], fleet(retire="Soft"))
    assert [a.worker.vm.vm for a in of(plans, Retire)] == ["b"]
    assert "1 worker can hold what runs on 2" in plans[0].verdict


def test_soft_retirement_waits_until_nothing_moves():
    workers = [busy("a", used=3), busy("b", used=1, since=NOW - 5)]
    assert of(decide(seen(), workers, fleet(retire="Soft")), Retire) == []


def test_a_lowered_cap_cancels_then_retires_empty_then_least_loaded():
    workers = [busy("a"), busy("b", used=2), idle("c", since=NOW), requested("d")]
    plans = decide(seen(), workers, fleet(max_vms=1))
    assert [a.vm.vm for a in of(plans, Remove)] == ["d"]
    assert [a.worker.vm.vm for a in of(plans, Retire)] == ["c", "b"]


def test_those_already_leaving_count_towards_a_lowered_cap():
    assert of(decide(seen(), [busy("a"), retiring("b")], fleet(max_vms=1)), Retire) == []


def test_a_request_nobody_needs_is_cancelled_after_the_timeout():
    plans = decide(seen(), [requested("a", since=NOW - 600), requested("b")])
    assert [a.vm.vm for a in of(plans, Remove)] == ["a"]


def test_a_failure_holds_launches_until_its_window_is_over():
    dead = Worker(vm("a", HELD, since=NOW - 20, hold_reason="InsufficientInstanceCapacity", joined=None))
    plans = decide(seen(jobs(1)), [dead])
    assert launched(plans) == 0
    seen_so_far = "ELASTIC_CLOUD_BACKOFF=300 and VM job 1.0 failed 20 s ago (capacity: InsufficientInstanceCapacity)"
    assert seen_so_far in plans[0].verdict
    later = decide(seen(jobs(1)), [Worker(vm("a", HELD, since=NOW - 300, joined=None))])
    assert launched(later) == 1
    assert of(later, Remove) == []  # the next failure would be the second in a row
    joined = decide(seen(jobs(1)), [Worker(vm("a", HELD, since=NOW - 300)), idle("b", joined=NOW - 10)])
    assert [a.vm.vm for a in of(joined, Remove)] == ["a"]


def test_joining_is_written_down_once():
    new = Worker(vm("a", joined=None), startd("a"))
    assert [a.worker.vm.vm for a in of(decide(seen(), [new, idle("b")]), NoteJoined)] == ["a"]


@pytest.mark.parametrize("what", ["vms", "startds", "idle"])
def test_what_is_unknown_freezes_the_fleets(what):
    unknown = Unknown("the collector", "no answer")
    plans = decide(seen(**{"idle": (jobs(9),), what: unknown}), [idle("a", since=0)])
    assert plans[0].actions == ()
    assert plans[0].verdict == "Doing nothing, because the collector is unknown (no answer)."


def test_silence_of_panda_shrinks_nothing():
    look = seen(queues={"BNL": queue_seen(stats=Unknown("PanDA at x", "HTTP status 500"))})
    plans = plan(settings(fleet(), queues=(queue(),)), look, pool(idle("a", since=0)))
    assert [p.actions for p in plans] == [(), ()]
    assert plans[1].verdict == "Retiring nothing, because PanDA at x is unknown (HTTP status 500)."


def test_what_the_first_fleet_cannot_take_flows_to_the_next():
    both = ("cloud", "next")
    plans = decide(seen(jobs(32, fleets=both)), (), fleet(max_vms=1), fleet("next"))
    assert [a for p in plans for a in p.actions] == [SubmitVms("cloud", 1), SubmitVms("next", 3)]


def test_an_activated_job_of_a_known_panda_leaves_fleets_alone():
    look = seen(queues={"BNL": queue_seen(0)})
    plans = plan(settings(fleet(), queues=(queue(),)), look, pool(idle("a", since=0)))
    assert len(of(plans, Retire)) == 1


WORKERS = st.lists(
    st.sampled_from([idle, busy, retiring, booting, requested, lambda n: Worker(vm(n))]), max_size=12
).map(lambda makers: [make(f"vm{i}") for i, make in enumerate(makers)])


@given(WORKERS, st.integers(0, 300), st.integers(0, 14), st.integers(0, 20))
def test_never_more_than_the_cap_and_never_shrinking_and_growing_at_once(workers, number, cap, per_cycle):
    plans = decide(seen(jobs(number)), workers, fleet(max_vms=cap, max_per_cycle=per_cycle))
    grown = launched(plans)
    assert grown <= max(0, cap - len(workers))
    assert grown <= per_cycle
    assert not (grown and of(plans, Retire))
    marked = [a.worker.vm.vm for a in of(plans, Retire)] + [a.worker.vm.vm for a in of(plans, Unretire)]
    assert len(marked) == len(set(marked))


@given(WORKERS, st.integers(0, 200), st.integers(0, 50))
def test_more_demand_never_means_fewer_vms(workers, number, more):
    wide = fleet(max_per_cycle=1000, max_vms=1000)
    assert launched(decide(seen(jobs(number + more)), workers, wide)) >= launched(
        decide(seen(jobs(number)), workers, wide)
    )


def test_jobs_flow_on_to_the_next_fleet_and_room_that_is_retiring_anywhere_comes_first():
    both = ("free", "spot")
    fleets = settings(fleet("free", max_vms=1), fleet("spot"))
    workers = [replace(retiring("r", used=0), vm=vm("r", fleet="spot"))]
    workers = [replace(w, startd=replace(w.startd, fleet="spot")) for w in workers]
    plans = {p.name: p for p in plan(fleets, seen(jobs(20, fleets=both)), pool(*workers))}
    assert [a.count for a in plans["free"].actions] == [1]
    assert [type(a) for a in plans["spot"].actions] == [Unretire, SubmitVms]
    assert [a.count for a in plans["spot"].actions if isinstance(a, SubmitVms)] == [1]


def test_the_fleet_that_is_preferred_keeps_its_workers():
    fleets = settings(fleet("free"), fleet("spot"))

    def one(name, of):
        worker = idle(name, since=0, fleet=of)
        return replace(worker, startd=replace(worker.startd, fleet=of))

    plans = plan(fleets, seen(jobs(3, fleets=("free", "spot"))), pool(one("s", "spot"), one("f", "free")))
    gone = [a.worker.vm.vm for p in plans for a in p.actions if isinstance(a, Retire)]
    assert gone == ["s"]


def test_the_cheapest_core_is_bought_first_where_the_order_is_the_price():
    dear = fleet("dear", price=0.8, template=Template(8, 16000))
    cheap = fleet("cheap", price=0.6, template=Template(4, 16000), max_vms=9)
    fair = fleet("fair", price=0.8, template=Template(16, 16000))
    known = settings(dear, cheap, fair)
    named = ("dear", "cheap", "fair")
    listed = plan(known, seen(jobs(1, fleets=named)), pool())
    assert [p.name for p in listed if p.actions] == ["dear"]
    by_price = replace(known, pool=replace(known.pool, fleet_order="Price"))
    plans = plan(by_price, seen(jobs(1, fleets=named)), pool())
    assert [(p.name, bool(p.actions)) for p in plans] == [("fair", True), ("dear", False), ("cheap", False)]


def test_a_source_of_demand_that_is_silent_lets_nothing_go():
    plans = decide(seen(silent=(Unknown("the schedd b", "gone"),)), [idle("a", since=0)])
    assert not of(plans, Retire)
    assert "etiring nothing, because the schedd b is unknown (gone)" in plans[0].verdict


def test_free_slots_of_the_site_take_jobs_before_any_vm_is_started():
    group = replace(jobs(5), kinds=frozenset({"kind 0"}))
    plans = decide(seen(group, site=(SiteRoom("kind 0", Shape(1, 4000), 4),)), [])
    assert plans[0].wanted == 1


def test_a_fleet_says_how_many_more_it_could_launch_and_none_while_a_failure_is_fresh():
    knobs = fleet(max_vms=9, max_per_cycle=2)
    (calm,) = decide(seen(jobs(80)), [idle("a")], knobs)
    assert (launched([calm]), calm.room) == (2, 6)
    failed = Worker(vm("b", status=HELD, since=NOW - 1, hold_reason="InsufficientInstanceCapacity"))
    (burnt,) = decide(seen(jobs(80)), [failed], knobs)
    assert (launched([burnt]), burnt.room) == (0, 0)
