"""How all plots look: one width, one font, one fixed colour for each phase, act and policy, safe for colour-blind eyes.

The palette is Okabe and Ito's (Color Universal Design, 2008), and tints of it.
"""

from __future__ import annotations

from typing import Any, Union

import altair as alt

WIDTH = 1060
"""Pixels of a plot between its axes: with labels it is no wider than a page of 1280."""
FONT = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"
BLACK, GREY, BLUE, SKY, GREEN = "#000000", "#8C8C8C", "#0072B2", "#56B4E9", "#009E73"
ORANGE, RED, PINK, YELLOW = "#E69F00", "#D55E00", "#CC79A7", "#F0E442"
PHASES = {
    "busy": BLUE, "idle": SKY, "retiring": ORANGE, "reclaimed": RED, "drained": "#BDBDBD", "booting": GREEN,
    "starting": "#7FD0B5", "requested": YELLOW, "failed": PINK,
}  # fmt: skip
LANES = {
    "launch": BLUE, "un-retire": GREEN, "retire": ORANGE, "remove": RED, "hold": PINK, "submit pilots": SKY,
    "remove pilots": "#7A4A00", "no act": GREY,
}  # fmt: skip
POLICIES = {
    "ours": (BLUE, [1, 0]), "google": (ORANGE, [1, 0]), "gcpm": (GREEN, [1, 0]), "harvester": (PINK, [1, 0]),
    "glideinwms": (RED, [1, 0]), "apf": (SKY, [1, 0]), "elastiq": (BLACK, [6, 3]), "cloudscheduler": (ORANGE, [6, 3]),
    "cobald": (GREEN, [6, 3]), "annex": (PINK, [6, 3]),
}  # fmt: skip
"""Colour and dashes; ten policies are more than anybody can tell apart by colour alone."""
SPARE = list(POLICIES.values())
CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": "white",
    "view": {"stroke": "#D0D0D0"},
    "axis": {"labelFontSize": 12, "titleFontSize": 13, "titleFontWeight": "normal", "gridColor": "#ECECEC",
             "labelLimit": 140, "titlePadding": 8, "labelPadding": 4, "tickColor": "#8C8C8C", "domainColor": "#8C8C8C"},
    "legend": {"orient": "top", "direction": "horizontal", "labelFontSize": 13, "titleFontSize": 13, "columns": 7,
               "symbolSize": 160, "symbolStrokeWidth": 2.5, "titleFontWeight": "normal", "title": None, "offset": 12},
    "title": {"fontSize": 13, "anchor": "start", "fontWeight": "bold", "subtitleFontSize": 13, "offset": 8},
}  # fmt: skip
Drawn = Union[alt.Chart, alt.LayerChart, alt.VConcatChart, alt.ConcatChart]


def style(names: list[str]) -> dict[str, tuple[str, list[int]]]:
    """Give each name its colour and dashes: a policy always the same."""
    spare = iter([one for one in SPARE if one not in [POLICIES.get(name) for name in names]] * len(names))
    return {name: POLICIES[name] if name in POLICIES else next(spare) for name in names}


def values(rows: list[dict[str, Any]]) -> alt.InlineData:
    """Give rows as the data of a chart."""
    return alt.InlineData(values=rows)
