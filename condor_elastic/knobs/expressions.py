"""ClassAd expressions in knobs: checked when they are read, evaluated for the thought, which is pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.knobs.row import FIGURES, WORKER_FIGURES
from condor_elastic.knobs.table import PREFIX, Settings

EXPRESSIONS: dict[str, tuple[str, ...]] = {
    "JOB_REQUIREMENTS": (),
    "EXPR": FIGURES,
    "HEADROOM": FIGURES,
    "RETIRE_RANK": WORKER_FIGURES,
}
"""Knobs that are expressions, and what they may name; none: whatever a job's ad has."""


def evaluate(text: str, figures: Mapping[str, float]) -> float | str:
    """Give the number an expression makes of the figures, or say what it makes instead."""
    import classad2

    value = classad2.ExprTree(text).eval(classad2.ClassAd(dict(figures)))
    if type(value) not in (int, float) or not isfinite(value):  # undefined and error are numbers too, of an IntEnum
        return str(getattr(value, "name", value)).lower()
    return float(value)


def wrong_expressions(settings: Settings) -> Iterable[tuple[str, str]]:
    """Give the name of each knob whose expression is none, or names what is not there, and what is wrong with it."""
    rows: list[QueueKnobs | FleetKnobs] = [*settings.queues, *settings.fleets]
    owned = [(f"{PREFIX}{row.name.upper()}_", row) for row in rows]
    for prefix, row in owned:
        for knob, figures in EXPRESSIONS.items():
            text = getattr(row, knob.lower(), "")
            wrong = _wrong(text, figures) if text else ""
            if wrong:
                yield prefix + knob, f'{prefix}{knob} = "{text}" {wrong}'
    for fleet in settings.fleets:
        knob, text = f"{PREFIX}{fleet.name.upper()}_TEMPLATE", fleet.template.text
        if not _is_classad(text):
            yield knob, f'{knob} = "{text}" is not a ClassAd: Cpus = 8; Memory = 16384; Site = "here"'


def _is_classad(text: str) -> bool:
    import classad2

    try:
        return len(classad2.ClassAd(f"[{text}]")) > 0
    except Exception:  # as below
        return False


def _wrong(text: str, figures: tuple[str, ...]) -> str:
    import classad2

    try:
        expression: Any = classad2.ExprTree(text)
    except Exception:  # the bindings' own exception type differs between versions
        return "is not a ClassAd expression"
    known = {figure.lower() for figure in figures}
    strange = [name for name in classad2.ClassAd().externalRefs(expression) if known and name.lower() not in known]
    return f"names {strange[0]}; it may name {', '.join(figures)}" if strange else ""
