from build import jobs
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.decide.matching import Room, fill, machines
from condor_elastic.model import Shape

GROUPS = st.lists(st.builds(jobs, st.integers(0, 40), st.integers(1, 10), st.integers(0, 20000)), max_size=6)


def test_the_largest_jobs_are_placed_first():
    used, rest = fill([jobs(8), jobs(1, cpus=8)], [Room("a", "cloud", Shape(8, 16000))])
    assert used == {"a"}
    assert [(g.shape.cpus, g.count) for g in rest] == [(1, 8)]


def test_small_jobs_fill_the_gaps_of_large_ones():
    assert machines([jobs(3, cpus=5), jobs(9)], "cloud", Shape(8, 64000)) == 3


@given(GROUPS, st.lists(st.builds(Shape, st.integers(0, 8), st.integers(0, 16000)), max_size=5))
def test_filling_loses_no_job_and_never_overfills(groups, shapes):
    rooms = [Room(str(i), "cloud", shape) for i, shape in enumerate(shapes)]
    _, rest = fill(groups, rooms)
    placed = sum(g.count for g in groups) - sum(g.count for g in rest)
    assert placed >= 0
    cores = sum(g.count * g.shape.cpus for g in groups) - sum(g.count * g.shape.cpus for g in rest)
    assert cores <= sum(shape.cpus for shape in shapes)


@given(GROUPS)
def test_machines_hold_what_fits_and_no_machine_is_idle(groups):
    template = Shape(8, 16000)
    number = machines(groups, "cloud", template)
    fitting = [g for g in groups if template.holds(g.shape)]
    assert number * 8 >= sum(g.count * g.shape.cpus for g in fitting)
    assert number * 16000 >= sum(g.count * max(1, g.shape.memory) for g in fitting) or number == 0
    assert number <= sum(g.count for g in fitting)
    rooms = [Room(str(i), "cloud", template) for i in range(number)]
    assert fill(fitting, rooms)[1] == ()
