"""Read one job: its ad in a schedd's queue, or that it has left; what of it a cycle would count, and where it fits."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from condor_elastic.explain.answer import Reason
from condor_elastic.explain.clauses import UNBOUNDED, refusals
from condor_elastic.explain.gone import NotThere, last_job
from condor_elastic.explain.seen import JobSeen
from condor_elastic.knobs import Settings
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import HELD, IDLE, RUNNING, SERVING, Pool, Unknown
from condor_elastic.observe.autoclusters import VANILLA
from condor_elastic.observe.demand import waiting
from condor_elastic.observe.startds import slots
from condor_elastic.whatif import Autocluster, Engine, looked_at
from condor_elastic.whatif.engine import seconds_of, shape_of
from condor_elastic.whatif.limits import Limits, asked

ORDER = (IDLE, HELD, RUNNING)
"""Of the procs of a cluster the first that waits is explained."""
IDENT = re.compile(r"(?:(?P<schedd>[^#\s]+)#)?(?P<cluster>\d+)(?:\.(?P<proc>\d+))?(?:#\d+)?")


def job_ad(ident: str) -> tuple[Any, Counter[int], str]:
    """Find a job, as CLUSTER, CLUSTER.PROC or with SCHEDD# before; give its ad, its cluster's procs, and the schedd.

    Raises NotThere, with when and how it left if the history tells; raises the bindings' errors.
    """
    import htcondor2

    named = IDENT.fullmatch(ident)
    if named is None:
        raise NotThere(f"{ident!r} is no job: CLUSTER or CLUSTER.PROC, as condor_q shows them, or SCHEDD#CLUSTER.PROC")
    schedd = htcondor2.Schedd(_locate(named["schedd"])) if named["schedd"] else htcondor2.Schedd()
    mine = f"ClusterId == {named['cluster']}" + (f" && ProcId == {named['proc']}" if named["proc"] else "")
    found = list(schedd.query(mine))
    if not found:
        raise NotThere(last_job(schedd, mine))
    found.sort(key=lambda ad: (_place(ad["JobStatus"]), ad["ProcId"]))
    rows = schedd.query(f"ClusterId == {named['cluster']}", ["JobStatus"]) if named["proc"] else found
    return found[0], Counter(int(ad["JobStatus"]) for ad in rows), named["schedd"] or ""


def _locate(name: str) -> Any:
    import htcondor2

    found = htcondor2.Collector().locate(htcondor2.DaemonType.Schedd, name)
    if found is None:
        raise NotThere(f"the collector knows of no schedd {name}")
    return found


def _place(status: int) -> int:
    return ORDER.index(status) if status in ORDER else len(ORDER)


def job_seen(settings: Settings, pool: Pool, found: tuple[Any, Counter[int], str]) -> JobSeen:
    """Read a job's ad, and look where it fits; raises the bindings' errors."""
    ad, others, schedd = found
    ident = f"{ad['ClusterId']}.{ad['ProcId']}"
    free, rooms = _room(settings, pool, ad) if ad["JobStatus"] == IDLE else (0, ())
    return JobSeen(
        ident, int(ad["JobStatus"]), int(ad.get("EnteredCurrentStatus") or 0), str(ad.get("Owner", "")), shape_of(ad),
        seconds_of(ad), hold=str(ad.get("HoldReason", "")), host=str(ad.get("RemoteHost", "")),
        pilot=str(ad.get("ElasticPilotQueue", "")), type=str(ad.get("ElasticResourceType", "")),
        negotiated=str(ad.get("LastRejMatchReason", "")).strip(), others=others,
        not_counted=tuple(_not_counted(settings, ad, schedd)),
        refusals={fleet.name: refusals(ad, fleet, ident) for fleet in settings.fleets}, slots=free, rooms=rooms,
    )  # fmt: skip


def _not_counted(settings: Settings, ad: Any, schedd: str) -> Iterable[Reason]:
    """List what keeps an idle job from being demand."""
    if ad["JobUniverse"] != VANILLA:
        yield Reason("universe", f"JobUniverse = {ad['JobUniverse']}: only vanilla jobs ({VANILLA}) start VMs")
    if ad.get("Managed") == "External":
        copy = f" as {ad['RoutedToJobId']}" if "RoutedToJobId" in ad else ""
        yield Reason("routed", f"a JobRouter or CE has routed it{copy}: the copy is what counts")
    yield from _elsewhere(settings, schedd)
    age, least = int(time.time()) - int(ad.get("EnteredCurrentStatus") or 0), settings.pool.demand_min_age
    if settings.pool.whatif == "Match" and age < least:
        said = f"{PREFIX}DEMAND_MIN_AGE={least} and it has been idle for {age} s: free slots have the first go"
        yield Reason("young", said, (f"a smaller {PREFIX}DEMAND_MIN_AGE",), int(time.time()) + least - age)
    if asked(ad):
        yield from _beyond(settings, ad)


def _elsewhere(settings: Settings, schedd: str) -> Iterable[Reason]:
    """Tell whether the jobs of its schedd are looked at; schedd is empty for the local one."""
    names = settings.pool.schedd_names
    if not names and not schedd:
        return
    import htcondor2

    here = htcondor2.Collector().locate(htcondor2.DaemonType.Schedd)["Name"]
    if (schedd or here) not in (names or (here,)):
        knob, those = f"{PREFIX}SCHEDD_NAMES", ", ".join(names) or "empty, which is the local one"
        said = f"{schedd or here} is not among the schedds whose jobs start VMs ({knob}: {those})"
        yield Reason("schedd", said, (f"name it in {knob}",))


def _beyond(settings: Settings, ad: Any) -> Iterable[Reason]:
    import classad2
    import htcondor2

    waits = waiting(settings, _try)
    for name, each in asked(ad).items():
        one = classad2.ClassAd({"ConcurrencyLimits": f"{name}:{each}"})
        if not Limits(htcondor2.param.get, waits.used or {}).grant(one, 1):
            used, knob = (waits.used or {}).get(name, 0), f"{name.upper()}_LIMIT"
            said = f"{knob}={htcondor2.param.get(knob)}, {used:g} are in use and it takes {each:g} (ConcurrencyLimits)"
            change = (f"a larger {knob}", "a job with it that ends")
            yield Reason("limit", said, change, figures={"knob": knob, "used": used})


def _try(source: str, ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as error:  # it is told by what a cycle sees
        return Unknown(source, str(error))


def _room(settings: Settings, pool: Pool, ad: Any) -> tuple[int, tuple[str, ...]]:
    """Count the site's own free slots that it could run on, and name our workers with room for it, as a cycle does."""
    import htcondor2

    collector = htcondor2.Collector()
    startds, site, kinds = slots(lambda mark, attrs: collector.query(htcondor2.AdTypes.Startd, mark, attrs),
                                 settings.pool.pool, looked_at([ad]), settings.fleets)  # fmt: skip
    groups, _ = Engine([]).groups([Autocluster(ad, 1, "")], kinds.ads, UNBOUNDED())
    if not groups:
        return 0, ()
    (group,) = groups
    serving = {worker.vm.vm for worker in pool.workers if worker.phase in SERVING}
    free = sum(one.count for one in site if one.kind in group.kinds and one.shape.holds(group.shape))
    return free, tuple(one.vm for one in startds if one.vm in serving and one.kind in group.kinds
                       and one.free.holds(group.shape))  # fmt: skip
