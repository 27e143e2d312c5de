"""The daemons: do they answer, and does the schedd run the cycles."""

from __future__ import annotations

import os
from collections.abc import Iterator

from condor_elastic.check.finding import RESTART_SCHEDD, Finding, told
from condor_elastic.check.site import File, Site
from condor_elastic.knobs.commands import split
from condor_elastic.model import Unknown

YOUNG = 30
"""Seconds after its start in which a schedd may have run no cycle yet."""
SLACK = 60
"""Seconds by which a cycle may be late without a reason of its own."""


def silent(site: Site) -> Iterator[Finding]:
    """Find daemons that do not answer."""
    for name, seen in (("collector", site.collector), ("schedd", site.schedd)):
        if isinstance(seen, Unknown) and seen.source:
            yield Finding(
                f"{name}-silent",
                told("DAEMON_LIST", site.macros),
                f"the {name} does not answer: {seen.why}",
                f"a {name} that runs here",
                run=f"condor_on -daemon {name}",
            )


def not_listed(site: Site) -> Iterator[Finding]:
    """Find a schedd whose cron does not know the cycle."""
    if isinstance(site.schedd, Unknown):
        return
    listed = site.schedd.get("SCHEDD_CRON_JOBLIST", "")
    if "ELASTIC" not in (word.upper() for word in split(listed)):
        yield Finding(
            "cron-not-listed",
            told("SCHEDD_CRON_JOBLIST", site.macros),
            f'the running schedd has "{listed.strip()}", so no cycle runs',
            "ELASTIC among its jobs",
            add="SCHEDD_CRON_JOBLIST = $(SCHEDD_CRON_JOBLIST) ELASTIC",
            run=RESTART_SCHEDD,
        )


def overdue(site: Site) -> Iterator[Finding]:
    """Find a cron whose last cycle is too long ago."""
    ad = site.schedd_ad
    if isinstance(ad, Unknown) or isinstance(site.schedd, Unknown) or any(not_listed(site)) or any(program(site)):
        return
    period, started = _whole(site.schedd.get("SCHEDD_CRON_ELASTIC_PERIOD", "")), ad.get("DaemonStartTime")
    last = ad.get("ElasticCycleTime")
    late = 2 * max(period, site.settings.pool.period) + site.settings.pool.cycle_timeout + SLACK
    if isinstance(last, int) and site.now - last > late:
        seen = f"the last cycle was {site.now - last} s ago"
    elif not isinstance(last, int) and isinstance(started, int) and site.now - started > YOUNG:
        seen = f"no cycle has run since the schedd started, {site.now - started} s ago"
    else:
        return
    yield Finding(
        "cron-silent",
        told("ELASTIC_PERIOD", site.macros),
        seen,
        f"one every {site.settings.pool.period} s: the schedd reads SCHEDD_CRON_* when it starts, and SchedLog "
        "says why a run failed",
        run=RESTART_SCHEDD,
    )


def _whole(text: str) -> int:
    digits = text.strip().rstrip("sS")
    return int(digits) if digits.isdigit() else 0


def program(site: Site) -> Iterator[Finding]:
    """Find a cycle whose program cannot be run."""
    name = "SCHEDD_CRON_ELASTIC_EXECUTABLE"
    path = site.value(name)
    if not path:
        yield Finding(
            "defaults-not-read",
            told(name, site.macros),
            "HTCondor has not read 50-elastic-defaults.conf",
            "/usr/share/condor/config.d among its directories",
            add="LOCAL_CONFIG_DIR = /usr/share/condor/config.d, /etc/condor/config.d",
            run=RESTART_SCHEDD,
        )
    elif not runs(site, path):
        yield Finding(
            "cycle-executable",
            told(name, site.macros),
            f"{path} {absent(site, path)}",
            "the program of the cycle",
            add=f"{name} = $(LIBEXEC)/condor_elastic_cycle",
            run=RESTART_SCHEDD,
        )


def runs(site: Site, path: str) -> bool:
    """Tell whether a file can be executed, or nobody knows."""
    file = site.files.get(path)
    if isinstance(file, File):
        return bool(file.inode.mode & 0o111) and not file.is_directory
    return isinstance(file, Unknown)


def absent(site: Site, path: str) -> str:
    """Say what is wrong with a program."""
    return "does not exist" if site.files.get(path) is None else "is not executable"


def failed(site: Site) -> Iterator[Finding]:
    """Find what the last cycle complained of."""
    said = {} if isinstance(site.schedd_ad, Unknown) else site.schedd_ad
    if isinstance(said.get("ElasticError"), str) and not any(overdue(site)):
        log = site.settings.pool.log
        yield Finding(
            "cycle-error",
            "ElasticError in the schedd's ad",
            " ".join(said["ElasticError"].split()),
            "a cycle without an error",
            run=f"tail {os.path.normpath(log)}",
        )


ALL = (silent, not_listed, program, overdue, failed)
