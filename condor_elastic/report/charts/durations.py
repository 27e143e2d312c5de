"""An axis of durations that is logarithmic above ten seconds: its ticks are those that people think in."""

from __future__ import annotations

import json

import altair as alt

TICKS = {
    0: "0", 10: "10 s", 30: "30 s", 60: "1 min", 120: "2 min", 300: "5 min", 600: "10 min", 1800: "30 min",
    3600: "1 h", 7200: "2 h", 14400: "4 h", 28800: "8 h", 57600: "16 h", 129600: "1.5 d", 259200: "3 d",
    604800: "7 d", 2592000: "30 d",
}  # fmt: skip
NEAR = 10
"""Seconds below which such an axis is linear."""


def durations(least: float, most: float) -> alt.Axis:
    """Give the axis from least to most, seconds."""
    ticks = [tick for tick in TICKS if least <= tick <= most]
    named = json.dumps({str(tick): TICKS[tick] for tick in ticks})
    return alt.Axis(values=ticks, labelExpr=f"({named})[datum.value]", labelOverlap="parity")
