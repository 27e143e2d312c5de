"""What a real pool did with a scenario: waves of jobs and droughts, played with a cycle each period, and measured."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import htcondor2
from live.pool import run

from condor_elastic.knobs.expressions import evaluate
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.course import Course
from condor_elastic.simulate.history import COMMAND, read_history
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.ours import ours
from condor_elastic.simulate.recorded import read_recorded
from condor_elastic.simulate.run import Run
from condor_elastic.simulate.standard import pool_of

FAULTS = Path("/tmp/drought.json")
RECORD = Path("/var/lib/condor/elastic/record")
OURS = 'Owner == "alice"'
VM = "ElasticVM isnt undefined"
FLEET = """\
ELASTIC_RECORD = 1000
ELASTIC_FLEET_NAMES = wave
ELASTIC_WAVE_TEMPLATE = Cpus = 2; Memory = 2048
ELASTIC_WAVE_SUBMIT @=end
  grid_resource = ec2 local:///var/lib/condor/elastic/vms?faults=/tmp/drought.json
  ec2_access_key_id = /dev/null
  ec2_secret_access_key = /dev/null
  ec2_ami_id = worker
  ec2_instance_type = 2x2048
@end
"""


@dataclass(frozen=True)
class Scenario:
    """Waves are (when, how many jobs, the seconds that they sleep in turn), droughts (begin, end): seconds.

    A wave whose time is None comes three periods after the workers of the one before have left.
    """

    name: str
    period: int
    knobs: str
    waves: tuple[tuple[int | None, int, tuple[int, ...]], ...]
    droughts: tuple[tuple[int, int], ...] = ()


@dataclass
class Lived:
    """What was measured; times of jobs and droughts are seconds from the first cycle; launch is from the cycle's look.

    recorded are the jobs as the recorded cycles tell of them.
    """

    scenario: str
    jobs: list[Job]
    finished: int
    launches: int
    refused: int
    retired: int
    unretired: int
    launch: int
    boot: int
    leave: int
    negotiator: int
    cycles: int
    seconds: int
    recorded: list[Job] = field(default_factory=list)
    droughts: list[tuple[int, int]] = field(default_factory=list)


class Play:
    """A scenario on a pool: what is due is done, and each second the collector is looked at."""

    def __init__(self, pool, scenario: Scenario) -> None:
        self.pool, self.scenario = pool, scenario
        htcondor2.reload_config()  # what the pool has written since this process began
        self.collector = htcondor2.Collector()
        self.joined: dict[str, int] = {}
        self.last: dict[str, int] = {}
        self.negotiated: set[int] = set()
        self.droughts: list[tuple[int, int]] = []
        self.looks: list[int] = []

    def go(self) -> Lived:
        """Play to the end: all jobs have ended and all VMs are gone."""
        self.pool.knobs(FLEET + self.scenario.knobs)
        FAULTS.unlink(missing_ok=True)
        for old in RECORD.glob("cycle-*.json"):
            old.unlink()
        begin, waves = int(time.time()), list(self.scenario.waves)
        while waves or self.pool.jobs(f"{OURS} || {VM}"):
            now = int(time.time() - begin)
            if waves and self._is_due(waves[0][0], now):
                _, count, lasting = waves.pop(0)
                self._submit(count, lasting)
            self._drought(now)
            self._cycle()
            self._look()
            time.sleep(0.5)
        return self._lived(begin)

    def _cycle(self) -> None:
        """Run a cycle if the next period has begun since the last."""
        now, looks, period = int(time.time()), self.looks, self.scenario.period
        if not looks or (now - looks[0]) // period > (looks[-1] - looks[0]) // period:
            looks.append(now)
            done = self.pool.cycle()
            assert done.returncode == 0, done.stderr

    def _is_due(self, when: int | None, now: int) -> bool:
        if when is not None:
            return now >= when
        gone = bool(self.last) and time.time() - max(self.last.values()) > 3 * self.scenario.period
        return gone and not self.pool.jobs(OURS)

    def _submit(self, count: int, lasting: tuple[int, ...]) -> None:
        items = "".join(f"{lasting[i % len(lasting)]}\n" for i in range(count))
        text = "executable = /bin/sleep\narguments = $(Item)\nrequest_cpus = 1\nrequest_memory = 100\n"
        text += f"request_disk = 100\nqueue Item from (\n{items})\n"
        run("runuser", "-u", "alice", "--", "condor_submit", "-", input=text)

    def _drought(self, now: int) -> None:
        dry = any(begin <= now < end for begin, end in self.scenario.droughts)
        if dry and not FAULTS.exists():
            FAULTS.write_text(json.dumps({"capacity": 1.0}))
            self.droughts.append((int(time.time()), 0))
        elif not dry and FAULTS.exists():
            FAULTS.unlink()
            self.droughts[-1] = (self.droughts[-1][0], int(time.time()))

    def _slots(self) -> list[str]:
        ads = self.collector.query(htcondor2.AdType.Startd, VM, ["ElasticVM", "SlotType"])
        return [str(ad["ElasticVM"]) for ad in ads if ad.get("SlotType") == "Partitionable"]

    def _look(self) -> None:
        now = int(time.time())
        for vm in self._slots():
            self.joined.setdefault(vm, now)
            self.last[vm] = now
        for ad in self.collector.query(htcondor2.AdType.Negotiator, "true", ["LastNegotiationCycleTime0"]):
            self.negotiated.add(int(ad.get("LastNegotiationCycleTime0", 0)))

    def _asked(self, vm) -> int:
        """Tell when the cycle looked that asked for a VM."""
        return max(look for look in self.looks if look <= vm["QDate"])

    def _lived(self, begin: int) -> Lived:
        vms = [vm for vm in self.pool.jobs(VM, history=True) if vm["QDate"] >= begin]
        ran = [vm for vm in vms if vm.get("JobStartDate")]
        joined = [vm for vm in ran if vm["ElasticVM"] in self.joined]
        ended = run(*COMMAND, "-constraint", f"{OURS} && QDate >= {begin}").stdout
        first = self.looks[0]
        jobs = [job._replace(submit=max(0, job.submit)) for job in read_history(ended, "the pool's history", first)]
        times = sorted(self.negotiated)
        return Lived(
            self.scenario.name, jobs, len(jobs), len(ran), len(vms) - len(ran),
            sum(vm.get("ElasticRetired", 0) for vm in vms), sum(vm.get("ElasticUnretired", 0) for vm in vms),
            launch=_median(vm["JobStartDate"] - self._asked(vm) for vm in ran),
            boot=_median(self.joined[vm["ElasticVM"]] - vm["JobStartDate"] for vm in joined),
            leave=_median(vm["EnteredCurrentStatus"] - self.last[vm["ElasticVM"]] for vm in joined),
            negotiator=_median(after - before for before, after in zip(times, times[1:])),
            cycles=len(self.looks), seconds=int(time.time()) - first, recorded=read_recorded(str(RECORD)).jobs,
            droughts=[(start - first, end - first) for start, end in self.droughts],
        )  # fmt: skip


def lived(pool, scenario: Scenario) -> Lived:
    """Play a scenario on a real pool; what was measured is kept in /out, if there is such a directory."""
    told = Play(pool, scenario).go()
    if Path("/out").is_dir():
        Path(f"/out/{scenario.name}.json").write_text(json.dumps(asdict(told)) + "\n")
        shutil.copytree(RECORD, f"/out/{scenario.name}-record", dirs_exist_ok=True)
    return told


def simulated(told: Lived, scenario: Scenario, knobs: Path):
    """Simulate what the pool had: its jobs, its measured times, its droughts, and the same knobs."""
    knobs.write_text(FLEET + scenario.knobs)
    settings = pool_of(str(knobs))
    cloud = Cloud(told.launch, told.boot, droughts=tuple(tuple(one) for one in told.droughts), leave=told.leave)
    course = Course(period=scenario.period, negotiator=told.negotiator)
    return Run(told.jobs, settings.fleets, {"wave": cloud}, ours(settings, evaluate), course).go()


def _median(values) -> int:
    return max(0, round(median(values)))
