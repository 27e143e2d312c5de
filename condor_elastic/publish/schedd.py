"""The schedd's ad: the whole cycle in some thirty attributes, as lines for its cron."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from condor_elastic import __version__
from condor_elastic.decide.money import accounts
from condor_elastic.decide.sweeps import verdict
from condor_elastic.knobs import Settings
from condor_elastic.model import IDLE, PENDING, RUNNING, Outcome, Plan, Pool, Snapshot, Unknown
from condor_elastic.publish.counts import jobs_idle, money
from condor_elastic.publish.form import Ad, Value, literal

SUMMARY = ("Verdict", "Error", "Version", "CycleTime", "CycleSeconds", "PilotQueues", "PilotsIdle", "PilotsRunning",
           "Fleets", "VMs", "VMsComing", "VMsFailed", "Workers", "WorkersIdle", "WorkersBusy", "WorkersRetiring",
           "Strays", "Orphans", "SweepTime", "SweepAlarm", "JobsIdle", "JobsHopeless", "Hopeless", "ActionsDone",
           "ActionsFailed", "Rate", "CostToday", "CostMonth")  # fmt: skip
TOLD = 5
"""Kinds of hopeless job that the schedd's ad names; the log and the plan name more."""


def lines(summary: Mapping[str, Value]) -> str:
    """Make the lines for the schedd's ad; what has gone is said to be undefined, as the schedd keeps old values.

    HTCondor adds the prefix (SCHEDD_CRON_ELASTIC_PREFIX); a raw newline in a string would split the ad.
    """
    return "".join(f"{name} = {literal(summary.get(name))}\n" for name in SUMMARY) + "-\n"


def summary(settings: Settings, seen: Snapshot, pool: Pool, plans: Sequence[Plan], outcomes: Sequence[Outcome]) -> Ad:
    """Sum the cycle up for the schedd's ad."""
    failed = [outcome for outcome in outcomes if not outcome.ok]
    said = [f"{plan.name}: {plan.verdict}" for plan in plans]
    return {
        "Verdict": " ".join(said),
        "Error": f"{len(failed)} failed, the first: {failed[0].detail}" if failed else None,
        "Version": __version__,
        "CycleTime": seen.now,
        **_pilots(settings, seen),
        **_workers(settings, seen, pool),
        "Strays": None if isinstance(seen.vms, Unknown) else len(pool.strays),
        "Orphans": sum(seen.sweep.orphans.values()) if seen.sweep and seen.sweep.swept else None,
        "SweepTime": seen.sweep.swept or None if seen.sweep else None,
        "SweepAlarm": verdict(seen.sweep) or None if seen.sweep else None,
        "JobsIdle": jobs_idle(seen),
        "JobsHopeless": None if isinstance(seen.idle, Unknown) else sum(one.count for one in seen.hopeless),
        "Hopeless": ". ".join(str(one) for one in seen.hopeless[:TOLD]) or None,
        "ActionsDone": len(outcomes) - len(failed),
        "ActionsFailed": len(failed),
        **money(None if seen.ledger is None else accounts(settings, seen, pool)),
    }


def _pilots(settings: Settings, seen: Snapshot) -> Ad:
    known = None if isinstance(seen.pilots, Unknown) else Counter(pilot.status for pilot in seen.pilots)
    return {
        "PilotQueues": len(settings.queues),
        "PilotsIdle": None if known is None else known[IDLE],
        "PilotsRunning": None if known is None else known[RUNNING],
    }


def _workers(settings: Settings, seen: Snapshot, pool: Pool) -> Ad:
    """Count VM jobs and their startds: what one of the two does not tell is undefined, not zero."""
    phases = Counter(worker.phase for worker in pool.workers)
    found: Ad = {
        "VMs": len(pool.workers),
        "VMsFailed": phases["failed"],
        "VMsComing": sum(phases[phase] for phase in PENDING),
        "Workers": sum(worker.startd is not None for worker in pool.workers),
        "WorkersIdle": phases["idle"],
        "WorkersBusy": phases["busy"],
        "WorkersRetiring": phases["retiring"],
    }
    if isinstance(seen.vms, Unknown):
        found = dict.fromkeys(found)
    elif isinstance(seen.startds, Unknown):
        found = {**dict.fromkeys(found), "VMs": found["VMs"], "VMsFailed": found["VMsFailed"]}
    return {"Fleets": len(settings.fleets), **found}
