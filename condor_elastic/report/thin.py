"""Long series made short: means over equal parts of the time, so that a plot has no more points than can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import ceil

from condor_elastic.report.story import Moment

POINTS = 2000
"""At most so many points in one plot."""
STEPS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)


def step(seconds: int, most: int) -> int:
    """Give the length of the parts, a round number of seconds, so that there are no more than that many."""
    need = seconds / max(1, most)
    return next((one for one in STEPS if one >= need), ceil(need / STEPS[-1]) * STEPS[-1])


def parts(moments: Sequence[Moment], begin: int, seconds: int) -> list[tuple[int, list[Moment]]]:
    """Group moments by the part of the time they are in; those that saw nothing are left out."""
    known = (one for one in moments if not one.unknown)
    grouped = groupby(known, key=lambda one: (one.now - begin) // seconds)
    return [(begin + place * seconds, list(of)) for place, of in grouped]


def unseen(moments: Sequence[Moment], end: int, usual: int) -> list[tuple[int, int, str]]:
    """List the times of which nothing is known: from, to (seconds), and why; usual is how often a cycle comes."""
    found: list[tuple[int, int, str]] = []
    for one, after in zip(moments, [*moments[1:], None]):
        until = end if after is None else after.now
        gap = until - one.now > 5 * usual
        why = one.unknown or ("no cycle was recorded" if gap else "")
        begin = one.now if one.unknown else one.now + usual
        if why and found and found[-1][1:] == (one.now, why):
            found[-1] = (found[-1][0], until, why)
        elif why and until > begin:
            found.append((begin, until, why))
    return found
