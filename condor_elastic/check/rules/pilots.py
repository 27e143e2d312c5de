"""Pilot queues: what is submitted, and whether PanDA answers."""

from __future__ import annotations

from collections.abc import Iterator

from condor_elastic.check.finding import Finding, told
from condor_elastic.check.needed import executable
from condor_elastic.check.rules.access import can_read
from condor_elastic.check.rules.daemons import absent, runs
from condor_elastic.check.site import File, Site, knob
from condor_elastic.knobs.commands import last
from condor_elastic.model import Unknown


def program(site: Site) -> Iterator[Finding]:
    """Find executables that cannot be submitted."""
    user = site.users.get(site.settings.pool.user)
    for queue in site.settings.queues:
        path = executable(queue)
        what = f"{knob(queue.name, 'SUBMIT')}, executable = {path or last(queue.submit, 'executable')}"
        if not last(queue.submit, "executable"):
            yield Finding(
                "pilot-executable",
                knob(queue.name, "SUBMIT"),
                "it has no executable",
                "the pilots' program",
                add="  executable = /usr/libexec/wrapper.sh",
            )
        elif path and not runs(site, path):
            seen = absent(site, path)
            fix = f"install -m 755 FILE {path}" if seen == "does not exist" else f"chmod 755 {path}"
            yield Finding("pilot-executable", what, f"it {seen}", "an executable file", run=fix)
        elif path and user and isinstance(file := site.files.get(path), File) and not can_read(user, file):
            yield Finding(
                "pilot-executable",
                what,
                f"{user.name}, who submits it, cannot read it",
                f"readable by {user.name}, with the directories above it",
                run=f"chmod a+rx {path}",
            )


def panda(site: Site) -> Iterator[Finding]:
    """Find servers that give no answer, and what a cycle would warn of."""
    if isinstance(site.queues, Unknown):
        return
    told_of = set()
    for queue in site.settings.queues:
        seen, name = site.queues[queue.name], knob(queue.name, "PANDA_URL")
        if isinstance(seen.stats, Unknown):
            if queue.panda_url not in told_of:
                yield Finding(
                    "panda-silent",
                    told(name, site.macros),
                    seen.stats.why,
                    "a PanDA server that answers",
                    add=f"{name} = https://pandaserver.example.org:25443",
                )
            told_of.add(queue.panda_url)
            continue
        if isinstance(seen.spec, Unknown):
            name = knob(queue.name, "PANDA_QUEUE")
            yield Finding(
                "panda-queue-data",
                told(name, site.macros),
                seen.spec.why,
                "a queue that PanDA knows",
                add=f"{name} = {queue.panda_queue or queue.name}",
            )
        if seen.warning:
            yield Finding(
                "panda-warning",
                f"pilot queue {queue.name}",
                seen.warning,
                "a credential that lasts, new data",
                run="condor_elastic plan",
            )


ALL = (program, panda)
