"""The whole way on the real server: activated jobs, pilots, workers, finished jobs, and an empty pool."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from live.figures import Figures
from live.panda_server import PLAIN
from live.pool import wait_for
from real import FLEET

PILOT = Path("/tmp/mini_pilot.py")
KNOBS = f"""\
ELASTIC_QUEUE_DATA_PERIOD = 10
ELASTIC_PILOT_NAMES = BNL
ELASTIC_BNL_PANDA_URL = {PLAIN}
ELASTIC_BNL_PANDA_LAG = 5
ELASTIC_BNL_SUBMIT @=end
  executable = {PILOT}
  arguments = --url $(PandaUrl) --queue $(PandaQueue) --resource-type $(ResourceType)
@end
ELASTIC_TRY_TEMPLATE = Cpus = 8; Memory = 4096
ELASTIC_TRY_MAX_VMS = 3
ELASTIC_TRY_IDLE_TIMEOUT = 5
"""
WANTED = {"SCORE": 20, "MCORE": 10}


@pytest.mark.timeout(400)
def test_thirty_jobs_in_two_resource_types_come_full_circle(pool, panda):
    shutil.copy(f"{os.environ['ELASTIC_SOURCE']}/scripts/standin/mini_pilot.py", PILOT)
    PILOT.chmod(0o755)
    panda.add_jobs("BNL", WANTED["SCORE"], seconds=2)
    panda.add_jobs("BNL", WANTED["MCORE"], seconds=2, resource_type="MCORE", cores=4)
    # A server without any job answers as a broken one, and then nothing shrinks: real ones always have some.
    panda.add_jobs("SENTINEL", 1, state="pending")
    panda.aggregate()
    panda.auto_aggregate(1)
    pool.knobs(FLEET.replace("2x2048", "8x4096") + KNOBS)
    workers = set()

    def step():
        """Run a cycle, as the cron does; tell how far the jobs are."""
        pool.verdict()
        workers.update(str(vm["ElasticVM"]) for vm in pool.vms())
        return panda.rows()["BNL"]

    done = {kind: {"finished": number} for kind, number in WANTED.items()}
    wait_for("all jobs in the server's archive", lambda: step() == done, 180, 1)
    assert all(job["node"] for job in panda.jobs() if job["queue"] == "BNL")
    wait_for("an empty pool", lambda: step() and not pool.jobs(), 120, 1)
    wait_for("no trace of a VM", lambda: step() and Figures.left_over(pool) == 0, 60, 1)

    pilots = [ad for ad in pool.jobs("ElasticPilotQueue isnt undefined", history=True) if ad["Cmd"] == str(PILOT)]
    assert all((ad["JobStatus"], ad["ExitCode"]) == (4, 0) for ad in pilots)
    started = Counter(str(ad["ElasticResourceType"]) for ad in pilots)
    assert all(started[kind] >= number for kind, number in WANTED.items()), "a pilot takes one job"
    assert {ad["RequestCpus"] for ad in pilots if ad["ElasticResourceType"] == "MCORE"} == {4}
    assert 2 <= len(workers) <= 6
    print(f"30 jobs, {sum(started.values())} pilots, {len(workers)} workers")
