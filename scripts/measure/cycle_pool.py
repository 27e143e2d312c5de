"""A real schedd and collector as full as those of a large site, in which nothing moves."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from live.pool import CentralManager, run, wait_for
from live.vm_jobs import FLEET, POOL

from condor_elastic.observe.startds import STARTD_ATTRS, wanted
from condor_elastic.observe.vms import VM_ATTRS, VM_JOBS
from measure import cycle_jobs, cycle_slots
from measure.progress import say
from measure.stopwatch import clocked

QUERIES = Path(__file__).with_name("cycle_queries.py")
AS_CONDOR = ("setpriv", "--reuid=condor", "--regid=condor", "--init-groups")
VANILLA = 5
LOOKED_AT = ("Arch", "OpSys", "HasFileTransfer", "FileSystemDomain")  # what the idle jobs' Requirements ask of a slot
CYCLE = "/usr/libexec/condor/condor_elastic_cycle"
CONFIG = f"""\
# The bench runs each cycle itself: the schedd's first would be under way when the measuring begins.
SCHEDD_CRON_JOBLIST =
ELASTIC_POOL = {POOL}
ELASTIC_CYCLE_TIMEOUT = 600
ELASTIC_QUERY_TIMEOUT = 120
# Each cycle finds the world as the last one did.
ELASTIC_DRY_RUN = True
ELASTIC_FLEET_NAMES = {FLEET}
ELASTIC_{FLEET}_TEMPLATE = Cpus = {cycle_slots.CPUS}; Memory = {cycle_slots.MEMORY}; Disk = {cycle_slots.DISK}
ELASTIC_{FLEET}_MAX_VMS = 100000
ELASTIC_{FLEET}_SUBMIT @=end
{cycle_jobs.SITE}@end
# No gridmanager: VM jobs stay as they are.
GRIDMANAGER =
# As HTCondor ships: the schedd counts its jobs every five minutes, and not as often as a demonstration likes.
SCHEDD_INTERVAL = 300
SCHEDD_MIN_INTERVAL = 5
CONDOR_FSYNC = False
# The bench advertises slots.
ALLOW_ADVERTISE_STARTD = $(ALLOW_ADVERTISE_STARTD) root@$(FULL_HOSTNAME)
MAX_JOBS_PER_SUBMISSION = 1000000
MAX_JOBS_PER_OWNER = 1000000
"""


class Failed(Exception):
    """The pool is not what it should be, or a process in it did not do what it should."""


class FullPool:
    """So many idle jobs and VM jobs, and workers that are added."""

    def __init__(self, idle_jobs: int, vm_jobs: int) -> None:
        self.idle_jobs, self.vm_jobs, self.workers = idle_jobs, vm_jobs, 0
        self.manager = CentralManager(CONFIG + cycle_slots.STARTD)

    def fill(self, autoclusters: int) -> None:
        """Submit the jobs, the idle ones in so many autoclusters; there are no workers."""
        log = Path(run("condor_config_val", "SPOOL").stdout.strip()) / "job_queue.log"
        log.unlink(missing_ok=True)
        self.manager.start()
        _submit("alice", cycle_jobs.idle_text(autoclusters))
        self.manager.stop()
        say(f"  making {self.idle_jobs} idle jobs of {autoclusters}")
        log.write_text(cycle_jobs.multiply(log.read_text(), self.idle_jobs))
        self.manager.start()
        import htcondor2  # now: the bindings remember sessions that another collector would not know

        self.schedd = htcondor2.Schedd()
        say(f"  submitting {self.vm_jobs} VM jobs")
        _submit("elastic", cycle_jobs.vm_text([cycle_slots.vm_of(number) for number in range(self.vm_jobs)]))
        self.schedd.edit(VM_JOBS, "JobStatus", "2")
        say("  negotiating")
        self._negotiate()

    def _negotiate(self) -> None:
        """Let the negotiator look at all jobs once: the schedd sorts them into autoclusters only for it."""
        run("condor_reschedule")
        jobs = f"JobUniverse == {VANILLA} && AutoClusterId is undefined"
        wait_for("autoclusters", lambda: not self.schedd.query(jobs, ["ProcId"], limit=1), 120, 1)
        self.slot = cycle_slots.real_slot()
        for daemon in ("negotiator", "startd"):
            run("condor_off", "-fast", "-daemon", daemon)
        wait_for("the end of the startd", lambda: not self.manager.ads("-constraint", cycle_slots.PARTITIONABLE))

    def grow(self, workers: int) -> None:
        """Add the slot ads that are missing from so many workers."""
        say(f"  advertising {workers - self.workers} workers")
        cycle_slots.advertise(self.slot, range(self.workers, workers), self.vm_jobs)
        self.workers = workers

    def ours(self) -> int:
        """Count the workers that carry our mark."""
        return sum(not cycle_slots.is_site(number, self.vm_jobs) for number in range(self.workers))

    def slots(self) -> int:
        """Count the slots that a cycle looks at: ours, and the free ones of the site's own."""
        return self.ours() + sum(cycle_slots.is_free_site(number, self.vm_jobs) for number in range(self.workers))

    def queries(self) -> dict[str, Any]:
        """Time the raw queries, which give what is there in "found".  Raises Failed."""
        asked = {"vm_jobs": VM_JOBS, "vm_attrs": VM_ATTRS, "slots": wanted(POOL),
                 "slot_attrs": [*STARTD_ATTRS, *LOOKED_AT]}  # fmt: skip
        # As text: user condor may not read below the checkout.
        done = _good(clocked([*AS_CONDOR, sys.executable, "-c", QUERIES.read_text(), json.dumps(asked)]))
        return {**done, "found": json.loads(done["stdout"])}

    def cycle(self) -> dict[str, Any]:
        """Time one whole cycle, as the schedd's cron runs it.  Raises Failed unless it has seen everything."""
        done = _good(clocked([*AS_CONDOR, CYCLE], 700))
        said = dict(line.split(" = ", 1) for line in done["stdout"].splitlines() if " = " in line)
        served = min(self.workers, self.vm_jobs)
        expected = {"VMs": self.vm_jobs, "Workers": served, "Strays": self.ours() - served, "Error": "undefined"}
        wrong = {name: said.get(name) for name, value in expected.items() if said.get(name) != str(value)}
        if wrong or "is unknown" in said["Verdict"]:
            raise Failed(f"the cycle says {wrong}: {said.get('Verdict')}")
        return {**done, "verdict": said["Verdict"]}


def _submit(owner: str, text: str) -> None:
    run("runuser", "-u", owner, "--", "condor_submit", "-terse", "-", input=text, timeout=300)


def _good(done: dict[str, Any]) -> dict[str, Any]:
    if done["status"]:
        raise Failed(f"exit status {done['status']}: {done['stdout'][-300:]}{done['stderr'][-700:]}")
    return done
