from build import jobs
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.decide.matching import Room, _Rooms, fill, machines
from condor_elastic.model import JobGroup, Shape

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


SHAPES = st.builds(Shape, st.integers(0, 8), st.integers(0, 16000), st.integers(0, 900), st.integers(0, 2))
ASKED = st.builds(Shape, st.integers(1, 9), st.integers(0, 9000), st.integers(0, 400), st.integers(0, 2))
MIXED = st.lists(st.builds(JobGroup, ASKED, st.integers(0, 30), st.just(frozenset({"cloud"}))), max_size=8)


@given(MIXED, st.lists(st.tuples(SHAPES, st.integers(1, 4), st.integers(0, 2)), max_size=6))
def test_no_room_is_overfilled_in_anything(groups, rooms):
    free = _Rooms(Room(str(i), "cloud", shape, tier, count=count) for i, (shape, count, tier) in enumerate(rooms))
    for group in groups:
        left = free.place(group, set())
        assert 0 <= left <= group.count
    for alike in free._alike.values():
        for here in alike.values():
            assert all(min(r.shape.cpus, r.shape.memory, r.shape.disk, r.shape.gpus) >= 0 for r in here)


@given(MIXED, SHAPES, st.integers(1, 6))
def test_many_rooms_that_are_alike_are_as_good_as_each_of_them(groups, shape, number):
    def placed(rooms):
        return sum(group.count for group in groups) - sum(group.count for group in fill(groups, rooms)[1])

    apart = [Room(str(i), "cloud", shape) for i in range(number)]
    assert placed(apart) == placed([Room("all", "cloud", shape, count=number)])


@given(MIXED)
def test_new_machines_are_never_fuller_than_the_template(groups):
    template = Shape(8, 16000, 900, 2)
    number = machines(groups, "cloud", template)
    fitting = [group for group in groups if template.holds(group.shape)]
    for thing in ("cpus", "memory", "disk", "gpus"):
        asked = sum(group.count * getattr(group.shape, thing) for group in fitting)
        assert asked <= number * getattr(template, thing)


HALVES = st.lists(st.tuples(st.sampled_from([1, 2, 4, 8]), st.integers(1, 40)), min_size=1, max_size=5)


@given(HALVES, st.sampled_from([1, 2, 4, 8]), st.integers(1, 20))
def test_more_jobs_never_need_fewer_machines(pairs, cpus, more):
    # Of sizes that halve, as cores are asked for.  Of any sizes first-fit-decreasing has its known anomalies.
    groups = [jobs(count, cpus, cpus * 1000) for cpus, count in pairs]
    template = Shape(8, 16000)
    assert machines([*groups, jobs(more, cpus, cpus * 1000)], "cloud", template) >= machines(groups, "cloud", template)


def test_lower_tiers_are_filled_first_and_then_the_fullest():
    rooms = [Room("late", "cloud", Shape(1, 9000), tier=1), Room("empty", "cloud", Shape(8, 16000)),
             Room("full", "cloud", Shape(2, 9000))]  # fmt: skip
    assert fill([jobs(1)], rooms)[0] == {"full"}
    assert fill([jobs(3)], rooms)[0] == {"full", "empty"}
    assert fill([jobs(11)], rooms)[0] == {"full", "empty", "late"}


def test_a_slot_takes_the_jobs_that_its_kind_matches_and_only_while_it_stays():
    slot = Room("a", "cloud", Shape(8, 16000), kind="kind 0", seconds=3600)
    long, short = (JobGroup(Shape(1, 100), 1, frozenset({"cloud"}), frozenset({"kind 0"}), s) for s in (3600, 60))
    assert fill([jobs(1), long], [slot])[0] == frozenset()
    assert fill([short], [slot])[0] == {"a"}
