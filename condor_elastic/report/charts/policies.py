"""Policies side by side: a bar for each, in each of six figures."""

from __future__ import annotations

from typing import Any

import altair as alt

from condor_elastic.report.charts.cost import in_money
from condor_elastic.report.charts.look import BLUE, Drawn, values
from condor_elastic.report.story import Told
from condor_elastic.report.words import lasting

OURS = "ours"
FIGURES = (
    ("utilisation", "utilisation", "{:.1%}".format),
    ("mean_wait_s", "mean wait", lasting),
    ("p95_wait_s", "95 % of the jobs waited less than", lasting),
    ("launches", "VMs launched", "{:,.0f}".format),
    ("vm_hours", "VM-hours billed", "{:,.1f}".format),
    ("cost", "cost", "{:,.2f}".format),
    ("free", "core-hours free: idle, draining, empty", "{:,.0f}".format),
)


def policies(told: Told) -> Drawn | None:
    """Draw them; nothing of fewer than two."""
    rows: list[dict[str, Any]] = []
    for story in told.stories:
        if story.score is not None:
            free = sum(getattr(story.score, f"{what}_core_hours") for what in ("idle", "drain", "tail"))
            rows.append({"policy": story.name, **vars(story.score), "free": free})
    if len(rows) < 2:  # noqa: PLR2004  nothing to compare
        return None
    left_out = "free" if in_money(told) else "cost"
    panels = [_panel(rows, *figure) for figure in FIGURES if figure[0] != left_out]
    return alt.concat(*panels, columns=3, spacing={"row": 24, "column": 16})


def _panel(rows: list[dict[str, Any]], key: str, title: str, say: Any) -> alt.LayerChart:
    names = [row["policy"] for row in rows]
    made = [{"policy": row["policy"], "value": row[key], "said": say(row[key])} for row in rows]
    most = max(1e-9, *(row[key] for row in rows))
    x = alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.3 * most], nice=False))
    y = alt.Y("policy:N", sort=names, title=None, axis=alt.Axis(ticks=False, domain=False))
    base = alt.Chart(values(made)).encode(x=x, y=y)
    ours = alt.condition(f"datum.policy == '{OURS}'", alt.value(BLUE), alt.value("#B8B8B8"))
    tooltip = ["policy:N", alt.Tooltip("said:N", title=title)]
    bars = base.mark_bar(height={"band": 0.7}).encode(color=ours, tooltip=tooltip)
    text = base.mark_text(align="left", dx=4, fontSize=12).encode(text="said:N")
    return alt.layer(bars, text).properties(width=300, height=max(50, 21 * len(rows)), title=title,
                                            view=alt.ViewBackground(stroke=None))
