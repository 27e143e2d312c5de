"""Check the knobs of one file, without a pool, and say all that is wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from condor_elastic.act.user_data import wrong_user_data
from condor_elastic.knobs import BadKnobs, FleetKnobs, QueueKnobs, Settings
from condor_elastic.knobs.expressions import wrong_expressions
from condor_elastic.knobs.file import assignments, place_of, settings_of
from condor_elastic.knobs.table import PREFIX


def check_file(path: str) -> int:
    """Print what is wrong, each with its place, or what is right; exit status 1 when something is wrong."""
    try:
        print(_read(path))
    except BadKnobs as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _read(path: str) -> str:
    settings = settings_of(path)
    broken = wrong_user_data(settings)
    if broken:
        raise BadKnobs("\n".join(dict.fromkeys(broken.values())))
    given = assignments(path)
    told = right(settings, sum(name.startswith(PREFIX) for name in given))
    try:
        wrong = [what + place_of(name, given) for name, what in wrong_expressions(settings)]
    except ImportError:
        return told + "\nClassAd expressions were not checked, because HTCondor's Python bindings are not here."
    if wrong:
        raise BadKnobs("\n".join(wrong))
    return told


def right(settings: Settings, number: int) -> str:
    """Say how many knobs are right, and of what."""
    fleets, queues = _names(settings.fleets), _names(settings.queues)
    knobs = "1 knob is" if number == 1 else f"{number} knobs are"
    return f"{knobs} right: fleets {fleets}, pilot queues {queues}."


def _names(rows: Sequence[FleetKnobs | QueueKnobs]) -> str:
    return " ".join(row.name for row in rows) or "(none)"
