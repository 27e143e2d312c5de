"""The slots of the pool, from the collector: our workers' startds, and the free slots that are the site's own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from condor_elastic.knobs import FleetKnobs
from condor_elastic.model import Shape, SiteRoom, Startd
from condor_elastic.observe.values import values_of
from condor_elastic.whatif import Kinds
from condor_elastic.whatif.kinds import Stated
from condor_elastic.whatif.references import references, texts_of

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
    "MyCurrentTime",
    "LastHeardFrom",
    "Start",
    "ElasticVM",
    "ElasticFleet",
    "ElasticPool",
    "ElasticRetire",
    "ElasticDeadline",
    "JobStarts",
    "ElasticNotice",
    "ElasticNoticeDeadline",
]


@dataclass(frozen=True)
class Slot:
    """The values of a slot's ad, and the ad."""

    values: Mapping[str, Any]
    ad: Any

    def shape(self, prefix: str = "") -> Shape:
        """Read cores, memory, disk and GPUs under names with this prefix."""
        get = self.values.get
        cpus, memory = get(prefix + "Cpus"), get(prefix + "Memory")
        return Shape(int(cpus or 0), int(memory or 0), int(get(prefix + "Disk") or 0), int(get(prefix + "GPUs") or 0))


def slots(
    query: Query, pool: str, looked_at: Iterable[str], fleets: Iterable[FleetKnobs] = ()
) -> tuple[tuple[Startd, ...], tuple[SiteRoom, ...], Kinds]:
    """Read our workers, one for each VM, from their partitionable or static slots, and the site's own free slots.

    looked_at names the attributes of slots that idle jobs look at.
    """
    stated = {fleet.name.upper(): Stated(fleet.template) for fleet in fleets}
    names = {*looked_at, *(name for one in stated.values() for name in one.names)}
    mark = wanted(pool)
    ads = list(query(mark, _projection(names)))
    own = _looked_at_by_slots(ads) - {name.lower() for name in (*names, *STARTD_ATTRS)}
    if own:  # a Start of the site's own looks at more
        names |= own
        ads = list(query(mark, _projection(names)))
    kinds = Kinds({*names, "Start"})
    workers: dict[str, list[Slot]] = defaultdict(list)
    free: Counter[tuple[str, Shape]] = Counter()
    for ad in ads:
        slot = Slot(values_of(ad), ad)
        if slot.values.get("ElasticPool") == pool and "ElasticVM" in slot.values:
            workers[str(slot.values["ElasticVM"])].append(slot)
        else:
            free[kinds.of(slot.values, ad, slot.shape("TotalSlot")), slot.shape()] += 1
    startds = tuple(_startd(vm, slots, kinds, stated) for vm, slots in workers.items())
    return startds, tuple(SiteRoom(kind, shape, n) for (kind, shape), n in free.items()), kinds


def wanted(pool: str) -> str:
    """Give the constraint for the slots of our workers, and for the free ones of the site's own."""
    mine = f'ElasticPool == "{pool}" && ElasticVM isnt undefined'
    return f'SlotType =!= "Dynamic" && Offline =!= true && ({mine} || (State == "Unclaimed" && Cpus > 0))'


def _projection(names: Iterable[str]) -> list[str]:
    have = {name.lower() for name in STARTD_ATTRS}
    return [*STARTD_ATTRS, *sorted(name for name in names if name.lower() not in have)]


def _looked_at_by_slots(ads: Iterable[Any]) -> set[str]:
    names = references(texts_of(ads, "Start"))
    return {name.split(".")[-1].lower() for name in names if not name.lower().startswith("target.")}


def _startd(vm: str, slots: list[Slot], kinds: Kinds, stated: Mapping[str, Stated]) -> Startd:
    first = slots[0]
    fleet = str(first.values.get("ElasticFleet", ""))
    unclaimed = [slot for slot in slots if slot.values.get("State") == "Unclaimed"]
    whole, free = _sum(slots, "TotalSlot"), _sum(unclaimed)
    ends = [slot.values["ElasticDeadline"] for slot in slots if type(slot.values.get("ElasticDeadline")) is int]
    known = stated.get(fleet.upper())
    kind = ""
    if free.cpus > 0:
        kind = kinds.of(unclaimed[0].values, unclaimed[0].ad, unclaimed[0].shape("TotalSlot"))
    return Startd(
        name=str(first.values["Name"]).split("@", 1)[-1],
        vm=vm,
        fleet=fleet,
        whole=whole,
        free=free,
        claimed=sum(_claimed(slot.values) for slot in slots),
        since=max(_since(slot.values) for slot in slots),
        retiring=any(slot.values.get("ElasticRetire") is True for slot in slots),
        kind=kind,
        ends=min(ends, default=None),
        differs=known.differences(first.ad, whole) if known else "",
        heard=min((heard for slot in slots if type(heard := slot.values.get("LastHeardFrom")) is int), default=None),
        state=str(first.values.get("State") or ""),
        starts=int(first.values.get("JobStarts") or 0),
        notice=notice if isinstance(notice := first.values.get("ElasticNotice"), str) else "",
        notice_deadline=_deadline(first.values.get("ElasticNoticeDeadline")),
    )


def _deadline(value: object) -> int | None:
    return value if type(value) is int else None


def _sum(slots: Sequence[Slot], prefix: str = "") -> Shape:
    if len(slots) == 1:
        return slots[0].shape(prefix)
    shapes = [slot.shape(prefix) for slot in slots]
    return Shape(*(sum(getattr(shape, name) for shape in shapes) for name in ("cpus", "memory", "disk", "gpus")))


def _claimed(ad: Mapping[str, Any]) -> int:
    return int(ad.get("NumDynamicSlots") or 0) + (ad.get("State") not in ("Unclaimed", "Owner"))


def _since(ad: Mapping[str, Any]) -> int:
    """Give the time of the last change: a partitionable slot stays Unclaimed while its dynamic slots come and go.

    NumDynamicSlotsTime is the startd's own latch (STARTD_LATCH_EXPRS, manual: condor_startd configuration).  How long
    ago it was is told by the startd's clock alone, and then by the collector's: they may differ by hours.
    """
    since = max(int(ad.get("NumDynamicSlotsTime") or 0), int(ad.get("EnteredCurrentState") or 0))
    sent, heard = ad.get("MyCurrentTime"), ad.get("LastHeardFrom")
    return since + heard - sent if since and type(sent) is int and type(heard) is int else since
