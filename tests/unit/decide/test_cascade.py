"""Three fleets at prices 0, 1 and 3: grown in that order, shrunk in the opposite one; what is full is passed over."""

from build import fleet
from cloud_world import CYCLE, MACHINE, Clouds

PRICES = {"free": 0.0, "spot": 1.0, "dear": 3.0}
CAP = 4


def clouds(**more):
    fleets = [fleet(name, template=MACHINE, price=price, max_vms=CAP) for name, price in PRICES.items()]
    return Clouds(*fleets, **more)


def counts(world):
    return [world.count(name) for name in PRICES]


def turns(world, number):
    for _ in range(number):
        world.turn()


def test_grown_from_the_cheapest_and_shrunk_from_the_dearest():
    world = clouds()
    seen = []
    for jobs in (16, 16, 16):
        world.add(jobs)
        turns(world, 5)
        seen.append(counts(world))
    assert seen == [[4, 0, 0], [4, 4, 0], [4, 4, 4]]
    world.seconds = 600
    order = []
    for cycle in range(300):  # less and less to do: a few short jobs in each cycle
        world.add(max(0, 4 - cycle // 60))
        world.turn()
        now = counts(world)
        assert sorted(now, reverse=True) == now, "a dearer fleet is never the larger one"
        order += [] if order and order[-1] == now else [now]
    assert order[0] == [4, 4, 4]
    turns(world, 60)
    order.append(counts(world))
    gone = [next(place for place, now in enumerate(order) if not now[fleet]) for fleet in range(3)]
    assert gone[2] < gone[1] < gone[0], "the dearest leaves first"
    assert counts(world) == [0, 0, 0]


def test_while_the_cheapest_has_no_room_the_next_serves_within_two_cycles_and_it_comes_back():
    full = {"free": 0}
    world = clouds(room=lambda name: full.get(name, 1000))
    world.add(8)
    world.turn()
    assert world.launched() == {"free": 2}
    turns(world, 2)
    assert world.launched()["spot"] == 2
    # Full for three hours of steady demand: few attempts, as the window doubles.
    world.seconds = 1200
    for _ in range(180):
        world.add(1)
        world.turn()
    tries = {time for time, name in world.launches if name == "free"}
    assert 3 <= len(tries) <= 7
    assert world.tombstones() <= 5
    assert world.count("free") == 0
    assert world.count("spot") > 0
    # There is room again: after the longest window at most, the cheapest is the first to take what comes more.
    full["free"] = 1000
    turns(world, 3600 // CYCLE)
    since = world.now
    world.seconds = 7200
    world.add(20)
    turns(world, 10)
    assert world.count("free") == CAP
    assert world.launched(since).most_common(1)[0][0] == "free"
    turns(world, 5)
    assert world.tombstones() == 0
