"""The workers' startds, from the collector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from condor_elastic.model import Shape, Startd

Query = Callable[[str, "list[str]"], Iterable[Mapping[str, Any]]]

STARTD_ATTRS = [
    "Name",
    "State",
    "SlotType",
    "Cpus",
    "Memory",
    "TotalSlotCpus",
    "TotalSlotMemory",
    "NumDynamicSlots",
    "NumDynamicSlotsTime",
    "EnteredCurrentState",
    "ElasticVM",
    "ElasticFleet",
    "ElasticRetire",
]


def startds(query: Query, pool: str) -> tuple[Startd, ...]:
    """List the startds that carry our mark, one for each VM, from their partitionable or static slots."""
    slots: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    mark = f'ElasticPool == "{pool}" && ElasticVM isnt undefined && SlotType =!= "Dynamic"'
    for ad in query(mark, STARTD_ATTRS):
        slots[str(ad["ElasticVM"])].append(ad)
    return tuple(_startd(vm, ads) for vm, ads in slots.items())


def _startd(vm: str, ads: list[Mapping[str, Any]]) -> Startd:
    return Startd(
        name=str(ads[0]["Name"]).split("@", 1)[-1],
        vm=vm,
        fleet=str(ads[0].get("ElasticFleet", "")),
        whole=_sum(ads, "TotalSlotCpus", "TotalSlotMemory"),
        free=_sum([ad for ad in ads if ad.get("State") == "Unclaimed"], "Cpus", "Memory"),
        claimed=sum(_claimed(ad) for ad in ads),
        since=max(_since(ad) for ad in ads),
        retiring=any(ad.get("ElasticRetire") is True for ad in ads),
    )


def _sum(ads: list[Mapping[str, Any]], cpus: str, memory: str) -> Shape:
    return Shape(sum(int(ad.get(cpus) or 0) for ad in ads), sum(int(ad.get(memory) or 0) for ad in ads))


def _claimed(ad: Mapping[str, Any]) -> int:
    return int(ad.get("NumDynamicSlots") or 0) + (ad.get("State") not in ("Unclaimed", "Owner"))


def _since(ad: Mapping[str, Any]) -> int:
    """Give the time of the last change: a partitionable slot stays Unclaimed while its dynamic slots come and go.

    NumDynamicSlotsTime is the startd's own latch (STARTD_LATCH_EXPRS, manual: condor_startd configuration).
    """
    return max(int(ad.get("NumDynamicSlotsTime") or 0), int(ad.get("EnteredCurrentState") or 0))
