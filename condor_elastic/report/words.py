"""The world of a report, and its numbers, in words."""

from __future__ import annotations

import time
from collections.abc import Iterable

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.course import Course


def when(seconds: int) -> str:
    """Write a time of the clock, in UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


def since_start(seconds: int) -> str:
    """Write a time of a simulation, which begins at 0."""
    days, rest = divmod(max(0, seconds), 86400)
    clock = f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
    return f"day {days + 1}, {clock}"


def lasting(seconds: float) -> str:
    """Write a duration in the unit that suits it."""
    for size, unit in ((2 * 86400, "d"), (2 * 3600, "h"), (120, "min")):
        if seconds >= size:
            return f"{seconds / {'d': 86400, 'h': 3600, 'min': 60}[unit]:.3g} {unit}"
    return f"{seconds:.3g} s"


def fleet_words(fleets: Iterable[FleetKnobs]) -> list[tuple[str, str]]:
    """Say of each fleet what its VMs are, and what most decides how many there are."""
    return [
        (f"Fleet {one.name}",
         f"VMs of {one.template.cpus} cores and {one.template.memory} MB, at most {one.max_vms}"
         + (f", at least {one.min_vms}" if one.min_vms else "")
         + f"; POLICIES = {' '.join(one.policies)}; IDLE_TIMEOUT = {one.idle_timeout} s; RETIRE = {one.retire}; "
         + (f"PRICE = {one.price:g} an hour" if one.price else "no PRICE"))
        for one in fleets
    ]  # fmt: skip


def cloud_words(cloud: Cloud) -> str:
    """Say how VMs of a simulation boot, fail and leave."""
    said = [f"a VM joins {lasting(cloud.boot)} after its launch"]
    said += [f"log-normal with sigma {cloud.spread:g}"] if cloud.spread else []
    said += [f"{cloud.failures:.0%} of them never join"] if cloud.failures else []
    said += [f"taken back after {lasting(cloud.reclaim)} in the mean"] if cloud.reclaim else []
    return ", ".join([*said, f"billed for {cloud.leave} s after its last job"])


def course_words(course: Course) -> str:
    """Say how often things happen in a simulation."""
    places = f"every {course.negotiator} s" if course.negotiator else "at once"
    return f"a cycle every {course.period} s; the negotiator places jobs {places}"
