"""What a report is made of: what was there at each cycle, what was said, what was billed, how long jobs waited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from condor_elastic.model import Phase, Spell
from condor_elastic.simulate.score import Score

STACKED: tuple[Phase, ...] = (
    "busy", "idle", "retiring", "reclaimed", "drained", "booting", "starting", "requested", "failed",
)  # fmt: skip
"""The phases of a worker in the order in which they are drawn, from below."""


@dataclass(frozen=True)
class Moment:
    """What one cycle saw, in cores by fleet: VMs by phase, what jobs use on them, what idle jobs ask for.

    unknown says what could not be seen; then nothing is drawn for this moment.
    """

    now: int
    supply: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    unknown: str = ""


@dataclass(frozen=True)
class Saying:
    """What one cycle said of a fleet or queue, and its acts, each as a line of text; now is seconds."""

    now: int
    of: str
    verdict: str
    acts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """What one policy, or a pool, did from begin to end (seconds).

    waits are seconds from submission to start, None of a job that never started; no waits where they are not known.
    """

    name: str
    fleets: tuple[str, ...]
    begin: int
    end: int
    moments: Sequence[Moment]
    sayings: Sequence[Saying]
    spells: Sequence[Spell]
    waits: Sequence[int | None] = ()
    score: Score | None = None


@dataclass(frozen=True)
class Told:
    """All that a report tells: its title, the world in words (a term and what it is), and the stories.

    live says whether times are those of a clock, or seconds of a simulation.
    """

    title: str
    words: Sequence[tuple[str, str]]
    stories: Sequence[Story]
    live: bool
    seeds: int = 1
