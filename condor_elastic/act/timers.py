"""Timers: what ends a VM by itself, in the VM job's submit text and in the worker's configuration."""

from __future__ import annotations

import hashlib

from condor_elastic.act.commands import last
from condor_elastic.knobs import FleetKnobs
from condor_elastic.knobs.table import PREFIX

LAUNCH, REGISTER = 71, 72
"""HoldReasonSubCode of a VM job that a timer has put on hold; HoldReasonCode is 3, the job's own policy."""
BACKSTOP = 3600
"""Seconds after the last moment of the last job at which a VM job past its lifetime is removed."""
LEAST_WORKER_IDLE = 3600
KEEPS_EMPTY = ("min_vms", "headroom", "keep_running", "fixed")
"""Knobs by which a fleet wants workers that are empty."""


def deadline(fleet: FleetKnobs, vm: str, submitted: int) -> int | None:
    """Give when a VM's lifetime ends, None if it has none; the jitter is made of its id, so that it is always the same.

    Without the jitter a fleet that was launched at once would leave at once.
    """
    if not fleet.lifetime:
        return None
    chance = int.from_bytes(hashlib.sha256(vm.encode()).digest()[:8], "big") / 2**64
    return submitted + round(fleet.lifetime * (1 + fleet.lifetime_jitter * (2 * chance - 1)))


def worker_idle(fleet: FleetKnobs) -> int:
    """Give after how many seconds an empty worker leaves by itself, 0 for never.

    Left to itself it is long after the cycle would have retired it, and never where the fleet wants empty workers.
    """
    if fleet.worker_idle is not None:
        return fleet.worker_idle
    if any(getattr(fleet, name) for name in KEEPS_EMPTY):
        return 0
    return max(6 * fleet.idle_timeout, LEAST_WORKER_IDLE)


def worker_lines(fleet: FleetKnobs, end: int | None) -> str:
    """Make the lines of a worker's configuration that config.d/elastic-worker.conf reads."""
    lines = [f"ElasticDeadline = {end}"] if end is not None else []
    lines += [
        f"ElasticFirstJobTimeout = {fleet.first_job_timeout}",
        f"ElasticWorkerIdle = {worker_idle(fleet)}",
        f"ElasticMaxJobRetirementTime = {fleet.max_job_retirement_time}",
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
