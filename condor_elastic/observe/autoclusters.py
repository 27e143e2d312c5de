"""Idle jobs by autocluster, from a schedd: two cheap queries, whatever the number of jobs.

QueryOpt.AutoCluster gives the ad of each autocluster (it answers nothing when it is given a constraint), GroupBy the
counts.  A constraint of GroupBy looks at the groups, not at the jobs: so what idleness is seen by is grouped by, and
sorted out here.  While a pool has no slot at all nothing is ever negotiated, and no job has an autocluster: those are
grouped by their Requirements and all that these look at.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from condor_elastic.model import IDLE
from condor_elastic.whatif import Autocluster
from condor_elastic.whatif.engine import DURATIONS
from condor_elastic.whatif.references import references, texts_of

VANILLA = 5
# A job that a JobRouter or a CE has routed is counted as the copy that would run here, not as the original, which is
# Managed by the router (attributes: src/condor_includes/condor_attributes.h).
IDLENESS = ["JobStatus", "JobUniverse", "AutoClusterId"]
RARE = ["Managed", *DURATIONS]
"""To group by these as well costs twice the time: it is done where the schedd does not hold them for significant."""
ASKED = ("Requirements", "RequestCpus", "RequestMemory", "RequestDisk", "RequestGPUs", "ConcurrencyLimits")


def cluster_ads(schedd: Any) -> dict[int, Any]:
    """Read the ads of a schedd's autoclusters, by AutoClusterId; none while nothing has been negotiated."""
    import htcondor2

    return {ad["AutoClusterId"]: ad for ad in schedd.query(opts=htcondor2.QueryOpt.AutoCluster)}


def autoclusters(
    schedd: Any, also: Iterable[str], min_age: int = 0, where: str = "", ads: Mapping[int, Any] | None = None
) -> tuple[Autocluster, ...]:
    """Read the idle jobs of one schedd (htcondor2.Schedd), idle for min_age seconds at least.

    also names attributes of jobs that knobs look at; where names the schedd if there are several; ads are those of its
    autoclusters, where they have been read.  Raises the bindings' errors.

    A negotiation between two of the queries gives a job its autocluster, and it would be in neither answer: so the
    schedd is asked once more, when jobs have got lost that way.
    """
    also = sorted({*also, *(() if not where and _are_significant(RARE) else RARE)})
    found, lost = _look(schedd, also, min_age, where, ads)
    return _look(schedd, also, min_age, where, None)[0] if lost else found


def _look(
    schedd: Any, also: list[str], min_age: int, where: str, ads: Mapping[int, Any] | None
) -> tuple[tuple[Autocluster, ...], int]:
    """Read the idle jobs once, and how many had no autocluster at first but one when they were to be read."""
    rows = _idle(schedd, also, min_age)
    if ads is None or any("AutoClusterId" in row and row["AutoClusterId"] not in ads for row in rows):
        ads = cluster_ads(schedd)
    found: dict[tuple[Any, ...], Autocluster] = {}
    for row in rows:
        number = row.get("AutoClusterId")
        if number in ads:
            key = number, *(str(row.lookup(name)) if name in row else "" for name in also)
            before = found[key].count if key in found else 0
            cluster = found.get(key) or Autocluster(_joined(ads[number], row, also), 0, f"autocluster {number}{where}")
            found[key] = replace(cluster, count=before + int(row["JobCount"]))
    found = {key: one for key, one in found.items() if one.ad.get("Managed") != "External"}
    without = sum(int(row["JobCount"]) for row in rows if row.get("AutoClusterId") not in ads)
    virgin = _virgin(schedd, also, min_age, where) if without else []
    return (*found.values(), *virgin), max(0, without - sum(one.count for one in virgin))


def _are_significant(names: Iterable[str]) -> bool:
    """Tell whether the local schedd makes other autoclusters of jobs that differ in these."""
    import htcondor2

    significant = str(htcondor2.param.get("ADD_SIGNIFICANT_ATTRIBUTES") or "").lower().replace(",", " ").split()
    return {name.lower() for name in names} <= set(significant)


def _idle(schedd: Any, names: Iterable[str], min_age: int) -> list[Any]:
    """Count the idle jobs by these attributes."""
    import htcondor2

    aged = ["EnteredCurrentStatus"] if min_age else []
    rows = schedd.query(projection=[*IDLENESS, *names, *aged], opts=htcondor2.QueryOpt.GroupBy)
    return [row for row in rows if row.get("JobStatus") == IDLE and row.get("JobUniverse") == VANILLA
            and row.get("Managed") != "External"
            and (not aged or time.time() - int(row["EnteredCurrentStatus"]) >= min_age)]  # fmt: skip


def _joined(ad: Any, row: Any, also: Iterable[str]) -> Any:
    import classad2

    extra = [name for name in also if name not in ad and name in row]
    if extra:
        ad = classad2.ClassAd(str(ad))
        for name in extra:
            ad[name] = row.lookup(name)
    return ad


def _virgin(schedd: Any, also: Iterable[str], min_age: int, where: str) -> list[Autocluster]:
    texts = texts_of(_idle(schedd, ["Requirements"], 0), "Requirements")
    named = {name.split(".")[-1] for name in references(texts)}
    rows = _idle(schedd, sorted({*ASKED, *named, *also, *RARE}), min_age)
    return [Autocluster(row, int(row["JobCount"]), f"jobs {row['JobIds']}{where}")
            for row in rows if "AutoClusterId" not in row]  # fmt: skip
