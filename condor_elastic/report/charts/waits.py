"""How long jobs waited: for each time, the part of all jobs that had started after it."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import altair as alt

from condor_elastic.report.charts.durations import NEAR, durations
from condor_elastic.report.charts.look import WIDTH, Drawn, style, values
from condor_elastic.report.story import Story, Told
from condor_elastic.report.thin import POINTS
from condor_elastic.report.words import lasting


def waits(told: Told) -> Drawn | None:
    """Draw a line for each story whose waits are known; nothing if there is none."""
    stories = [story for story in told.stories if any(wait is not None for wait in story.waits)]
    if not stories:
        return None
    most = min(200, POINTS // len(stories))
    rows = [row for story in stories for row in _rows(story, most)]
    longest = max(60, *(row["wait"] for row in rows))
    look = style([story.name for story in stories])
    x = alt.X("wait:Q", title="wait from submission to start",
              scale=alt.Scale(type="symlog", constant=NEAR, domain=[0, longest], nice=False),
              axis=durations(0, longest))  # fmt: skip
    percent = alt.Axis(format=".0%", tickCount=5)
    y = alt.Y("part:Q", title="part of the jobs", axis=percent, scale=alt.Scale(domain=[0, 1]))
    names = list(look)
    lines = alt.Chart(values(rows)).mark_line(strokeWidth=2).encode(
        x=x, y=y,
        color=alt.Color("line:N", sort=None, scale=alt.Scale(domain=names, range=[c for c, _ in look.values()])),
        strokeDash=alt.StrokeDash("line:N", sort=None,
                                  scale=alt.Scale(domain=names, range=[d for _, d in look.values()])),
    )  # fmt: skip
    hover = alt.Chart(values(rows)).mark_circle(opacity=0, size=90).encode(
        x=x, y=y, tooltip=[alt.Tooltip("line:N", title="policy"), alt.Tooltip("said:N", title="started")])  # fmt: skip
    return alt.layer(lines, hover).properties(width=WIDTH, height=340)


def _rows(story: Story, most: int) -> list[dict[str, Any]]:
    known = sorted(wait for wait in story.waits if wait is not None)
    places = {round(i * (len(known) - 1) / max(1, most - 1)) for i in range(most)}
    counts = {known[place]: bisect_right(known, known[place]) for place in sorted(places)}
    rows = [{"line": story.name, "wait": wait, "part": round(count / len(story.waits), 5),
             "said": f"{count / len(story.waits):.1%} within {lasting(wait)}"}
            for wait, count in counts.items()]  # fmt: skip
    return [{**rows[0], "part": 0}, *rows]
