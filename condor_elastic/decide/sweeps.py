"""When the next sweep is due, and which sweeps are done with."""

from __future__ import annotations

from collections.abc import Sequence

from condor_elastic.knobs.table import GlobalKnobs
from condor_elastic.model import COMPLETED, HELD, REMOVED, SweepJob

ENDED = (COMPLETED, HELD)
"""A sweep is held when it could not be started at all."""


def is_due(pool: GlobalKnobs, sweeps: Sequence[SweepJob], now: int) -> bool:
    """Tell whether to submit a sweep: none is under way, and the last ended ELASTIC_SWEEP_PERIOD ago."""
    if not pool.sweep_period or any(one.status not in (*ENDED, REMOVED) for one in sweeps):
        return False
    return all(now - one.since >= pool.sweep_period for one in sweeps if one.status in ENDED)


def done_with(sweeps: Sequence[SweepJob]) -> list[SweepJob]:
    """List the sweeps whose ads are needed no more: the last that ended stays, as the memory of what it saw."""
    last = latest(sweeps)
    return [one for one in sweeps if one.status in ENDED and one is not last]


def latest(sweeps: Sequence[SweepJob]) -> SweepJob | None:
    """Give the sweep that ended last."""
    return max((one for one in sweeps if one.status in ENDED), key=lambda one: one.since, default=None)


def verdict(sweep: SweepJob) -> str:
    """Say what a sweep that ended has to alarm people with; empty when nothing."""
    if not sweep.swept:
        how = "could not be started" if sweep.status == HELD else f"ended with status {sweep.exit}"
        return f"Sweep {sweep.id} has swept nothing: it {how}"
    return sweep.alarm
