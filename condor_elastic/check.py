"""Check the knobs, of this host's pool or of one file, and say all that is wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from condor_elastic.knobs import BadKnobs, FleetKnobs, QueueKnobs, Settings
from condor_elastic.knobs.expressions import wrong_expressions
from condor_elastic.knobs.file import assignments, place_of, settings_of
from condor_elastic.knobs.table import PREFIX


def check(path: str | None = None) -> int:
    """Print what is wrong, each with its place, or what is right; exit status 1 when something is wrong."""
    try:
        print(_file(path) if path else _pool())
    except BadKnobs as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _pool() -> str:
    from condor_elastic.knobs.macros import configured, macros

    try:
        return _right(configured(), len(macros()))
    except ImportError:
        raise BadKnobs("HTCondor's Python bindings are not here; give a FILE to check") from None


def _file(path: str) -> str:
    settings = settings_of(path)
    given = assignments(path)
    told = _right(settings, sum(name.startswith(PREFIX) for name in given))
    try:
        wrong = [what + place_of(name, given) for name, what in wrong_expressions(settings)]
    except ImportError:
        return told + "\nClassAd expressions were not checked, because HTCondor's Python bindings are not here."
    if wrong:
        raise BadKnobs("\n".join(wrong))
    return told


def _right(settings: Settings, number: int) -> str:
    fleets, queues = _names(settings.fleets), _names(settings.queues)
    knobs = "1 knob is" if number == 1 else f"{number} knobs are"
    return f"{knobs} right: fleets {fleets}, pilot queues {queues}."


def _names(rows: Sequence[FleetKnobs | QueueKnobs]) -> str:
    return " ".join(row.name for row in rows) or "(none)"
