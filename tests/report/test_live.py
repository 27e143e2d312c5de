"""A real pool grows, serves two waves of jobs and shrinks, and its record is what a page is made of (tests/browser)."""

import shutil
from pathlib import Path

import pytest
from live.pool import run, wait_for
from real import FLEET

RECORD = Path("/var/lib/condor/elastic/record")
OUT = Path("/out/record")
KNOBS = f"{FLEET}ELASTIC_TRY_PRICE = 0.25\nELASTIC_TRY_IDLE_TIMEOUT = 8\nELASTIC_RECORD = 5000\n"
RUNNING = "JobStatus == 2 && ElasticVM is undefined"


def seen(pool, what):
    """Run a cycle, then look: each cycle is in the record."""
    pool.cycle()
    return what()


@pytest.mark.timeout(600)
def test_a_pool_that_grows_and_shrinks_has_recorded_it(pool):
    pool.knobs(KNOBS)
    for _ in range(2):
        pool.submit(4, seconds=8)
        wait_for("a job that runs", lambda: seen(pool, lambda: pool.jobs(RUNNING)), 120, 1)
        wait_for("the end of the jobs", lambda: seen(pool, lambda: not pool.jobs("ElasticVM is undefined")), 120, 1)
    wait_for("a pool without VMs", lambda: seen(pool, lambda: not pool.vms()), 120, 1)
    assert len(list(RECORD.glob("cycle-*.json"))) > 10
    shutil.copytree(RECORD, OUT)


def test_without_the_plotting_library_the_command_says_what_to_install(pool, tmp_path):
    done = run("condor_elastic", "report", "--out", str(tmp_path / "out"), check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("condor_elastic report: the plots are drawn by altair and vl-convert-python")
    assert "pip install 'altair>=5.5' 'vl-convert-python>=1.7'" in done.stderr
    assert not (tmp_path / "out").exists()
