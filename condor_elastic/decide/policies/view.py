"""What a policy may look at, and how it says what it saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Union

from condor_elastic.decide.purse import NO_CAPS, Purse
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.knobs.row import FIGURES
from condor_elastic.knobs.table import PREFIX

Evaluate = Callable[[str, Mapping[str, float]], Union[float, str]]
"""Gives the number that a ClassAd expression makes of the figures, or says why it makes none."""


def cannot(text: str, figures: Mapping[str, float]) -> str:  # noqa: ARG001  the shape of Evaluate
    """Stand in where nothing evaluates expressions."""
    return "nothing here evaluates expressions"


@dataclass(frozen=True)
class View:
    """The demand, what already answers for it, and the knobs; counts of pilots or of VMs.

    jobs wait; ready are needed for them and nothing answers for yet; pending have been asked for and do not serve yet;
    running serve; retiring leave once they are empty; total is all that bills or waits; spare serve or are on their
    way and no job needs them; free is what is free on workers with jobs, in VMs; cores and memory (MB) are those of the
    total.  status is PanDA's of a queue; of its last
    pilots so many were in vain.  paid is money an hour of the total, each at its price at launch.  purse is what the
    caps on money leave.
    """

    knobs: QueueKnobs | FleetKnobs
    jobs: int = 0
    ready: int = 0
    pending: int = 0
    running: int = 0
    retiring: int = 0
    total: int = 0
    spare: int = 0
    free: float = 0.0
    cores: int = 0
    memory: int = 0
    paid: float = 0.0
    seen: str = ""
    status: str = ""
    last: int = 0
    vain: int = 0
    purse: Purse = NO_CAPS
    evaluate: Evaluate = cannot

    @property
    def staying(self) -> int:
        """Count what serves or is on its way, and is not leaving."""
        return self.pending + self.running

    def value(self, knob: str) -> Any:
        """Give the value of a knob, by the last part of its name."""
        return getattr(self.knobs, knob.lower())

    def said(self, knob: str) -> str:
        """Say a knob with its value, as ELASTIC_CLOUD_MAX_VMS=5."""
        value = self.value(knob)
        return f"{PREFIX}{self.knobs.name.upper()}_{knob}={value:g}" if isinstance(value, float) else self._as_is(knob)

    def _as_is(self, knob: str) -> str:
        return f"{PREFIX}{self.knobs.name.upper()}_{knob}={self.value(knob)}"

    def figure(self, knob: str, n: int) -> int | str:
        """Give what the expression in a knob makes of the figures, rounded up, or why it makes no number."""
        figures = {name: n if name == "N" else getattr(self, name.lower()) for name in FIGURES}
        made = self.evaluate(self.value(knob), figures)
        return made if isinstance(made, str) else up(made)


def up(value: float) -> int:
    """Round up, but not what is whole except for the error of a floating-point product (0.1 * 30)."""
    return ceil(value - 1e-9)
