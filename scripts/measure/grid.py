"""A real gridmanager, with the knobs as they ship, that launches and removes VM jobs through a GAHP."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from live.pool import CentralManager, run, wait_for
from live.processes import pids
from live.vm_jobs import FLEET, POOL, vm_jobs

from condor_elastic.gahp.driver import Launch
from measure.figures import Figures, Leg
from measure.processes import Watch
from measure.progress import say

EVERY = 0.25
OWNER = "elastic"  # setup makes this user; the controller submits VM jobs as no other
USER_DATA = Path("/tmp/elastic-bench.user-data")
_USER_DATA = "#cloud-config\n" + "# as long as a worker's\n" * 150


class Failed(Exception):
    """A phase did not come to its end."""


@dataclass(frozen=True)
class Way:
    """One way from the gridmanager to the cloud: the GAHP, as EC2_GAHP names it, and the submit commands."""

    name: str
    gahp: str
    submit: str


QUIET = "ELASTIC_PERIOD = 100000\n"  # the controller stays out of the way


def launch(token: str, image: str, kind: str) -> Launch:
    """Return the launch that our GAHP makes of such a VM job."""
    vm = f"direct-{token}"
    tags = {"ElasticPool": POOL, "ElasticFleet": FLEET, "ElasticVM": vm, "Name": vm}
    return Launch(token, image, kind, user_data=_USER_DATA.encode(), tags=tuple(tags.items()))


class Grid:
    """The pool; one phase at a time."""

    def __init__(self) -> None:
        USER_DATA.write_text(_USER_DATA)
        self.manager = CentralManager(QUIET)

    def start(self) -> None:
        self.manager.start()
        import htcondor2

        self.schedd = htcondor2.Schedd()
        self.summary = htcondor2.QueryOpts.SummaryOnly

    def measure(self, way: Way, count: int, calls: Callable[[], int | None]) -> Figures:
        """Launch and remove so many VM jobs.  Raises Failed, with an empty queue."""
        self.use(way)
        patience = 180 + 4 * count
        try:
            launch = self.leg(calls, lambda: self.submit(way, count), lambda: self.running(count), patience)
            remove = self.leg(calls, self.remove, self.gone(count), patience)
        except Failed:
            run("condor_rm", "-all", check=False)
            run("condor_rm", "-all", "-forcex", check=False)
            raise
        return Figures(launch, remove)

    def use(self, way: Way) -> None:
        """Name the GAHP, once the gridmanager that has the last one is gone."""
        wait_for("the end of the last gridmanager", lambda: not pids("condor_gridmanager"), 120)
        fleet = f"ELASTIC_FLEET_NAMES = {FLEET}\nELASTIC_{FLEET}_TEMPLATE = Cpus = 1; Memory = 1000\n"
        self.manager.config(
            f"{QUIET}{fleet}ELASTIC_{FLEET}_SUBMIT @=end\n{way.submit}@end\nEC2_GAHP = {way.gahp}\n"
        )
        run("condor_reconfig")

    def leg(
        self, calls: Callable[[], int | None], act: Callable[[], None], reached: Callable[[], tuple[int, bool]],
        patience: float,
    ) -> Leg:  # fmt: skip
        watch, before, start, first = Watch(), calls(), time.monotonic(), None
        act()
        while True:
            some, all_ = reached()
            watch.look()
            seconds = time.monotonic() - start
            if some and first is None:
                first = seconds
            if all_:
                break
            if seconds > patience:
                raise Failed(f"only {some} after {seconds:.0f} s")
            time.sleep(EVERY)
        after = calls()
        made = None if before is None or after is None else after - before
        return Leg(seconds, first or seconds, made, watch.load())

    def submit(self, way: Way, count: int) -> None:
        vms = [f"{way.name}-{number:06d}" for number in range(count)]
        run("runuser", "-u", OWNER, "--", "condor_submit", "-terse", "-", input=vm_jobs(way.submit, vms, USER_DATA))

    def remove(self) -> None:
        run("condor_rm", OWNER)

    def running(self, count: int) -> tuple[int, bool]:
        jobs = self.jobs()
        if jobs["Held"]:
            reasons = run("condor_q", "-allusers", "-af", "HoldReason").stdout.splitlines()
            raise Failed(f"{jobs['Held']} jobs were held: {reasons[0] if reasons else '?'}")
        say(f"  {jobs['Running']} of {count} run", often=False)
        return jobs["Running"], jobs["Running"] == count

    def gone(self, count: int) -> Callable[[], tuple[int, bool]]:
        def look() -> tuple[int, bool]:
            left = self.jobs()["Jobs"]
            say(f"  {left} of {count} are left", often=False)
            return count - left, not left

        return look

    def jobs(self) -> dict[str, int]:
        """Count the jobs by state; the schedd adds up, no ad is sent."""
        [ad] = self.schedd.query("true", opts=self.summary)
        return {name: int(ad.get(f"Allusers{name}", 0)) for name in ("Jobs", "Idle", "Running", "Held", "Removed")}
