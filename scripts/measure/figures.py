"""What one phase has shown, and the middle of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Load:
    """Processor seconds of the processes that take part, and the peak memory of the GAHP, MB."""

    gahp: float = 0.0
    gridmanager: float = 0.0
    schedd: float = 0.0
    memory: float = 0.0


@dataclass(frozen=True)
class Leg:
    """One way, up or down: seconds in all, seconds until the first job was there, calls seen by the cloud, load."""

    seconds: float
    first: float
    calls: int | None
    load: Load


@dataclass(frozen=True)
class Figures:
    """A launch and a removal."""

    launch: Leg
    remove: Leg


def middle(runs: Sequence[Figures | None]) -> Figures | None:
    """Give the medians; None where a run has failed."""
    good = [run for run in runs if run is not None]
    if not good or len(good) < len(runs):
        return None
    return Figures(_leg([run.launch for run in good]), _leg([run.remove for run in good]))


def _leg(legs: Sequence[Leg]) -> Leg:
    calls = [leg.calls for leg in legs if leg.calls is not None]
    loads = [leg.load for leg in legs]
    return Leg(
        round(median(leg.seconds for leg in legs), 2),
        round(median(leg.first for leg in legs), 2),
        round(median(calls)) if calls else None,
        Load(
            round(median(load.gahp for load in loads), 1),
            round(median(load.gridmanager for load in loads), 1),
            round(median(load.schedd for load in loads), 1),
            round(max(load.memory for load in loads), 1),
        ),
    )
