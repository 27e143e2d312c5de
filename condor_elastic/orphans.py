"""A cycle's part in the search for orphans: it has sweeps run, tells what they said, and retires stray startds."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import Any

from condor_elastic.act.retire import mark
from condor_elastic.act.sweeps import clear, note_told, submit_sweep
from condor_elastic.act.vm_text import OURS
from condor_elastic.decide import strays as stray
from condor_elastic.decide import sweeps
from condor_elastic.decide.doubt import doubt
from condor_elastic.knobs import Settings
from condor_elastic.model import REMOVED, Pool, Snapshot, Unknown, VmJob, Worker
from condor_elastic.observe.strays import sightings
from condor_elastic.observe.sweeps import sweep_jobs

log = logging.getLogger("condor_elastic")


def tend(settings: Settings, seen: Snapshot, pool: Pool, lock: int | None) -> Snapshot:
    """Give what was seen, with the last sweep and the strays in it; no trouble of theirs stops the cycle."""
    if not settings.fleets or isinstance(seen.vms, Unknown):
        return seen
    try:
        if any(OURS.search(fleet.submit) for fleet in settings.fleets):  # other clouds show no tags
            seen = _sweeps(settings, seen, lock)
        return _strays(settings, seen, pool)
    except Exception as error:  # the next cycle looks again
        log.error("orphans are not looked for: %s", " ".join(f"{error}".split()))
        return seen


def _sweeps(settings: Settings, seen: Snapshot, lock: int | None) -> Snapshot:
    import htcondor2

    knobs = settings.pool
    found = sweep_jobs(htcondor2.Schedd().query, knobs.pool)
    last = sweeps.latest(found)
    if last and not last.told:
        for line in last.said:
            log.info("sweep %s: %s", last.id, line)
        if sweeps.verdict(last):
            log.warning("sweep %s: %s", last.id, sweeps.verdict(last))
    if not knobs.dry_run:
        if last and not last.told:
            note_told(last)
        if sweeps.is_due(knobs, found, int(time.time())):
            log.info("sweeping for orphans: %s", submit_sweep(knobs, lock))
        clear(knobs, sweeps.done_with(found), lock)
    return replace(seen, sweep=last)


def _strays(settings: Settings, seen: Snapshot, pool: Pool) -> Snapshot:
    import htcondor2

    knobs = settings.pool
    collector = htcondor2.Collector()
    # Ads of a type of our own are in a table of their own, which only a query for any type reads.
    kinds = {"Startd": htcondor2.AdTypes.Startd, "Any": htcondor2.AdTypes.Any}

    def query(kind: str, constraint: str, attributes: list[str]) -> Any:
        return collector.query(kinds[kind], constraint, attributes)

    found = stray.strays(seen, pool, sightings(query, knobs.pool, pool.strays))
    ripe, alarm = stray.to_retire(knobs, found)
    doubtful = doubt(seen, pool.workers, knobs.stale).why
    if ripe and doubtful:
        log.info("retiring no stray, because %s", doubtful)
        ripe = ()
    if alarm:
        log.warning("%s", alarm)
    for one in ripe:
        why = f"it has had no VM job for {one.cycles} cycles"
        if knobs.dry_run:
            log.info("retire %s, because %s: not done, because ELASTIC_DRY_RUN=True", one.startd.name, why)
            continue
        worker = Worker(VmJob("", one.startd.vm, one.startd.fleet, REMOVED, one.since), one.startd)
        try:
            mark(knobs, worker, retire=True)
            log.info("retired %s, because %s", one.startd.name, why)
        except (RuntimeError, OSError) as error:
            log.error("%s cannot be retired, though %s: %s", one.startd.name, why, error)
    return replace(seen, strays=found)
