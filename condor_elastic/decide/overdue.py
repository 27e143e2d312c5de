"""Timers that need a cycle: only a cycle sees both the VM job and that no startd of it, or no job on it, is there."""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import RUNNING, Action, Hold, Worker

REGISTER, FIRST_JOB = 72, 73
"""HoldReasonSubCode."""
SPARE = 120
"""Seconds by which a worker may be late with its own timer: two of its updates (UPDATE_INTERVAL)."""


def overdue(knobs: FleetKnobs, workers: Iterable[Worker], now: int) -> list[Action]:
    """Choose VM jobs to hold: not joined within REGISTER_TIMEOUT, or no job within FIRST_JOB_TIMEOUT of joining.

    A pinned one stays: somebody wants to see why it does not join.
    """
    workers = [w for w in workers if not w.vm.pinned]
    name = f"{PREFIX}{knobs.name.upper()}_"
    not_joined = f"its startd did not join the pool within {name}REGISTER_TIMEOUT={knobs.register_timeout}"
    no_job = f"no job ran on it within {name}FIRST_JOB_TIMEOUT={knobs.first_job_timeout}"
    silent = [Hold(w.vm, REGISTER, not_joined) for w in workers if _is_silent(w, knobs.register_timeout, now)]
    if not knobs.first_job_timeout:
        return [*silent]
    return [*silent, *(Hold(w.vm, FIRST_JOB, no_job) for w in workers if _is_useless(w, knobs.first_job_timeout, now))]


def _is_silent(worker: Worker, timeout: int, now: int) -> bool:
    if not timeout or worker.phase != "booting":
        return False
    return now - worker.vm.since >= timeout


def _is_useless(worker: Worker, timeout: int, now: int) -> bool:
    """Tell whether a worker has not left although it never had a job, as it does by its own configuration."""
    vm, startd = worker.vm, worker.startd
    if startd is None or vm.joined is None or vm.status != RUNNING:
        return False
    had_one = startd.claimed or startd.starts or vm.first_job is not None
    return not had_one and now - vm.joined > timeout + SPARE
