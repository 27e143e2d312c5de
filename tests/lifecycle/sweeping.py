"""A pool whose fleet is on a cloud that shows tags, and sweeps one after the other."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from live.pool import run, wait_for
from real import Pool

POOL = "cm.elastic.test"
KNOBS = """\
ELASTIC_FLEET_NAMES = cloud
ELASTIC_CLOUD_TEMPLATE = Cpus = 2; Memory = 2048
ELASTIC_CLOUD_MAX_VMS = {vms}
ELASTIC_CLOUD_BACKOFF = 1
ELASTIC_CLOUD_BACKOFF_MAX = 1
ELASTIC_QUERY_TIMEOUT = 3
ELASTIC_SWEEP_PERIOD = 100000
ELASTIC_CLOUD_LAUNCH_TIMEOUT = 0
ELASTIC_SWEEP_MIN_AGE = {age}
ELASTIC_CLOUD_SUBMIT @=end
{submit}
@end
"""


def marks(vm: str, pool: str = POOL) -> dict[str, str]:
    return {"ElasticPool": pool, "ElasticFleet": "cloud", "ElasticVM": vm, "Name": vm}


def knobs(pool: Pool, submit: str, *, vms: int = 0, age: int = 0, more: str = "") -> None:
    pool.knobs(KNOBS.format(submit=submit, vms=vms, age=age) + more)


def sweep(pool: Pool) -> dict[str, Any]:
    """Have exactly one more sweep run, submitted by a cycle; return the ad of its job once it has ended."""
    wait_for("no sweep under way", lambda: not pool.jobs("ElasticSweep isnt undefined && JobStatus < 3"), 60)
    before = {job["ClusterId"] for job in pool.jobs("ElasticSweep isnt undefined")}

    def fresh(constraint: str = "true") -> list[dict[str, Any]]:
        sweeps = pool.jobs(f"ElasticSweep isnt undefined && ({constraint})")
        return [job for job in sweeps if job["ClusterId"] not in before]

    def begun() -> bool:
        done = pool.cycle(_CONDOR_ELASTIC_SWEEP_PERIOD="1")
        assert done.returncode == 0, done.stderr
        return bool(fresh())

    wait_for("a sweep", begun, 60, 1)
    return wait_for("its end", lambda: fresh("JobStatus == 4"), 90)[0]


def gridmanagers() -> list[int]:
    """Give the gridmanagers' pids; all processes in this machine are the test's own."""
    found = subprocess.run(["pgrep", "-x", "condor_gridmana"], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def by_hand(*more: str) -> subprocess.CompletedProcess[str]:
    """Run a sweep in the foreground, as the elastic user."""
    return run("runuser", "-u", "elastic", "--", "python3", "-m", "condor_elastic.cli", "sweep", *more, check=False)


def fleet_ad(pool: Pool) -> dict[str, Any]:
    pool.cycle()
    return pool.ads("-any", "-constraint", f'Name == "cloud@{POOL}"')[0]


def log() -> str:
    return Path(run("condor_config_val", "ELASTIC_LOG").stdout.strip()).read_text()
