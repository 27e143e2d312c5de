"""Timers: what ends a VM by itself, in the VM job's submit text and in the worker's configuration."""

from __future__ import annotations

import hashlib

from condor_elastic.knobs import FleetKnobs
from condor_elastic.knobs.commands import last
from condor_elastic.knobs.lifetime import BACKSTOP, lifetime
from condor_elastic.knobs.table import PREFIX
from condor_elastic.knobs.template import spot_clause

LAUNCH, REGISTER = 71, 72
"""HoldReasonSubCode of a VM job that a timer has put on hold; HoldReasonCode is 3, the job's own policy."""
LEAST_WORKER_IDLE, LEAST_HEADROOM_IDLE = 3600, 21600
LEAST_CONTACT, MOST_CONTACT = 2, 300
"""Seconds between two questions whether the collector is there."""
KEEPS_EMPTY = ("min_vms", "keep_running", "fixed")
"""Knobs by which a fleet wants workers that are empty all the time; by HEADROOM it wants others from hour to hour."""


def deadline(fleet: FleetKnobs, vm: str, submitted: int) -> int:
    """Give when a VM's lifetime ends; the jitter is made of its id, so that it is always the same.

    Without the jitter a fleet that was launched at once would leave at once.
    """
    chance = int.from_bytes(hashlib.sha256(vm.encode()).digest()[:8], "big") / 2**64
    return submitted + int(lifetime(fleet) * (1 + fleet.lifetime_jitter * (2 * chance - 1)))


def worker_idle(fleet: FleetKnobs) -> int:
    """Give after how many seconds an empty worker leaves by itself, 0 for never.

    Left to itself it is long after the cycle would have retired it, and never where the fleet wants empty workers.
    One that HEADROOM has kept for so long is replaced if it is still wanted; where no cycle runs it leaves too.
    """
    if fleet.worker_idle is not None:
        return fleet.worker_idle
    if any(getattr(fleet, name) for name in KEEPS_EMPTY):
        return 0
    least = LEAST_HEADROOM_IDLE if "Headroom" in fleet.policies and fleet.headroom else LEAST_WORKER_IDLE
    return max(6 * fleet.idle_timeout, least)


def contact_period(fleet: FleetKnobs) -> int:
    """Give how often a worker asks whether the collector is there, in seconds; 0 for never."""
    return min(MOST_CONTACT, max(LEAST_CONTACT, fleet.deadman // 10)) if fleet.deadman else 0


def is_spot(fleet: FleetKnobs) -> bool:
    """Tell whether the cloud may take a fleet's VMs back, by its knob or its submit text."""
    return bool(last(fleet.submit, "ec2_spot_price")) if fleet.spot is None else fleet.spot


def worker_lines(fleet: FleetKnobs, end: int) -> str:
    """Make the lines of a worker's configuration that config.d/elastic-worker.conf reads."""
    lines = [
        f"ElasticDeadline = {end}",
        f"ElasticFirstJobTimeout = {fleet.first_job_timeout}",
        f"ElasticWorkerIdle = {worker_idle(fleet)}",
        f"ElasticMaxJobRetirementTime = {fleet.max_job_retirement_time}",
        f"ElasticDeadman = {fleet.deadman}",
        f"ElasticContactPeriod = {contact_period(fleet)}",
        f"ElasticSpotGuard = {spot_clause(fleet.spot_tries)}",
        f"ElasticSpot = {is_spot(fleet)}",
    ]
    return "\n".join(lines)


def submit_lines(fleet: FleetKnobs) -> list[str]:
    """Make the periodic expressions of a VM job, each together with the site's own.

    The gridmanager evaluates them while it has the job, the schedd before and after; no cycle is needed.  A hold ends
    the instance; the VM job stays as a tombstone.
    """
    timers = _timers(fleet)
    lines = [f"My.ElasticTimer = {_choice([(when, str(code)) for when, code, _ in timers], '0')}"]
    hold, why, code = (last(fleet.submit, f"periodic_hold{part}") for part in ("", "_reason", "_subcode"))
    told = _choice([(f"ElasticTimer == {number}", f'"{text}"') for _, number, text in timers], why or "undefined")
    lines += [
        "periodic_hold = ElasticTimer > 0" + (f" || ({hold})" if hold else ""),
        f"periodic_hold_subcode = IfThenElse(ElasticTimer > 0, ElasticTimer, {code or 0})",
        f"periodic_hold_reason = {told}",
    ]
    remove = last(fleet.submit, "periodic_remove")
    late = f"ElasticDeadline isnt undefined && time() > ElasticDeadline + {fleet.max_job_retirement_time + BACKSTOP}"
    return [*lines, f"periodic_remove = ({late})" + (f" || ({remove})" if remove else "")]


def _timers(fleet: FleetKnobs) -> list[tuple[str, int, str]]:
    """List the timers that are on: when, the subcode, and what is said.

    They may look only at what the gridmanager itself knows: it evaluates them on a copy of the ad, and does not learn
    what a cycle writes into the schedd's (basejob.cpp, EvalPeriodicJobExpr); decide/overdue.py has the others.
    """
    launch, register = fleet.launch_timeout, fleet.register_timeout
    waits = "JobStatus == 1 && EC2InstanceName {} && time() - EnteredCurrentStatus > {}"
    made = []
    if launch:
        said = _said(fleet, "LAUNCH_TIMEOUT", launch)
        made.append((waits.format("is undefined", launch), LAUNCH, f"no instance within {said}"))
    if launch and register:
        both = f"{_said(fleet, 'LAUNCH_TIMEOUT', launch)} and {_said(fleet, 'REGISTER_TIMEOUT', register)}"
        made.append((waits.format("isnt undefined", launch + register), REGISTER,
                     f"its instance did not run within {both}"))  # fmt: skip
    return made


def _said(fleet: FleetKnobs, knob: str, value: int) -> str:
    return f"{PREFIX}{fleet.name.upper()}_{knob}={value}"


def _choice(cases: list[tuple[str, str]], otherwise: str) -> str:
    text = otherwise
    for when, then in reversed(cases):
        text = f"IfThenElse({when}, {then}, {text})"
    return text
