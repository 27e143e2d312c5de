"""What the collector knows of startds without a VM job: when they were last heard of, and what the last cycle said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from condor_elastic.model import Sighting, Startd
from condor_elastic.observe.values import values_of

Query = Callable[[str, str, "list[str]"], Iterable[Any]]
"""Type of ad (Startd, Any), constraint, attributes."""
FEW = 20
"""Strays that are asked for by name: the collector compares each name with each slot."""


def sightings(query: Query, pool: str, strays: Sequence[Startd]) -> dict[str, Sighting]:
    """Give, by ElasticVM, what is known of these startds; the memory is the ads that the last cycle published."""
    if not strays:
        return {}
    before = {}
    for ad in map(values_of, query("Any", f'MyType == "ElasticStray" && ElasticPool == "{pool}"', [])):
        before[str(ad.get("ElasticVM"))] = (_whole(ad.get("Since")), _whole(ad.get("Cycles")))
    names = {stray.vm for stray in strays}
    mine = f'ElasticPool == "{pool}" && ElasticVM isnt undefined'
    if len(names) <= FEW:
        mine += " && (" + " || ".join(f'ElasticVM == "{name}"' for name in sorted(names)) + ")"
    made: dict[str, Sighting] = {}
    for ad in map(values_of, query("Startd", mine, ["ElasticVM", "LastHeardFrom"])):
        vm = str(ad["ElasticVM"])
        if vm not in names:
            continue
        heard = max(_whole(ad.get("LastHeardFrom")), made[vm].heard if vm in made else 0)
        made[vm] = Sighting(heard, *before.get(vm, (0, 0)))
    return made


def _whole(value: Any) -> int:
    return value if type(value) is int else 0
