"""What holds of every chain of policies, whatever its order."""

from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import WORKERS, World, decide, fleets, growth, launched

from condor_elastic.model import NoteJoined, Retire, Unretire


def bills(knobs, workers):
    shapes = [w.startd.whole if w.startd else knobs.template for w in workers]
    return len(shapes), sum(s.cpus for s in shapes), sum(s.memory for s in shapes)


@settings(max_examples=200)
@given(fleets(), WORKERS, st.integers(0, 60))
def test_never_more_vms_than_any_cap_counting_what_drains(knobs, workers, jobs):
    grown = launched(decide(knobs, workers, jobs))
    vms, cores, memory = bills(knobs, workers)
    if grown:
        assert vms + grown <= knobs.max_vms
        assert knobs.max_cores is None or cores + 4 * grown <= knobs.max_cores
        assert knobs.max_memory is None or memory + 8000 * grown <= knobs.max_memory
        assert knobs.max_price_per_hour is None or (vms + grown) * knobs.price <= knobs.max_price_per_hour + 1e-6


@settings(max_examples=200)
@given(fleets("Expression"), WORKERS, st.integers(0, 60), st.integers(0, 20))
def test_more_demand_never_means_fewer_vms(knobs, workers, jobs, more):
    assert growth(decide(knobs, workers, jobs + more)) >= growth(decide(knobs, workers, jobs))


@settings(max_examples=200)
@given(fleets(), WORKERS, st.integers(0, 60))
def test_no_worker_goes_both_ways_and_launches_never_meet_retirement(knobs, workers, jobs):
    decided = decide(knobs, workers, jobs)
    marked = [a.worker.vm.vm for a in decided.actions if isinstance(a, (Retire, Unretire))]
    assert len(marked) == len(set(marked))
    assert not (launched(decided) and any(isinstance(a, Retire) for a in decided.actions))


@settings(max_examples=100, deadline=None)
@given(fleets("Expression", "Fixed"), WORKERS, st.integers(0, 30))
def test_constant_demand_converges_and_then_nothing_is_done(knobs, workers, jobs):
    world = World(knobs, workers, jobs)
    for _ in range(60):
        world.turn()
    for _ in range(5):
        decided = world.turn()
        assert all(isinstance(action, NoteJoined) for action in decided.actions), decided.verdict


@given(fleets(), WORKERS, st.integers(0, 60))
def test_every_change_has_its_reason(knobs, workers, jobs):
    decided = decide(knobs, workers, jobs)
    for step in decided.trail:
        assert step.after == step.before or step.why
    assert "because ;" not in decided.verdict
    assert "because ." not in decided.verdict
