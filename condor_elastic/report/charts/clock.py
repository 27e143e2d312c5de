"""Time on an axis: of the clock in UTC for a live pool, hours or days from the start for a simulation."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from condor_elastic.report.words import since_start, when

HOUR, DAY = 3600, 86400


@dataclass(frozen=True)
class Clock:
    """The time from begin to end (seconds) that a report is about."""

    begin: int
    end: int
    live: bool

    @property
    def unit(self) -> int:
        """Give the seconds of a unit of a simulation's axis."""
        return HOUR if self.end - self.begin <= 3 * DAY else DAY

    def place(self, now: float) -> float:
        """Give the value for a time."""
        return 1000 * now if self.live else round((now - self.begin) / self.unit, 5)

    def say(self, now: int) -> str:
        """Give the words for a time."""
        return when(now) if self.live else since_start(now - self.begin)

    def axis(self, *, titled: bool = True) -> alt.X:
        """Give the axis, whole, whatever the data are; without title it has no labels: another below it has them."""
        domain = [self.place(self.begin), max(self.place(self.end), self.place(self.begin + 1))]
        axis = alt.Axis(tickCount=12, labels=titled, ticks=titled)
        if self.live:
            # As an expression: numbers are read as dates in one layer and as they are in another, with a warning.
            scale = alt.Scale(type="utc", domain=alt.ExprRef(f"[{domain[0]:.0f}, {domain[1]:.0f}]"), nice=False)
            return alt.X("t:T", scale=scale, axis=axis, title="time (UTC)" if titled else None)
        title = "hours from the start" if self.unit == HOUR else "days from the start"
        return alt.X("t:Q", scale=alt.Scale(domain=domain, nice=False), axis=axis, title=title if titled else None)
