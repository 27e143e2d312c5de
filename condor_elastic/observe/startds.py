"""The slots of the pool, from the collector: our workers' startds, and the free slots that are the site's own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from condor_elastic.knobs import FleetKnobs
from condor_elastic.model import Shape, SiteRoom, Startd
from condor_elastic.whatif import Kinds
from condor_elastic.whatif.kinds import differences

Query = Callable[[str, "list[str]"], Iterable[Any]]

STARTD_ATTRS = [
    "Name",
    "State",
    "SlotType",
    "Cpus",
    "Memory",
    "Disk",
    "GPUs",
    "TotalSlotCpus",
    "TotalSlotMemory",
    "TotalSlotDisk",
    "TotalSlotGPUs",
    "NumDynamicSlots",
    "NumDynamicSlotsTime",
    "EnteredCurrentState",
    "Start",
    "ElasticVM",
    "ElasticFleet",
    "ElasticPool",
    "ElasticRetire",
    "ElasticDeadline",
]


def slots(
    query: Query, pool: str, looked_at: Iterable[str], fleets: Iterable[FleetKnobs] = ()
) -> tuple[tuple[Startd, ...], tuple[SiteRoom, ...], Kinds]:
    """Read our workers, one for each VM, from their partitionable or static slots, and the site's own free slots.

    looked_at names the attributes of slots that idle jobs look at.
    """
    stated = {fleet.name.upper(): (_stated(fleet), fleet) for fleet in fleets}
    names = {*looked_at, *(name for ad, _ in stated.values() for name in ad)}
    mark = wanted(pool)
    ads = list(query(mark, _projection(names)))
    own = _looked_at_by_slots(ads) - {name.lower() for name in (*names, *STARTD_ATTRS)}
    if own:  # a Start of the site's own looks at more
        names |= own
        ads = list(query(mark, _projection(names)))
    kinds = Kinds({*names, "Start"})
    workers: dict[str, list[Any]] = defaultdict(list)
    free: Counter[tuple[str, Shape]] = Counter()
    for ad in ads:
        if ad.get("ElasticPool") == pool and "ElasticVM" in ad:
            workers[str(ad["ElasticVM"])].append(ad)
        else:
            free[kinds.of(ad, _shape(ad, "TotalSlot")), _shape(ad)] += 1
    startds = tuple(_startd(vm, ads, kinds, stated) for vm, ads in workers.items())
    return startds, tuple(SiteRoom(kind, shape, n) for (kind, shape), n in free.items()), kinds


def wanted(pool: str) -> str:
    """Give the constraint for the slots of our workers, and for the free ones of the site's own."""
    mine = f'ElasticPool == "{pool}" && ElasticVM isnt undefined'
    return f'SlotType =!= "Dynamic" && Offline =!= true && ({mine} || (State == "Unclaimed" && Cpus > 0))'


def _projection(names: Iterable[str]) -> list[str]:
    have = {name.lower() for name in STARTD_ATTRS}
    return [*STARTD_ATTRS, *sorted(name for name in names if name.lower() not in have)]


def _stated(fleet: FleetKnobs) -> Any:
    import classad2

    return classad2.ClassAd(f"[{fleet.template.text}]")


def _looked_at_by_slots(ads: Iterable[Any]) -> set[str]:
    import classad2

    nothing = classad2.ClassAd()
    texts = {str(ad.lookup("Start")) for ad in ads if "Start" in ad}
    names = {name for text in texts for name in nothing.externalRefs(classad2.ExprTree(text))}
    return {name.split(".")[-1].lower() for name in names if not name.lower().startswith("target.")}


def _startd(vm: str, ads: list[Any], kinds: Kinds, stated: Mapping[str, tuple[Any, FleetKnobs]]) -> Startd:
    first = ads[0]
    fleet = str(first.get("ElasticFleet", ""))
    unclaimed = [ad for ad in ads if ad.get("State") == "Unclaimed"]
    whole, free = _sum(ads, "TotalSlot"), _sum(unclaimed)
    ends = [ad["ElasticDeadline"] for ad in ads if type(ad.get("ElasticDeadline")) is int]
    known = stated.get(fleet.upper())
    return Startd(
        name=str(first["Name"]).split("@", 1)[-1],
        vm=vm,
        fleet=fleet,
        whole=whole,
        free=free,
        claimed=sum(_claimed(ad) for ad in ads),
        since=max(_since(ad) for ad in ads),
        retiring=any(ad.get("ElasticRetire") is True for ad in ads),
        kind=kinds.of(unclaimed[0], _shape(unclaimed[0], "TotalSlot")) if free.cpus > 0 else "",
        ends=min(ends, default=None),
        differs=differences(known[0], first, whole, known[1].template) if known else "",
    )


def _sum(ads: Iterable[Any], prefix: str = "") -> Shape:
    shapes = [_shape(ad, prefix) for ad in ads]
    if len(shapes) == 1:
        return shapes[0]
    return Shape(*(sum(getattr(shape, name) for shape in shapes) for name in ("cpus", "memory", "disk", "gpus")))


def _shape(ad: Any, prefix: str = "") -> Shape:
    return Shape(*(int(ad.get(prefix + name) or 0) for name in ("Cpus", "Memory", "Disk", "GPUs")))


def _claimed(ad: Mapping[str, Any]) -> int:
    return int(ad.get("NumDynamicSlots") or 0) + (ad.get("State") not in ("Unclaimed", "Owner"))


def _since(ad: Mapping[str, Any]) -> int:
    """Give the time of the last change: a partitionable slot stays Unclaimed while its dynamic slots come and go.

    NumDynamicSlotsTime is the startd's own latch (STARTD_LATCH_EXPRS, manual: condor_startd configuration).
    """
    return max(int(ad.get("NumDynamicSlotsTime") or 0), int(ad.get("EnteredCurrentState") or 0))
