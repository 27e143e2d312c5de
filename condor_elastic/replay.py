"""Think a recorded cycle again, without a pool, and say what differs from what was said then."""

from __future__ import annotations

import difflib
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from condor_elastic import __version__
from condor_elastic.associate import associate
from condor_elastic.decide import plan
from condor_elastic.knobs.expressions import evaluate
from condor_elastic.model import Unknown
from condor_elastic.record import Recorded, load, said

Item = TypeVar("Item")


def replay(paths: Sequence[str]) -> int:
    """Print for each file the verdicts and the acts, and what differs; exit status 1 when anything does."""
    same = [_one(path) for path in paths]
    return 0 if all(same) else 1


def _one(path: str) -> bool:
    try:
        then = load(path)
    except ValueError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return False
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(then.seen.now))
    print(f"{path}: the cycle of {when}, by condor_elastic {then.version}")
    now = again(then)
    for line in _lines(now):
        print(line)
    differs = _difference(then, now)
    for line in differs:
        print(line)
    return not differs


def again(then: Recorded) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Decide on what was seen, as this version does."""
    seen = then.seen
    pool = associate(_known(seen.vms), _known(seen.startds))
    return said(plan(then.settings, seen, pool, _evaluate))


def _evaluate(text: str, figures: Mapping[str, float]) -> float | str:
    try:
        return evaluate(text, figures)
    except ImportError:
        return "not known, because HTCondor's Python bindings are not here"


def _known(source: tuple[Item, ...] | Unknown) -> tuple[Item, ...]:
    return () if isinstance(source, Unknown) else source


def _difference(then: Recorded, now: tuple[tuple[str, tuple[str, ...]], ...]) -> list[str]:
    return list(
        difflib.unified_diff(
            _lines(then.said), _lines(now), f"said by {then.version}", f"said by {__version__}", lineterm=""
        )
    )


def _lines(told: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    return [line for verdict, actions in told for line in (verdict, *(f"  {action}" for action in actions))]
