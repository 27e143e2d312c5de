"""A central manager under the reports of many workers: a few real startds, and ads that others send."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from live.light_startds import AS_CONDOR, LightStartds
from live.pool import CentralManager, wait_for
from live.processes import pids
from live.vm_jobs import FLEET, POOL

from condor_elastic.act.collector import collector_of
from condor_elastic.act.elastic_user import environment
from condor_elastic.knobs import GlobalKnobs, Settings
from condor_elastic.knobs.macros import configured
from condor_elastic.observe.startds import STARTD_ATTRS, wanted

SENDER = Path(__file__).with_name("manager_sender.py")
TREE = """\
ELASTIC_WORKERS = {workers}
include : /usr/share/condor/elastic/elastic-central-manager.conf
"""
CONFIG = f"""\
ELASTIC_POOL = {POOL}
# Nobody has a VM job: the cycle looks and does nothing.
ELASTIC_DRY_RUN = True
ELASTIC_FLEET_NAMES = {FLEET}
ELASTIC_{FLEET}_TEMPLATE = Cpus = 2; Memory = 2048
ELASTIC_{FLEET}_SUBMIT @=end
  grid_resource = ec2 local:///var/lib/condor/elastic/vms
@end
# As HTCondor ships, and not as often as a demonstration likes.
NEGOTIATOR_INTERVAL = 60
NEGOTIATOR_MIN_INTERVAL = 5
NEGOTIATOR_CYCLE_DELAY = 20
SCHEDD_MIN_INTERVAL = 5
# The daemons' own figures are of the minutes that are measured, and are told often.
STATISTICS_WINDOW_SECONDS = 60
STATISTICS_WINDOW_QUANTUM = 20
COLLECTOR_UPDATE_INTERVAL = 20
SCHEDD_INTERVAL = 20
"""
UNSENT = ("LastHeardFrom", "UpdatesHistory", "UpdatesLost", "UpdatesSequenced", "UpdatesTotal", "AuthenticatedIdentity",
          "AuthenticationMethod", "LastForwarded", "ShouldForward")  # fmt: skip
"""What the collector itself puts into an ad; it would believe an ad that says when it was heard."""
TYPES = {"slot": ("Startd", 'SlotType == "Partitionable"'), "startd": ("StartDaemon", "true"),
         "master": ("Master", "true")}  # fmt: skip
SENDERS = 2


@dataclass(frozen=True)
class Way:
    """How a pool is run: the central manager's configuration, and the transport of the workers' reports."""

    name: str
    config: str
    use_tcp: bool = True


def ways(workers: int) -> dict[str, Way]:
    """Give what is compared, for so many workers."""
    tree = TREE.format(workers=workers)
    slow = "ELASTIC_UPDATE_INTERVAL = 300\n"
    made = (Way("one", ""), Way("one-udp", "", use_tcp=False), Way("one-300", slow), Way("tree", tree),
            Way("tree-60", tree + "ELASTIC_UPDATE_INTERVAL = 60\n"),
            Way("tree-udp", tree + "UPDATE_VIEW_COLLECTOR_WITH_TCP = False\n"))  # fmt: skip
    return {way.name: way for way in made}


class BusyPool:
    """A central manager, its real startds and its senders."""

    def __init__(self, way: Way, config: str = "", startds: str = "") -> None:
        self.way, self.config = way, startds
        self.manager = CentralManager(CONFIG + way.config + config)
        self.senders: list[subprocess.Popen[str]] = []
        self.directory = Path(tempfile.mkdtemp(prefix="busy-pool-"))
        self.directory.chmod(0o755)
        self.startds: LightStartds | None = None

    def start(self, real: int) -> None:
        """Start the central manager and so many real startds, and wait until the top knows them all."""
        self.manager.start()
        import htcondor2

        self.collector = htcondor2.Collector()
        self.settings: Settings = configured()
        self.startds = LightStartds(self.knobs.user, self.config)
        self.real = [f"{FLEET}-real{number:04d}" for number in range(real)]
        self.startds.start(self.real)
        wait_for("the real startds at the top", lambda: self.count("slot") == real, 60 + real, 1)
        wait_for("their own ads", lambda: self.count("startd") == real, 60 + real, 1)

    @property
    def knobs(self) -> GlobalKnobs:
        """What the administrator said of the controller."""
        return self.settings.pool

    def ads(self, kind: str, attrs: Sequence[str] = (), where: str = "", child: int = 0) -> list[Any]:
        """Ask the top, or a child by its number, for the ads of one kind."""
        import htcondor2

        name, mark = TYPES[kind]
        collector = htcondor2.Collector(f"{self.knobs.collector}?sock=collector{child}") if child else self.collector
        return list(collector.query(getattr(htcondor2.AdTypes, name), where or mark, list(attrs)))

    def count(self, kind: str) -> int:
        """Count the ads of one kind at the top."""
        return len(self.ads(kind, ["Name"]))

    def send(self, workers: int, seconds: int) -> list[dict[str, Any]]:
        """Have the ads of so many workers sent once, from processes with a worker's rights; give what each says."""
        asked = {"interval": self.knobs.update_interval, "use_tcp": self.way.use_tcp, "seconds": seconds,
                 "fleet": FLEET, "patterns": self._patterns()}  # fmt: skip
        for turn in range(SENDERS):
            hosts = {n: collector_of(self.knobs, f"{FLEET}-{n:08x}") for n in range(turn, workers, SENDERS)}
            path = self.directory / f"asked{turn}"
            path.write_text(json.dumps({**asked, "hosts": hosts}))
            command = [*AS_CONDOR, sys.executable, "-c", SENDER.read_text(), str(path)]
            self.senders.append(subprocess.Popen(
                command, env=environment(self.knobs), cwd="/tmp",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            ))  # fmt: skip
        return self._said()

    def go(self) -> None:
        """Let the senders go on at their intervals."""
        for sender in self.senders:
            assert sender.stdin is not None
            print("go", file=sender.stdin, flush=True)

    def sent(self) -> list[dict[str, Any]]:
        """Wait for the senders' end; give what each has sent."""
        return self._said()

    def _said(self) -> list[dict[str, Any]]:
        lines = [sender.stdout.readline() for sender in self.senders if sender.stdout is not None]
        if not all(lines):
            raise AssertionError("a sender ended before its time")
        return [json.loads(line) for line in lines]

    def _patterns(self) -> dict[str, str]:
        paths = {}
        for kind in TYPES:
            ad = wait_for(f"a real {kind} ad", lambda kind=kind: self.ads(kind))[0]  # type: ignore[misc]
            for name in UNSENT:
                if name in ad:
                    del ad[name]
            paths[kind] = str(self.directory / kind)
            Path(paths[kind]).write_text(str(ad))
        return paths

    def query(self, times: int = 5) -> float:
        """Give the seconds, median, of what a cycle asks of the collector."""
        import htcondor2

        took = []
        for _ in range(times):
            start = monotonic()
            self.collector.query(htcondor2.AdTypes.Startd, wanted(POOL), STARTD_ATTRS)
            took.append(monotonic() - start)
        return median(took)

    def collectors(self) -> list[Any]:
        """Give the collectors' own ads, the top's last."""
        import htcondor2

        ads = list(self.collector.query(htcondor2.AdTypes.Collector))
        return sorted(ads, key=lambda ad: (not str(ad["Name"]).startswith("Collector"), str(ad["Name"])))

    def lost(self) -> int:
        """Add up the updates that the collectors miss in the sequences of the ads at the top."""
        return sum(ad.get("UpdatesLost", 0) for kind in ("slot", "startd") for ad in self.ads(kind, ["UpdatesLost"]))

    def schedd(self) -> Any:
        """Give the schedd's ad."""
        import htcondor2

        return self.collector.query(htcondor2.AdTypes.Schedd)[0]

    def daemons(self) -> dict[str, int]:
        """Give the pids of the central manager's daemons, by name; child collectors by theirs."""
        master = self.manager.master
        assert master is not None
        found = {}
        for name in ("condor_collector", "condor_schedd", "condor_negotiator", "condor_shared_port"):
            for pid in pids(name):
                words = _words(pid)
                if words and _parent(pid) == master.pid:
                    found["collector" + words[2][9:] if "-local-name" in words else name[7:]] = pid
        return found

    def stop(self) -> None:
        """End all that was started."""
        for sender in self.senders:
            sender.kill()
            sender.communicate()
        if self.startds:
            self.startds.stop()
        self.manager.stop()


def _words(pid: int) -> list[str]:
    """Give the command line of a process; nothing if it has just ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def descriptors(pid: int) -> int:
    """Count the open files and connections of a process."""
    return len(os.listdir(f"/proc/{pid}/fd"))
