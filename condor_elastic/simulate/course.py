"""The course of a simulation, and its time."""

from __future__ import annotations

from dataclasses import dataclass

EPOCH = 1_000_000_000
"""Times of a simulation begin here: a cycle never sees times near zero."""


@dataclass(frozen=True)
class Course:
    """How a simulation goes: the cron's period and the negotiator's (0: it negotiates at once), seconds; and the seed.

    age is how long a job must have waited to be seen by the policy (ELASTIC_DEMAND_MIN_AGE), seconds.  blind are pairs
    of times (from the start) between which the collector is silent; window is the pair between which the steady state
    is measured.
    """

    period: int = 60
    negotiator: int = 0
    seed: int = 0
    age: int = 0
    blind: tuple[tuple[int, int], ...] = ()
    window: tuple[int, int] | None = None
