from dataclasses import replace

from build import NOW, booting, busy, fleet, idle, jobs, pool, requested, retiring, seen, settings, startd, vm
from hypothesis import given
from hypothesis import strategies as st
from worlds import WORKERS, fleets

from condor_elastic.decide import plan
from condor_elastic.decide.leaving import worker_figures
from condor_elastic.decide.policies import View
from condor_elastic.knobs.row import WORKER_FIGURES
from condor_elastic.model import (
    HELD,
    JobGroup,
    Ledger,
    Pool,
    Remove,
    Retire,
    Shape,
    Snapshot,
    SubmitVms,
    Unknown,
    Unretire,
    Worker,
)


def with_vm(worker, **changes):
    return replace(worker, vm=replace(worker.vm, **changes))


def evaluate(text, figures):
    return figures.get(text, f"{text} is not there")


def decide(look, workers, knobs):
    return plan(settings(knobs), look, pool(*workers), evaluate)[0]


def gone(decided):
    return [a.worker.vm.vm if isinstance(a, Retire) else a.vm.vm
            for a in decided.actions if isinstance(a, (Retire, Remove))]  # fmt: skip


def test_the_highest_rank_goes_first_and_what_is_no_number_counts_as_none():
    workers = [busy("a", used=1), busy("b", used=5), busy("c", used=3)]
    assert gone(decide(seen(), workers, fleet(max_vms=2))) == ["a"]
    assert gone(decide(seen(), workers, fleet(max_vms=1, retire_rank="CpusUsed"))) == ["b", "c"]
    assert gone(decide(seen(), workers, fleet(max_vms=2, retire_rank="Nonsense"))) == ["a"]


def test_rank_chooses_among_the_empty_too():
    workers = [idle("a", price=1.0), idle("b", price=3.0), idle("c", price=2.0)]
    knobs = fleet(policies=("Ready", "MinVms"), min_vms=2, retire_rank="Price")
    assert gone(decide(seen(), workers, knobs)) == ["b"]


def test_the_pinned_stay_above_a_cap_and_it_is_said():
    workers = [with_vm(idle("a"), pinned=True), idle("b")]
    decided = decide(seen(), workers, fleet(max_vms=0))
    assert gone(decided) == ["b"]
    assert decided.verdict.endswith("; keeping 1 pinned worker.")


def test_who_is_pinned_while_it_retires_is_taken_back():
    decided = decide(seen(), [with_vm(retiring("a"), pinned=True)], fleet(max_vms=0))
    assert [a.worker.vm.vm for a in decided.actions if isinstance(a, Unretire)] == ["a"]
    assert decided.verdict == "Un-retiring 1 worker, because it is pinned; keeping 1 pinned worker."


def test_a_failure_that_is_pinned_stays():
    failed = Worker(vm("a", HELD, since=NOW - 5000, pinned=True))
    assert gone(decide(seen(), [failed], fleet())) == []


def test_the_budget_of_a_cycle_is_said():
    decided = decide(seen(), [idle(f"w{n}") for n in range(25)], fleet(max_vms=0, max_retire_per_cycle=10))
    assert len(gone(decided)) == 10
    assert "retiring 10 workers" in decided.verdict.lower()
    assert decided.verdict.endswith("; leaving 15 VMs for later, because ELASTIC_CLOUD_MAX_RETIRE_PER_CYCLE=10.")
    assert gone(decide(seen(), [idle("a")], fleet(max_vms=0, max_retire_per_cycle=0))) == []


def test_failed_vm_jobs_do_not_count_as_they_have_no_vm():
    failed = [Worker(vm(f"f{n}", HELD, since=NOW - 90_000 + n)) for n in range(9)]
    assert len(gone(decide(seen(), failed, fleet(max_retire_per_cycle=0)))) >= 8


def test_the_drifted_leave_one_at_a_time_the_empty_first_and_are_not_taken_back():
    workers = [with_vm(busy("a"), drifted=True), with_vm(idle("b", since=NOW - 5), drifted=True), busy("c")]
    decided = decide(seen(), workers, fleet())
    assert gone(decided) == ["b"]
    assert "SUBMIT or TEMPLATE has changed since its launch, and ELASTIC_CLOUD_MAX_DRIFT=1" in decided.verdict
    leaving = [with_vm(retiring("b", used=8), drifted=True), workers[0]]
    decided = decide(seen(jobs(8)), leaving, fleet())
    assert gone(decided) == []
    assert [type(a) for a in decided.actions] == [SubmitVms]
    assert gone(decide(seen(), workers, fleet(max_drift=0))) == []


def test_none_leaves_for_drift_while_a_new_one_may_still_fail():
    old = [with_vm(idle("a", since=NOW - 5), drifted=True), busy("b")]
    failed = Worker(vm("x", HELD, since=NOW - 20, hold_reason="ImageNotFound"))
    assert gone(decide(seen(), old, fleet())) == ["a"]
    assert gone(decide(seen(), [*old, booting("x")], fleet())) == []
    assert gone(decide(seen(), [*old, failed], fleet())) == []
    assert gone(decide(seen(jobs(16)), old, fleet())) == []  # it launches


