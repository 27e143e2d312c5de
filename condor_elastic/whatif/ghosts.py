"""The Negotiator engine's question: an offline machine ad for each fleet that could launch.

The negotiator matches idle jobs with Offline=True slots as with any other, and merges into their ads which autoclusters
matched: OfflineMatches = {[Scheduler; AutoclusterID; RequestCount], ...} (RegisterAttemptedOfflineMatch in
src/condor_negotiator.V6/matchmaker.cpp).  The lists stay after the demand has gone: MachineLastMatchTime tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from condor_elastic.knobs import FleetKnobs
from condor_elastic.whatif.machine import machine

ADDRESS = "<127.0.0.1:1>"  # nobody is there, and nobody calls an offline slot; but the negotiator wants one
ATTRS = ["Name", "ElasticFleet", "ElasticPublished", "GhostMultiplier", "OfflineMatches", "MachineLastMatchTime",
         "Cpus", "Memory", "Disk", "GPUs", "Requirements"]  # fmt: skip


def mark(pool: str) -> str:
    """Give the constraint by which the ghosts of a pool's controller are found."""
    return f'ElasticGhost =?= true && ElasticPool == "{pool}"'


def ghost(fleet: FleetKnobs, pool: str, room: int, now: int, lifetime: int) -> Any:
    """Make the offline ad of a fleet with room for so many VMs more; it expires by itself after lifetime seconds."""
    import classad2

    ad = machine(fleet.template, spot_tries=fleet.spot_tries)
    ad.update({
        "Name": f"elastic-{fleet.name}@{pool}", "Machine": f"elastic-{fleet.name}", "MyAddress": ADDRESS,
        "StartdIpAddr": ADDRESS, "Offline": True, "WantAdRevaluate": True, "GhostMultiplier": room,
        "ElasticGhost": True, "ElasticPool": pool, "ElasticFleet": fleet.name, "ElasticPublished": now,
        "ClassAdLifetime": lifetime,
    })  # fmt: skip
    # In the ad of a slot a bare name is that of the job where the slot has none: JOB_REQUIREMENTS reads as it stands.
    ad["Requirements"] = classad2.ExprTree(f"({ad.lookup('Requirements')}) && ({fleet.job_requirements})")
    return ad


def is_current(there: Any, wanted: Any, oldest: int) -> bool:
    """Tell whether a ghost in the collector is as wanted and young enough to stay; a new one loses what it was told."""
    same = ("GhostMultiplier", "Cpus", "Memory", "Disk", "GPUs", "Requirements")
    return all(_text(there, name) == _text(wanted, name) for name in same) and there["ElasticPublished"] > oldest


def matched(ghosts: Iterable[Any], since: int) -> Mapping[tuple[str, int], int]:
    """Give for each autocluster (schedd's address, id) how many jobs the negotiation begun at since matched."""
    found: dict[tuple[str, int], int] = {}
    for ad in ghosts:
        if _whole(ad, "MachineLastMatchTime") < since or "OfflineMatches" not in ad:
            continue
        told: dict[tuple[str, int], int] = {}
        for record in ad.eval("OfflineMatches"):
            key = str(record["Scheduler"]), int(record["AutoclusterID"])
            told[key] = max(told.get(key, 0), int(record["RequestCount"]))
        for key, count in told.items():
            found[key] = max(found.get(key, 0), count)  # a job that could run on two fleets is told by both
    return found


def is_answered(ad: Any, since: int) -> bool:
    """Tell whether the negotiation begun at since has seen this ghost."""
    return _whole(ad, "ElasticPublished") <= since


def _whole(ad: Any, name: str) -> int:
    value = ad.get(name)
    return value if type(value) is int else 0


def _text(ad: Any, name: str) -> str:
    return str(ad.lookup(name)) if name in ad else ""
