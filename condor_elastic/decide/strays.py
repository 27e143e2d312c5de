"""Startds that have no VM job: workers of a job that was forgotten, or whose VM outlived it."""

from __future__ import annotations

from collections.abc import Mapping

from condor_elastic.decide.words import count
from condor_elastic.knobs.table import PREFIX, GlobalKnobs
from condor_elastic.model import Pool, Sighting, Snapshot, Stray, Unknown

CYCLES = 3
"""Cycles in a row that must agree before a stray is retired."""


def strays(seen: Snapshot, pool: Pool, known: Mapping[str, Sighting]) -> tuple[Stray, ...]:
    """Name the startds of ours whose VM has no job in the queue, in whatever state; none while the queue is unknown."""
    if isinstance(seen.vms, Unknown):
        return ()
    jobs = {vm.vm for vm in seen.vms}
    made = []
    for startd in pool.strays:
        if startd.vm not in jobs and startd.vm in known:
            before = known[startd.vm]
            made.append(Stray(startd, before.since or seen.now, before.cycles + 1, before.heard))
    return tuple(made)


def to_retire(knobs: GlobalKnobs, found: tuple[Stray, ...]) -> tuple[tuple[Stray, ...], str]:
    """Choose those to retire, or say why none.

    A stray must have been heard of since it became one: the ad of a VM that has just ended is still in the collector
    for a while, and nobody would answer there.
    """
    alive = [one for one in found if one.heard > one.since]
    ripe = tuple(one for one in alive if one.cycles >= CYCLES and not one.startd.retiring)
    if len(alive) > knobs.sweep_max:
        return (), (f"Retiring none of {count(len(alive), 'startd')} without a VM job, because "
                    f"{PREFIX}SWEEP_MAX={knobs.sweep_max}: is the queue what it was?")  # fmt: skip
    return ripe, ""
