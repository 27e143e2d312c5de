"""Where points and their labels lie, in pixels: a label stands where it covers neither a point nor another label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import copysign, exp, expm1, log, log1p
from typing import Any, Literal

import altair as alt

from condor_elastic.report.charts.durations import NEAR

WIDE = 20
"""Where the largest number is so many times the smallest, the axis is logarithmic."""
LETTER, LINE = 7.6, 16
"""Pixels of a letter and of a line, at 13 pixels a font."""


Kind = Literal["linear", "log", "symlog"]


@dataclass(frozen=True)
class Span:
    """An axis: its kind (linear, log, symlog), its ends, and how many pixels it is long."""

    kind: Kind
    low: float
    high: float
    pixels: int

    @classmethod
    def of(cls, numbers: Sequence[float], pixels: int) -> Span:
        """Make one on which all of these numbers stand apart from its ends."""
        least, most = min(numbers), max(numbers)
        kind: Kind = "linear" if most <= WIDE * max(least, 1) else "log" if least >= 1 else "symlog"
        plain = cls(kind, least, most, 1)
        low, high = plain._to(least), plain._to(most)
        # What differs little is not to look as if it differed much.
        edge = max(0.12 * (high - low), 0.05 * high if kind == "linear" else 0, 1e-3)
        bottom = plain._from(low - edge)
        return cls(kind, max(0.0, bottom) if kind == "linear" else bottom, plain._from(high + edge), pixels)

    @property
    def remark(self) -> str:
        """Say what must be known of the axis."""
        return "" if self.kind == "linear" else ", logarithmic"

    def scale(self) -> alt.Scale:
        """Give the scale that the plotting library is to take."""
        kinds: dict[str, dict[str, Any]] = {"symlog": {"constant": NEAR}, "linear": {"zero": False}}
        return alt.Scale(type=self.kind, domain=[self.low, self.high], nice=False, **kinds.get(self.kind, {}))

    def pixel(self, number: float) -> float:
        """Give where a number lies, from the low end."""
        low, high = self._to(self.low), self._to(self.high)
        return (self._to(number) - low) / (high - low) * self.pixels

    def value(self, pixel: float) -> float:
        """Give the number that lies there."""
        low, high = self._to(self.low), self._to(self.high)
        return self._from(low + pixel / self.pixels * (high - low))

    def _to(self, number: float) -> float:
        if self.kind == "symlog":  # as d3 has it
            return copysign(log1p(abs(number) / NEAR), number)
        return log(number) if self.kind == "log" else number

    def _from(self, number: float) -> float:
        if self.kind == "symlog":
            return copysign(NEAR * expm1(abs(number)), number)
        return exp(number) if self.kind == "log" else number


def labels(
    points: Mapping[str, tuple[float, float]], line: Sequence[tuple[float, float]], size: tuple[int, int]
) -> list[tuple[float, float]]:
    """Give the middle of each label, pixels from the left and the top; line goes in steps to the right and down."""
    taken = [(x, y, 16.0, 16.0) for x, y in points.values()]
    for (x, y), (to, below) in zip(line, line[1:]):
        taken += [((x + to) / 2, y, to - x, 4.0), (to, (y + below) / 2, 4.0, below - y)]
    for name, (x, y) in points.items():
        wide = LETTER * len(name)
        aside = wide / 2 + 12
        tries = [(x + dx, y + dy, wide, float(LINE)) for far in (0, 8, 18, 30) for dx, dy in (
            (aside + far, 0), (-aside - far, 0), (0, -17 - far), (0, 17 + far),
            (aside, -12 - far), (aside, 12 + far), (-aside, -12 - far), (-aside, 12 + far))]  # fmt: skip
        taken.append(min(tries, key=lambda box: _covered(box, taken, size)))
    return [(x, y) for x, y, _, _ in taken[-len(points):]]


def _covered(
    box: tuple[float, float, float, float], others: Sequence[tuple[float, float, float, float]], size: tuple[int, int]
) -> float:
    """Give how much of a box (its middle, width and height) is covered by others or lies outside."""
    x, y, wide, high = box
    outside = max(0.0, wide / 2 - x, x + wide / 2 - size[0]) + max(0.0, high / 2 - y, y + high / 2 - size[1])
    shared = sum(max(0.0, (wide + w) / 2 - abs(x - ox)) * max(0.0, (high + h) / 2 - abs(y - oy))
                 for ox, oy, w, h in others)  # fmt: skip
    return shared + 100 * outside
