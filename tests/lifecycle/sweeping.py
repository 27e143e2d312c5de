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
ELASTIC_QUERY_TIMEOUT = 3
ELASTIC_SWEEP_PERIOD = 1
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
    """Have one more sweep run by cycles as the schedd's cron runs them; return the ad of its job once it has ended."""
    before = {job["ClusterId"] for job in ended(pool)}

    def fresh() -> dict[str, Any] | None:
        done = pool.cycle()
        assert done.returncode == 0, done.stderr
        return next((job for job in ended(pool) if job["ClusterId"] not in before), None)

    return wait_for("a sweep that has ended", fresh, 120, 1)


def ended(pool: Pool) -> list[dict[str, Any]]:
    return pool.jobs("ElasticSweep isnt undefined && JobStatus == 4")


def by_hand(*more: str) -> subprocess.CompletedProcess[str]:
    """Run a sweep in the foreground, as the elastic user."""
    return run("runuser", "-u", "elastic", "--", "python3", "-m", "condor_elastic.cli", "sweep", *more, check=False)


def fleet_ad(pool: Pool) -> dict[str, Any]:
    pool.cycle()
    return pool.ads("-any", "-constraint", f'Name == "cloud@{POOL}"')[0]


def log() -> str:
    return Path(run("condor_config_val", "ELASTIC_LOG").stdout.strip()).read_text()
