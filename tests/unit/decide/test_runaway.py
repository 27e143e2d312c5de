"""Every new VM is useless for thirty hours while jobs wait: what that may cost is bounded, and a good one ends it."""

from bisect import bisect_left

import pytest
from build import fleet
from cloud_world import CYCLE, MACHINE, TIMERS, Clouds

HOURS = 30
MAX_VMS, INTERVAL, BREAKER = 25, 1800, 3
KNOBS = {"template": MACHINE, "max_vms": MAX_VMS, "canary_interval": INTERVAL, "breaker": BREAKER}


@pytest.mark.parametrize("fate", ["START=False", "never registers", "dies at once"])
@pytest.mark.parametrize("jobs", [1, 40, 400])
def test_useless_vms_are_bounded_and_canaries_are_rare(fate, jobs):
    world = Clouds(fleet(**KNOBS), fate=lambda _: fate)
    world.add(jobs)
    opened, said = None, set()
    for _ in range(HOURS * 3600 // CYCLE):
        world.turn()
        if opened is None and world.plans["cloud"].breaker == "open":
            opened = world.now
        if opened is not None:
            assert world.plans["cloud"].breaker == "open"
            said.add(world.plans["cloud"].verdict)
            assert world.tombstones() <= BREAKER + (MAX_VMS if world.now - opened <= 1800 else 1)
    # The bound: what the cap lets live at once before the first failure is known, an attempt for each further one that
    # the breaker waits for, and one canary an interval.
    assert opened is not None
    before = sum(time < opened for time, _ in world.launches)
    assert before <= MAX_VMS + BREAKER - 1
    canaries = [time for time, _ in world.launches if time >= opened]
    assert len(canaries) <= (world.now - opened) // INTERVAL + 1
    assert len(canaries) >= HOURS // 2  # it goes on trying
    assert all(bisect_left(canaries, t + INTERVAL) - place == 1 for place, t in enumerate(canaries))
    assert any("ELASTIC_CLOUD_BREAKER=3 and the last 3 boots in a row failed, so the next canary" in s for s in said)
    assert any("so one canary may start (ELASTIC_CLOUD_CANARY_INTERVAL=1800); VM job" in s for s in said)

    # The image is mended: the next canary works, and the fleet grows as if nothing had been.
    world.fate, mended = lambda _: "good", world.now
    for _ in range((INTERVAL + 900) // CYCLE):
        world.turn()
    assert world.plans["cloud"].breaker == "closed"
    for _ in range(3600 // CYCLE):
        world.turn()
    assert world.tombstones() == 0
    assert world.count("cloud") >= min(MAX_VMS, jobs // MACHINE.cpus) or not world.waiting
    assert world.launched(mended)["cloud"] >= 1


def test_workers_that_no_timer_ends_are_given_back_and_few_are_launched_again(monkeypatch):
    monkeypatch.delitem(TIMERS, "START=False")
    world = Clouds(fleet(**KNOBS), fate=lambda _: "START=False")
    world.add(400)
    for _ in range(HOURS * 3600 // CYCLE):
        world.turn()
    # The bound: what the cap lets live at first, then one each interval, and few of them live.
    assert len(world.launches) <= MAX_VMS + HOURS * 3600 // INTERVAL
    assert world.launches[-1][0] >= world.now - INTERVAL
    assert world.count("cloud") <= BREAKER + 1
    # Mended: within two intervals all works.
    world.fate = lambda _: "good"
    for _ in range(2 * INTERVAL // CYCLE):
        world.turn()
    assert world.count("cloud") == MAX_VMS


def test_three_of_a_burst_that_fail_while_the_others_work_open_nothing():
    fates = iter(["never registers"] * 3 + ["good"] * 50)
    world = Clouds(fleet(**KNOBS), fate=lambda _: next(fates))
    world.add(40)
    for _ in range(40):
        world.turn()
        assert world.plans["cloud"].breaker == "closed"
    assert world.waiting == 0


def test_a_breaker_of_zero_never_opens():
    world = Clouds(fleet(**{**KNOBS, "breaker": 0}), fate=lambda _: "dies at once")
    world.add(40)
    for _ in range(600):
        world.turn()
    assert world.plans["cloud"].breaker == "closed"
    assert world.tombstones() < 10  # the back-off remembers what it needs, no more
