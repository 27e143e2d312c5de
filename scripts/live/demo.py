"""The main job: PanDA jobs → pilots → VMs → finished jobs → an empty pool; runs in the disposable machine."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from live.figures import Figures, measure
from live.panda import StandIn
from live.pool import CentralManager, wait_for
from live.show import Show

QUEUE = "BNL_CLOUD"
CONFIG = """\
ELASTIC_PERIOD = 3
ELASTIC_PILOT_NAMES = BNL_CLOUD
ELASTIC_BNL_CLOUD_PANDA_URL = {panda}
ELASTIC_BNL_CLOUD_PANDA_LAG = 5
ELASTIC_BNL_CLOUD_POLICIES = Activated, MaxPerCycle, MaxPending
ELASTIC_BNL_CLOUD_MAX_PER_CYCLE = 15
ELASTIC_BNL_CLOUD_MAX_PENDING = 30
ELASTIC_BNL_CLOUD_SUBMIT @=end
  executable = {pilot}
  arguments = --url {panda} --queue BNL_CLOUD
  request_cpus = 1
  request_memory = 100
  request_disk = 1000
@end
ELASTIC_FLEET_NAMES = LOCAL
ELASTIC_LOCAL_TEMPLATE = Cpus = 4; Memory = 2048
ELASTIC_LOCAL_POLICIES = Ready, MaxPerCycle, MaxToRun
ELASTIC_LOCAL_MAX_PER_CYCLE = 2
ELASTIC_LOCAL_MAX_VMS = 3
ELASTIC_LOCAL_IDLE_TIMEOUT = 8
ELASTIC_LOCAL_RETIRE = Soft
ELASTIC_LOCAL_SUBMIT @=end
  grid_resource = ec2 local:///var/lib/condor/elastic/vms
  ec2_access_key_id = /dev/null
  ec2_secret_access_key = /dev/null
  ec2_ami_id = worker
  ec2_instance_type = 4x2048
@end
"""
# Twenty jobs a wave: short ones, and among them a few long ones that keep workers busy while the others run dry.
WAVE = [(5, 1), (60, 1), (5, 3), (60, 1), (5, 3), (60, 1), (5, 10)]
MOST_WAVES, MOST_SECONDS = 4, 120


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=Path)
    target = parser.parse_args().json
    start = time.monotonic()
    show = Show()
    figures = None
    with StandIn() as panda:
        manager = CentralManager(CONFIG.format(panda=panda.url, pilot=panda.pilot))
        try:
            show.progress("starting HTCondor: collector, negotiator, schedd")
            manager.start()
            Play(manager, panda, show).play()
            figures = measure(manager, panda, time.monotonic() - start)
        except KeyboardInterrupt:
            print("interrupted: ending everything", file=sys.stderr)
            return 130
        finally:
            show.close()
            manager.stop()
    if target:
        target.write_text(json.dumps(figures.as_json()) + "\n")
    print(figures.in_words())
    return 0 if figures.good() else 1


@dataclass
class Play:
    """Sends waves of jobs, the next one when a busy worker is being retired, and waits until all is given back."""

    manager: CentralManager
    panda: StandIn
    show: Show
    waves: int = 0

    def play(self) -> None:
        self.send()
        while self.waves < MOST_WAVES:
            self.until("the first machines run dry", lambda: draining(self.manager) or self.panda.over())
            if draining(self.manager):
                self.send()
                self.until("demand is back while a worker drains", lambda: unretired(self.manager) or self.panda.over())
            else:
                self.send()
            if self.waves > 1 and unretired(self.manager):
                break
        self.until("the rest of the jobs runs", self.panda.over)
        self.until("the machines are given back", lambda: not self.manager.jobs("ElasticVM isnt undefined"))
        self.until("the last files go", lambda: Figures.left_over(self.manager) == 0)

    def send(self) -> None:
        self.waves += 1
        for seconds, count in WAVE:
            self.panda.add_jobs(QUEUE, count, seconds)

    def until(self, what: str, come: Callable[[], bool]) -> None:
        def look() -> bool:
            self.show.draw(self.panda, f"wave {self.waves}, {what}")
            return come()

        wait_for(what, look, MOST_SECONDS, 1)


def draining(manager: CentralManager) -> bool:
    return bool(manager.ads("-any", "-constraint", 'MyType == "ElasticWorker" && Phase == "retiring" && Jobs > 0'))


def unretired(manager: CentralManager) -> bool:
    return bool(manager.jobs("ElasticUnretired > 0"))


if __name__ == "__main__":
    sys.exit(main())
