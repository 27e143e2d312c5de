"""The main job: PanDA jobs → pilots → VMs → finished jobs → an empty pool; runs in the disposable machine."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from live.figures import Figures, measure
from live.panda import StandIn
from live.pool import CentralManager, wait_for
from live.show import Show

QUEUE, FLEET = "BNL_CLOUD", "LOCAL"
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
WAVE = [(5, 1), (45, 1), (5, 3), (45, 1), (5, 3), (45, 1), (5, 10)]
MOST_WAVES, MOST_SECONDS = 4, 210


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
            play(manager, panda, show, start)
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


def play(manager: CentralManager, panda: StandIn, show: Show, start: float) -> None:
    """Send waves of jobs, the next one when a busy worker is being retired, and wait until all is given back."""
    waves = 0

    def step(what: str) -> None:
        show.draw(manager, panda, what)
        if time.monotonic() - start > MOST_SECONDS:
            raise AssertionError(f"not over after {MOST_SECONDS} s, while {what}")

    def send() -> None:
        nonlocal waves
        waves += 1
        for seconds, count in WAVE:
            panda.add_jobs(QUEUE, count, seconds)

    def looked(what: str, seen: bool) -> bool:
        step(what)
        return seen

    send()
    while waves < MOST_WAVES:
        what = f"wave {waves}: {panda.total} jobs are in PanDA"
        wait_for("a draining worker or the end of the jobs", lambda: looked(what, draining(manager) or panda.over()), 120, 1)
        if draining(manager):
            send()
            what = f"wave {waves}: demand is back while a worker drains"
            wait_for("an un-retired worker or the end of the jobs", lambda: looked(what, unretired(manager) or panda.over()), 60, 1)
        elif waves < 2 or not unretired(manager):  # noqa: PLR2004  two waves are the demonstration
            send()
        if waves >= 2 and unretired(manager):  # noqa: PLR2004
            break
    wait_for("all jobs finished", lambda: looked("the rest of the jobs runs", panda.over()), 120, 1)
    wait_for("an empty pool", lambda: looked("the machines are given back", not manager.jobs("ElasticVM isnt undefined")), 120, 1)
    wait_for("nothing left over", lambda: looked("the last files go", Figures.left_over(manager) == 0), 60, 1)


def draining(manager: CentralManager) -> bool:
    return bool(manager.ads("-any", "-constraint", 'MyType == "ElasticWorker" && Phase == "retiring" && Jobs > 0'))


def unretired(manager: CentralManager) -> bool:
    return bool(manager.jobs("ElasticUnretired > 0"))


if __name__ == "__main__":
    sys.exit(main())
