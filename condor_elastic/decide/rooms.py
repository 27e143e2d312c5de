"""Supply: the room of all that serves or is on its way, and the idle jobs that it answers for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from condor_elastic.decide.matching import Room, fill
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.model import PENDING, SERVING, JobGroup, Phase, Shape, SiteRoom, Worker

SITE = -1
ARRIVAL: dict[Phase, int] = {"idle": 0, "busy": 0, "booting": 1, "starting": 2, "requested": 3}
"""Room that is sooner there is filled first; among what serves the fullest, as the negotiator does."""
NOTHING = Shape(0, 0)
GRAIN, COARSE = 600, 3600
"""Seconds: the steps in which a worker's time is told, and above how much."""


@dataclass(frozen=True)
class Demand:
    """Jobs that no room is left for, the rooms (by ElasticVM) that the others take, and why nothing may shrink."""

    rest: tuple[JobGroup, ...]
    used: frozenset[str]
    hold: str = ""


def place_on_supply(
    fleets: Sequence[FleetKnobs],
    workers: Sequence[Worker],
    groups: Sequence[JobGroup],
    site: Sequence[SiteRoom] = (),
    now: int = 0,
    unseen: frozenset[str] = frozenset(),
) -> Demand:
    """Place the idle jobs on all that serves or is on its way before any fleet grows.

    The site's own slots come first, then what is sooner there, then the workers of the fleet that is preferred, so that
    the others run dry and are given back.  unseen names VMs (ElasticVM) whose workers are there, but not in the
    collector yet: they count as on their way.
    """
    if not groups:
        return Demand((), frozenset())  # as most cycles have it: thousands of rooms need not be laid out
    by_name = {fleet.name.upper(): (place, fleet) for place, fleet in enumerate(fleets)}
    rooms = [Room(f"site {i}", "", one.shape, SITE, one.kind, count=one.count) for i, one in enumerate(site)]
    for worker in workers:
        place, fleet = by_name.get(worker.vm.fleet.upper(), (len(fleets), None))
        tier = ARRIVAL.get(worker.phase, 0) * (len(fleets) + 1) + place
        if worker.phase in SERVING:
            if worker.startd and worker.startd.free.cpus > 0:
                rooms.append(free_room(worker, now, tier))
        elif (worker.phase in PENDING or worker.vm.vm in unseen) and fleet:
            rooms.append(Room(worker.vm.vm, fleet.name, fleet.template, tier))
    used, rest = fill(groups, rooms)
    return Demand(rest, used)


def free_room(worker: Worker, now: int, tier: int = 0) -> Room:
    """Give what is free on a worker that has joined, and how long it stays."""
    startd = worker.startd
    if startd is None:
        return Room(worker.vm.vm, worker.vm.fleet, NOTHING)
    seconds = None if startd.ends is None else _told(startd.ends - now)
    return Room(worker.vm.vm, worker.vm.fleet, startd.free, tier, startd.kind, seconds)


def _told(seconds: int) -> int:
    """Round down while much is left: each worker has a deadline of its own, and rooms that are alike cost one look."""
    step = GRAIN if seconds > COARSE else 1
    return seconds // step * step
