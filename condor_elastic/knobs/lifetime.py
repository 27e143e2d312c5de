"""How long a worker may live: no longer than its token, as nothing on a worker can renew one."""

from __future__ import annotations

from collections.abc import Callable

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.table import PREFIX

BACKSTOP = 3600
"""Seconds after the last moment of the last job at which a VM job past its lifetime is removed."""


def longest(fleet: FleetKnobs) -> int:
    """Give how many seconds after its submission a worker may still take jobs, so that the last ends within its token.

    The VM job is removed before the token ends: MAX_JOB_RETIREMENT_TIME and BACKSTOP after the worker's deadline.
    """
    return fleet.token_lifetime - fleet.max_job_retirement_time - BACKSTOP


def lifetime(fleet: FleetKnobs) -> float:
    """Give the lifetime before jitter: as the fleet says, or as long as the token allows with the jitter."""
    return fleet.lifetime or longest(fleet) / (1 + fleet.lifetime_jitter)


def bounded_by(fleet: FleetKnobs) -> str:
    """Say which knob, and its value, ends the lifetime of the fleet's workers."""
    knob = "lifetime" if fleet.lifetime else "token_lifetime"
    return f"{PREFIX}{fleet.name.upper()}_{knob.upper()}={getattr(fleet, knob)}"


def wrong_lifetime(fleet: FleetKnobs, place: Callable[[str], str]) -> list[str]:
    """Say what is wrong if a worker could outlive its token."""
    own = f"{PREFIX}{fleet.name.upper()}_"
    most = longest(fleet)
    token, jobs = f"{own}TOKEN_LIFETIME", f"{own}MAX_JOB_RETIREMENT_TIME"
    if most <= 0:
        least = fleet.max_job_retirement_time + BACKSTOP
        return [
            f"{token} = {fleet.token_lifetime} is too short{place(token)}: a worker's token must outlive its last job; "
            f"say more than {least}, which is {jobs} = {fleet.max_job_retirement_time}{place(jobs)} and {BACKSTOP} s"
        ]
    if fleet.lifetime * (1 + fleet.lifetime_jitter) > most:
        return [
            f"{own}LIFETIME = {fleet.lifetime} with {own}LIFETIME_JITTER = {fleet.lifetime_jitter:g} is too long"
            f"{place(own + 'LIFETIME')}: at most {most} s, {token} = {fleet.token_lifetime}{place(token)} less "
            f"{jobs} = {fleet.max_job_retirement_time} and {BACKSTOP} s, as a worker's token must outlive its last job"
        ]
    return []
