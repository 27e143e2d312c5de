"""What policies pay, in VM-hours, for how short a wait: nobody beats those on the front in both."""

from __future__ import annotations

from typing import Any

import altair as alt

from condor_elastic.report.charts.durations import durations
from condor_elastic.report.charts.look import BLUE, GREY, WIDTH, Drawn, values
from condor_elastic.report.charts.places import Span, labels
from condor_elastic.report.story import Told
from condor_elastic.report.words import lasting

HEIGHT = 400
OURS, BOUND = "ours", "bound"
Row = dict[str, Any]


def pareto(told: Told) -> Drawn | None:
    """Draw it; nothing of fewer than two policies."""
    rows: list[Row] = [
        {"policy": story.name, "hours": story.score.vm_hours, "wait": story.score.p95_wait_s,
         "said": lasting(story.score.p95_wait_s), "ours": story.name == OURS}
        for story in told.stories if story.score is not None
    ]  # fmt: skip
    if len(rows) < 2:  # noqa: PLR2004  nothing to compare
        return None
    across = Span.of([row["hours"] for row in rows], WIDTH)
    down = Span.of([row["wait"] for row in rows], HEIGHT)
    numbers, plain = alt.Axis(format=",.6~g", tickCount=8), down.kind == "linear"
    x = alt.X("hours:Q", title="VM-hours billed" + across.remark, scale=across.scale(), axis=numbers)
    y = alt.Y("wait:Q", title="95 % of the jobs waited less than" + (" (s)" if plain else down.remark),
              axis=numbers if plain else durations(down.low, down.high),
              scale=down.scale())  # fmt: skip
    edge = front([row for row in rows if row["policy"] != BOUND])  # which is no policy: nobody reaches it
    line = alt.Chart(values(edge)).mark_line(interpolate="step-after", color=GREY, strokeDash=[5, 4]).encode(x=x, y=y)
    ours = alt.condition("datum.ours", alt.value(BLUE), alt.value("#6E6E6E"))
    points = alt.Chart(values(rows)).mark_point(filled=True, opacity=1).encode(
        x=x, y=y, color=ours, size=alt.condition("datum.ours", alt.value(220), alt.value(90)),
        tooltip=["policy:N", alt.Tooltip("hours:Q", title="VM-hours", format=",.1f"),
                 alt.Tooltip("said:N", title="95th percentile of waits")])  # fmt: skip
    at = {row["policy"]: (across.pixel(row["hours"]), HEIGHT - down.pixel(row["wait"])) for row in rows}
    places = labels(at, [at[row["policy"]] for row in edge], (WIDTH, HEIGHT))
    texts = [{**row, "hours": across.value(px), "wait": down.value(HEIGHT - py)}
             for row, (px, py) in zip(rows, places)]  # fmt: skip
    named = [
        alt.Chart(values(group)).mark_text(
            fontSize=13, fontWeight="bold" if mine else "normal", color=BLUE if mine else "#333333"
        ).encode(x=x, y=y, text="policy:N")
        for mine in (True, False) if (group := [row for row in texts if row["ours"] is mine])
    ]  # fmt: skip
    return alt.layer(line, points, *named).properties(width=WIDTH, height=HEIGHT)


def front(rows: list[Row]) -> list[Row]:
    """Give those that no other beats in one figure without being worse in the other, by their hours."""
    best: list[Row] = []
    for row in sorted(rows, key=lambda row: (row["hours"], row["wait"])):
        if not best or row["wait"] < best[-1]["wait"]:
            best.append(row)
    return best
