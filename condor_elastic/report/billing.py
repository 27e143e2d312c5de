"""What VMs have cost so far, and for how long they ran, at any time: from when each was billed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from condor_elastic.model import Spell

HOUR = 3600


def so_far(spells: Iterable[Spell], times: Sequence[int], *, money: bool) -> list[float]:
    """Give the money, or the hours, of all VMs from the first time until each of the others; times are in order."""
    if not times:
        return []
    first, last = times[0], times[-1]
    # A sum of ramps: each VM begins to add its rate when it begins, and ceases to when it ends.
    bends: list[tuple[int, float]] = []
    for spell in spells:
        rate = spell.price if money else 1.0
        begin, end = max(spell.start, first), last if spell.end is None else min(spell.end, last)
        if end > begin:
            bends += [(begin, rate), (end, -rate)]
    bends.sort()
    made, spent, rate, at, place = [], 0.0, 0.0, first, 0
    for now in times:
        while place < len(bends) and bends[place][0] <= now:
            when, change = bends[place]
            spent, rate, at, place = spent + rate * (when - at), rate + change, when, place + 1
        spent, at = spent + rate * (now - at), now
        made.append(spent / HOUR)
    return made


def priced(spells: Iterable[Spell]) -> bool:
    """Tell whether any VM has a price."""
    return any(spell.price for spell in spells)
