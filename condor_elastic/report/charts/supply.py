"""Demand and supply over time: cores of VMs by phase, one above the other, and the cores that jobs want."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from condor_elastic.report.charts.clock import Clock
from condor_elastic.report.charts.look import BLACK, PHASES, WIDTH, Drawn, values
from condor_elastic.report.story import STACKED, Moment, Story, Told
from condor_elastic.report.thin import POINTS, parts, step, unseen
from condor_elastic.report.words import lasting

Row = dict[str, Any]
ALIKE = 2
"""Panels whose peaks are within this factor have the same axis."""
TALL = 420
"""Pixels of all panels together, if they are few."""
MOST = 320
"""More steps than that nobody sees on the width."""


def supply(told: Told, clock: Clock) -> tuple[Drawn, str] | None:
    """Draw a panel for each fleet of each story; nothing if there never was anything.  Say how long a step is."""
    panels = [(story, fleet) for story in told.stories for fleet in _fleets(story)]
    if not panels:
        return None
    there: list[str] = [phase for phase in STACKED if any(_ever(story, fleet, phase) for story, fleet in panels)]
    seconds = max(_step(story, clock, len(there)) for story, _ in panels)
    rows = [_rows(story, fleet, clock, there, seconds) for story, fleet in panels]
    peaks = [max(1e-9, *(max(row["wanted"], sum(row[phase] for phase in there)) for row in made)) for made in rows]
    alike = len({fleet for _, fleet in panels}) == 1 and max(peaks) < ALIKE * min(peaks)
    charts: list[alt.LayerChart] = []
    for (story, fleet), made, peak in zip(panels, rows, peaks):
        top = max(peaks) if alike else peak
        x = clock.axis(titled=len(charts) == len(panels) - 1)
        chart = alt.layer(*_layers(made, there, x, top), *_unseen(story, clock, x))
        chart = chart.properties(width=WIDTH, height=max(120, TALL // len(panels)))
        charts.append(chart.properties(title=_name(told, story, fleet)) if len(panels) > 1 else chart)
    said = f" Each step is the mean over {lasting(seconds)}." if seconds > _usual(panels[0][0]) else ""
    drawn: Drawn = charts[0]
    if len(charts) > 1:
        drawn = alt.vconcat(*charts, spacing=14).resolve_scale(color="shared")
    return drawn, said


def _fleets(story: Story) -> list[str]:
    return [name for name in story.fleets
            if any(_total(one, name) or one.waiting.get(name) for one in story.moments)]  # fmt: skip


def _total(one: Moment, fleet: str) -> int:
    return sum(one.supply.get(fleet, {}).values())


def _ever(story: Story, fleet: str, phase: str) -> bool:
    return any(one.supply.get(fleet, {}).get(phase) for one in story.moments)


def _name(told: Told, story: Story, fleet: str) -> str:
    if len(story.fleets) == 1:
        return story.name
    return fleet if len(told.stories) == 1 else f"{story.name}, fleet {fleet}"


def _usual(story: Story) -> int:
    times = [one.now for one in story.moments]
    gaps = sorted(after - before for before, after in zip(times, times[1:]))
    return max(1, gaps[len(gaps) // 2]) if gaps else 60


def _step(story: Story, clock: Clock, phases: int) -> int:
    most = min(MOST, POINTS // (phases + 2))
    span, usual = clock.end - clock.begin, _usual(story)
    return usual if span / usual <= most else step(span, most)


def _rows(story: Story, fleet: str, clock: Clock, there: Sequence[str], seconds: int) -> list[Row]:
    """Give a row for each step: from, to, and the cores wanted, used, waited for and in each phase."""
    found = []
    for begin, of in parts([one for one in story.moments if one.now <= clock.end], clock.begin, seconds):
        used, waits = (sum(each.get(fleet, 0) for each in some) / len(of)
                       for some in ([one.used for one in of], [one.waiting for one in of]))  # fmt: skip
        phases = {phase: sum(one.supply.get(fleet, {}).get(phase, 0) for one in of) / len(of) for phase in there}
        cores = {"wanted": used + waits, "used": used, "waiting": waits, **phases}
        found.append({"t": clock.place(begin), "to": clock.place(min(begin + seconds, clock.end)),
                      "when": clock.say(begin), **{name: round(count, 2) for name, count in cores.items()}})
    return found  # fmt: skip


def _layers(wide: list[Row], there: list[str], x: alt.X, top: float) -> list[alt.Chart]:
    scale = alt.Scale(domain=[0, 1.04 * top])
    colors = alt.Scale(domain=there, range=[PHASES[phase] for phase in there])
    long = [{"t": row["t"], "phase": phase, "order": order, "cores": row[phase]}
            for row in wide for order, phase in enumerate(there)]  # fmt: skip
    area = alt.Chart(values(long)).mark_area(interpolate="step-after").encode(
        x=x, y=alt.Y("cores:Q", title="cores", stack="zero", scale=scale), order="order:Q",
        color=alt.Color("phase:N", scale=colors, sort=there),
    )  # fmt: skip
    demand = alt.Chart(values(wide)).encode(x=x, y=alt.Y("wanted:Q", title="cores", scale=scale))
    rim = demand.mark_line(interpolate="step-after", color="white", strokeWidth=3)  # apart from any colour below it
    line = demand.mark_line(interpolate="step-after", color=BLACK, strokeWidth=1.5)
    told = [alt.Tooltip(f"{name}:Q") for name in ("wanted", "used", "waiting", *there)]
    hover = alt.Chart(values(wide)).mark_rect(opacity=0).encode(x=x, x2="to", tooltip=["when:N", *told])
    return [area, rim, line, hover]


def _unseen(story: Story, clock: Clock, x: alt.X) -> list[alt.Chart]:
    rows = [{"t": clock.place(begin), "to": clock.place(end), "from": clock.say(begin), "why": why}
            for begin, end, why in unseen(story.moments, story.end, _usual(story))]  # fmt: skip
    if not rows:
        return []
    band = alt.Chart(values(rows[:POINTS])).mark_rect(color="#F3F3F3", stroke="#8C8C8C", strokeDash=[3, 3])
    return [band.encode(x=x, x2="to", tooltip=["from:N", "why:N"])]
