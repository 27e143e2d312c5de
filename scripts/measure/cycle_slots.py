"""Ads of many workers' slots, each a copy of a real one with another name, another room and other marks.

Of the workers beyond the VM jobs one half is ours without a VM job (strays), the other the site's own: static slots
without a mark, nine in ten of them claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from live.pool import wait_for
from live.vm_jobs import FLEET, POOL

CPUS, MEMORY, DISK = 8, 16384, 100000000  # MB and KiB; each job takes its share for one core
BATCH = 500
LIFETIME = 1000000  # seconds; nobody renews these ads
PARTITIONABLE = 'SlotType == "Partitionable"'
# What makes a startd's ad that of a worker of ours (config.d/elastic-worker.conf), without its rights; it takes no job.
STARTD = f"""\
use ROLE : Execute
NUM_CPUS = {CPUS}
MEMORY = {MEMORY}
RUNBENCHMARKS = False
NUM_SLOTS = 1
NUM_SLOTS_TYPE_1 = 1
SLOT_TYPE_1 = 100%
SLOT_TYPE_1_PARTITIONABLE = True
STARTD_LATCH_EXPRS = NumDynamicSlots
STARTD_ATTRS = $(STARTD_ATTRS) ElasticRetire ElasticPool ElasticFleet ElasticVM
ElasticRetire = True
ElasticPool = "{POOL}"
ElasticFleet = "{FLEET}"
ElasticVM = "pattern"
START = ElasticRetire =!= True
"""
MARKS = ("ElasticRetire", "ElasticPool", "ElasticFleet", "ElasticVM")


def real_slot() -> str:
    """Wait for the slot of a startd with STARTD; give its ad, as text."""
    import htcondor2

    collector = htcondor2.Collector()
    return str(wait_for("a real slot", lambda: collector.query(htcondor2.AdTypes.Startd, PARTITIONABLE))[0])


def advertise(real: str, numbers: range, vm_jobs: int) -> None:
    """Send the ads of the workers with these numbers; those below vm_jobs have a VM job."""
    import htcondor2

    collector = htcondor2.Collector()
    for ads in _batches(_ads(real, numbers, vm_jobs)):
        collector.advertise(ads, "UPDATE_STARTD_AD")


def vm_of(number: int) -> str:
    """Give the ElasticVM of a worker."""
    return f"{FLEET}-{number:08x}"


def _ads(real: str, numbers: range, vm_jobs: int) -> Iterator[Any]:
    import classad2

    for number in numbers:
        ad = classad2.ClassAd(real)
        if is_site(number, vm_jobs):
            for mark in MARKS:
                del ad[mark]
            ad.update(_site(number))
        else:
            ad.update(_ours(number))
        machine = f"worker-{number:05d}.elastic.test"
        ad.update({"Name": f"slot1@{machine}", "Machine": machine, "ClassAdLifetime": LIFETIME,
                   "TotalDisk": DISK, "TotalSlotDisk": DISK})  # fmt: skip
        yield ad


def is_site(number: int, vm_jobs: int) -> bool:
    """Tell whether a worker is the site's own."""
    return number >= vm_jobs and number % 2 == 1


def is_free_site(number: int, vm_jobs: int) -> bool:
    """Tell whether a worker is a free slot of the site's own."""
    return is_site(number, vm_jobs) and not _is_claimed(number)


def _is_claimed(number: int) -> bool:
    return number % 20 != 1


def _ours(number: int) -> dict[str, Any]:
    free = _free(number)
    child = {"Cpus": 1, "Memory": MEMORY // CPUS, "Disk": DISK // CPUS, "GPUs": 0, "State": "Claimed",
             "Activity": "Busy", "Name": f"slot1_1@worker-{number:05d}.elastic.test", "DSlotId": 1, "CurrentRank": 0.0,
             "RemoteUser": "alice@elastic.test", "RemoteOwner": "alice@elastic.test",
             "AccountingGroup": "alice@elastic.test", "EnteredCurrentState": 1700000000,
             "RetirementTimeRemaining": 86400}  # fmt: skip
    return {
        "ElasticVM": vm_of(number),
        "ElasticRetire": False,
        "Cpus": free,
        "Memory": MEMORY // CPUS * free,
        "Disk": DISK // CPUS * free,
        "NumDynamicSlots": CPUS - free,
        **{f"Child{name}": [value] * (CPUS - free) for name, value in child.items()},
    }


def _free(number: int) -> int:
    """Give the free cores: one worker in a hundred is empty, ten have room, the others have one core left or none."""
    place = number % 100
    return CPUS if place == 0 else 2 + place % (CPUS - 2) if place <= 10 else number % 2  # noqa: PLR2004


def _site(number: int) -> dict[str, Any]:
    claimed = _is_claimed(number)
    return {"SlotType": "Static", "PartitionableSlot": False, "NumDynamicSlots": 0, "Disk": DISK,
            "State": "Claimed" if claimed else "Unclaimed", "Activity": "Busy" if claimed else "Idle"}  # fmt: skip


def _batches(ads: Iterable[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for ad in ads:
        batch.append(ad)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch
