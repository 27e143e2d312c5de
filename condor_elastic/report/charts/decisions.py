"""What was decided, and why: a point for each kind of act, whose verdict is seen when the mouse is on it."""

from __future__ import annotations

from typing import Any

import altair as alt

from condor_elastic.report.acts import LANES as ORDER
from condor_elastic.report.acts import QUIET, alike, lanes
from condor_elastic.report.charts.clock import Clock
from condor_elastic.report.charts.look import LANES, WIDTH, Drawn, values
from condor_elastic.report.story import Saying, Story, Told
from condor_elastic.report.thin import POINTS, step

Row = dict[str, Any]
MOST = 3
"""So many acts are told in full."""


def decisions(told: Told, clock: Clock) -> Drawn | None:
    """Draw a panel for each story; nothing if nobody has said anything."""
    drawn = [(story, rows) for story in told.stories if (rows := thinned(_rows(story, clock), clock))]
    if not drawn:
        return None
    there = [lane for lane in ORDER if any(row["lane"] == lane for _, rows in drawn for row in rows)]
    largest = max(row["count"] for _, rows in drawn for row in rows)
    charts: list[alt.Chart] = []
    for story, rows in drawn:
        panel = _panel(rows, there, clock, largest, titled=story is drawn[-1][0])
        charts.append(panel.properties(title=story.name) if len(drawn) > 1 else panel)
    whole: alt.VConcatChart = alt.vconcat(*charts, spacing=14)
    shared: alt.VConcatChart = whole.resolve_scale(color="shared", size="shared")
    return shared


def _panel(rows: list[Row], there: list[str], clock: Clock, largest: int, *, titled: bool) -> alt.Chart:
    plain = alt.Axis(grid=True, offset=8, domain=False, ticks=False)
    sizes = alt.Scale(type="sqrt", domain=[1, max(2, largest)], range=[40, 240])
    drawn: alt.Chart = alt.Chart(values(rows)).mark_circle(opacity=0.65, stroke="white", strokeWidth=0.5).encode(
        x=clock.axis(titled=titled),
        y=alt.Y("lane:N", sort=there, title=None, scale=alt.Scale(domain=there), axis=plain),
        color=alt.Color("lane:N", scale=alt.Scale(domain=there, range=[LANES[lane] for lane in there]), legend=None),
        size=alt.Size("count:Q", scale=sizes, legend=None),
        tooltip=["when:N", "of:N", "verdict:N", alt.Tooltip("count:Q", title="how many"), "acts:N"],
    ).properties(width=WIDTH, height=max(50, 26 * len(there)))  # fmt: skip
    return drawn


def _rows(story: Story, clock: Clock) -> list[Row]:
    """Give a row for each kind of act of each saying; where nothing is done, one whenever the words change."""
    rows: list[Row] = []
    before: dict[str, str] = {}
    for one in (said for said in story.sayings if said.now <= clock.end):
        found = lanes(one.acts)
        changed = before.get(one.of) != alike(one.verdict)
        before[one.of] = alike(one.verdict)
        for lane, count in (found or ({QUIET: 1} if changed else {})).items():
            rows.append({"now": one.now, "t": clock.place(one.now), "lane": lane, "count": count,
                         "when": clock.say(one.now), "of": one.of, "verdict": one.verdict, "acts": _acts(one)})
    return rows  # fmt: skip


def _acts(one: Saying) -> str:
    more = f"; and {len(one.acts) - MOST} more" if len(one.acts) > MOST else ""
    return "; ".join(one.acts[:MOST]) + more or "none"


def thinned(rows: list[Row], clock: Clock) -> list[Row]:
    """Keep of each part of the time, and lane, the largest, with the sum of all: no more than POINTS."""
    kept: dict[tuple[int, str, str], Row] = {}
    number = len({(row["lane"], row["of"]) for row in rows})
    seconds = step(clock.end - clock.begin, POINTS // max(1, number)) if len(rows) > POINTS else 1
    for row in rows:
        key = ((row["now"] - clock.begin) // seconds, row["lane"], row["of"])
        best = kept.get(key)
        if best is None:
            kept[key] = dict(row)
        else:
            larger = row if row["count"] > best.get("most", best["count"]) else best
            kept[key] = {**larger, "count": best["count"] + row["count"],
                         "most": max(best.get("most", best["count"]), row["count"])}  # fmt: skip
    return [{key: value for key, value in row.items() if key not in ("now", "most")} for row in kept.values()]