def test_none_leaves_for_drift_if_no_money_is_left_for_a_new_one():
    old = [with_vm(idle("a", since=NOW - 5), drifted=True, began=NOW - 60, price=1.0)]
    knobs = fleet(price=1.0, max_cost_per_day=1.5)
    assert gone(decide(seen(ledger=Ledger(NOW - 900, NOW - 900)), old, knobs)) == []
    assert gone(decide(seen(ledger=Ledger(NOW - 900, NOW - 900)), old, replace(knobs, max_cost_per_day=3))) == ["a"]


def test_a_pinned_worker_that_is_taken_back_takes_the_jobs_that_wait():
    decided = decide(seen(jobs(4)), [with_vm(retiring("a", used=4), pinned=True)], fleet(max_vms=1))
    assert [type(a) for a in decided.actions] == [Unretire]


def test_the_drifted_go_first_in_every_choice():
    workers = [busy("a", used=1), with_vm(busy("b", used=7), drifted=True)]
    assert gone(decide(seen(), workers, fleet(max_vms=1, max_drift=0))) == ["b"]
    waiting = [requested("x", since=NOW - 9000), with_vm(requested("y", since=NOW - 9000), drifted=True)]
    assert gone(decide(seen(), waiting, fleet(max_vms=1))) == ["y"]


some_of_them = st.sets(st.integers(0, 11))
limited = st.builds(
    replace, fleets(), max_retire_per_cycle=st.integers(0, 4), max_drift=st.integers(0, 3),
    retire_rank=st.sampled_from(["", "IdleSeconds"]),
)  # fmt: skip


@given(limited, WORKERS, st.integers(0, 60), some_of_them, some_of_them)
def test_pinned_never_leave_and_no_budget_is_passed(knobs, workers, waiting, pins, drifts):
    workers = [with_vm(w, pinned=n in pins, drifted=n in drifts) for n, w in enumerate(workers)]
    groups = (JobGroup(Shape(1, 2000), waiting, frozenset([knobs.name])),) if waiting else ()

    def number(text, figures):
        factor, _, name = text.partition(" * ")
        return figures[text] if text in figures else float(factor) * (figures[name] if name else 1)

    (decided,) = plan(settings(knobs), Snapshot(NOW, idle=groups), Pool(tuple(workers)), number)
    names = gone(decided)
    assert len(names) == len(set(names)) <= knobs.max_retire_per_cycle
    assert not {w.vm.vm for w in workers if w.vm.pinned} & set(names)
    marked = [a.worker.vm.vm for a in decided.actions if isinstance(a, Unretire)]
    assert len(marked) == len(set(marked))
    assert not set(marked) & set(names)
    for_drift = [a for a in decided.actions if isinstance(a, Retire) and "MAX_DRIFT" in a.why]
    assert len(for_drift) <= knobs.max_drift


def test_the_rank_sees_all_that_it_may_name():
    worker = Worker(vm("a", began=NOW - 100, price=0.5, retired=2, drifted=True), startd("a", used=3))
    view = View(fleet(price=9.0))
    figures = worker_figures(worker, view, NOW)
    assert tuple(figures) == WORKER_FIGURES
    assert tuple(figures.values()) == (100, 0, 3, 8, 3, 16000, 0.5, 1, 2)
    assert worker_figures(requested("b", since=NOW - 7), view, NOW)["Age"] == 7


def test_who_was_retired_by_hand_is_not_taken_back_for_demand():
    workers = [with_vm(retiring("a"), retire_asked=NOW), retiring("b")]
    decided = decide(seen(jobs(20)), workers, fleet())
    assert [a.worker.vm.vm for a in decided.actions if isinstance(a, Unretire)] == ["b"]
    assert [a.count for a in decided.actions if isinstance(a, SubmitVms)] == [2]
    assert decided.verdict.endswith("; leaving 1 worker that somebody retired by hand to go.")


def test_who_was_retired_by_hand_before_it_joined_retires_once_and_whatever_is_not_known():
    asked = with_vm(busy("a"), retire_asked=NOW, deadline=NOW - 1)
    for look in (seen(jobs(1)), seen(jobs(1), silent=(Unknown("schedd b", "it does not answer"),))):
        decided = decide(look, [asked], fleet())
        assert gone(decided) == ["a"]
        assert "retiring 1 worker, because somebody asked for it (condor_elastic retire)" in decided.verdict.lower()
    assert gone(decide(seen(), [asked, busy("b")], fleet(max_vms=0))) == ["a", "b"]


def test_who_joins_later_is_left_until_then():
    assert gone(decide(seen(jobs(8)), [with_vm(booting("a"), retire_asked=NOW)], fleet())) == []


def test_a_pin_is_stronger_than_a_retirement_by_hand():
    workers = [with_vm(retiring("a"), retire_asked=NOW, pinned=True)]
    assert [type(a) for a in decide(seen(), workers, fleet()).actions] == [Unretire]
