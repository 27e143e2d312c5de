"""Who is better in the plane of VM-hours and waits (p95): nobody has to say what a second is worth."""

from __future__ import annotations

from collections.abc import Mapping

from condor_elastic.simulate.score import Score


def dominates(one: Score, other: Score) -> bool:
    """Tell whether one needs no more VM-hours and makes jobs wait no longer (p95), and less of one of them."""
    a, b = (one.vm_hours, one.p95_wait_s), (other.vm_hours, other.p95_wait_s)
    return a != b and all(x <= y for x, y in zip(a, b, strict=True))


def dominated_by(scores: Mapping[str, Score]) -> dict[str, list[str]]:
    """Give for each policy by name those that dominate it."""
    return {name: [rival for rival in scores if dominates(scores[rival], mine)] for name, mine in scores.items()}
