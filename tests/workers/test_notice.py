"""A spot VM is announced its end: published at once, no new job, a soft end for the one that runs, another VM."""

import os
import time

import pytest
from live.pool import run, wait_for
from metadata import Metadata
from real import FLEET

pytestmark = pytest.mark.timeout(400)
AT_ONCE = 5  # seconds: what is promised
SURE = FLEET.split("\n", 1)[1].replace("_TRY_", "_SURE_")
CHECKPOINTS = """\
#!/bin/sh
trap 'echo ended softly >> {told}; exit 0' TERM
while :; do sleep 0.2; done
"""


@pytest.fixture
def metadata():
    with Metadata() as server:
        yield server


@pytest.fixture
def image(tmp_path, metadata):
    """Make the image of spot VMs; what is published at once is not so because an ad was due."""
    image = tmp_path / "image"
    image.mkdir()
    (image / "10-metadata.conf").write_text(f"ElasticMetadataUrl = {metadata.url}\n")
    for path in (tmp_path, *tmp_path.parents[:2], image):
        path.chmod(0o755)
    return image


@pytest.fixture
def spot(image):
    """Give the knobs of two fleets, the first of spot VMs."""
    fleet = FLEET.replace("= try", "= try sure").replace("= worker", f"= {image}")
    return fleet + SURE + "ELASTIC_TRY_SPOT_TRIES = 1\nELASTIC_UPDATE_INTERVAL = 240\n"


def job(pool, number):
    return pool.jobs(f"ClusterId == {number}")[0]


def submitted(pool, **commands):
    pool.submit(1, **commands)
    return max(int(one["ClusterId"]) for one in pool.jobs('Owner == "alice"'))


def slot(pool, vm):
    return next((one for one in pool.slots() if one["ElasticVM"] == vm), {})


def fleet_ad(pool, name="try"):
    return pool.ads("-any", "-constraint", f'Name == "{name}@cm.elastic.test"')[0]


def test_a_busy_spot_worker_is_reclaimed(pool, metadata, spot, tmp_path):
    told = tmp_path / "told"
    told.touch()
    told.chmod(0o666)
    script = tmp_path / "job"
    script.write_text(CHECKPOINTS.format(told=told))
    script.chmod(0o755)
    pool.knobs(spot)
    first = submitted(pool, executable=script, request_cpus=1, job_max_vacate_time=5)
    pool.verdict()
    wait_for("the first job", lambda: job(pool, first)["JobStatus"] == 2, 90)
    (vm,) = [one["ElasticVM"] for one in pool.vms()]
    here = wait_for("its identity", lambda: slot(pool, vm) if slot(pool, vm).get("ElasticInstance") else None)
    assert {name: here["Elastic" + name] for name in ("Instance", "InstanceType", "Zone", "Region", "Lifecycle")} == {
        "Instance": "i-0123456789abcdef0", "InstanceType": "m5.xlarge", "Zone": "us-east-1a", "Region": "us-east-1",
        "Lifecycle": "spot",
    }  # fmt: skip
    pool.verdict()  # it has joined, and is no failure whatever comes

    notice = time.time()
    deadline = int(notice) + 33
    metadata.interrupt(deadline)
    wait_for("the notice", lambda: slot(pool, vm).get("ElasticNotice") == "terminate", AT_ONCE)
    assert slot(pool, vm)["ElasticNoticeDeadline"] == deadline
    second = submitted(pool)  # one of its two cores is free
    assert pool.verdict().startswith("Submitting 1 ")
    assert len(pool.vms()) == 2, "a replacement in the next cycle"
    assert (fleet_ad(pool)["VMsReclaimed"], fleet_ad(pool)["Reclaimed"]) == (1, 1)

    wait_for("the eviction", lambda: job(pool, first)["JobStatus"] == 1, 60)
    assert told.read_text() == "ended softly\n"
    assert deadline - 30 < time.time() < deadline
    assert pool.verdict("sure").startswith("Submitting 1 "), "what was reclaimed once goes elsewhere"
    wait_for("both jobs", lambda: [job(pool, one)["JobStatus"] for one in (first, second)] == [2, 2], 120)
    assert job(pool, first)["RemoteHost"].partition("@")[2].startswith("sure-")
    assert job(pool, second)["RemoteHost"].partition("@")[2].startswith("try-")
    assert vm not in job(pool, second)["RemoteHost"]
    assert job(pool, second)["NumShadowStarts"] == 1, "it never ran on the one that was announced its end"

    def over():
        return [one for one in pool.vms() if one["ElasticVM"] == vm and one["JobStatus"] == 4]

    (ended,) = wait_for("the end of the VM", over, 120)
    assert ended["ElasticReclaimed"] >= int(notice)
    verdict = pool.verdict()
    assert "failed" not in verdict
    assert "BACKOFF" not in verdict
    said = fleet_ad(pool)
    assert (said["Reclaimed"], said["VMsFailed"], said["VMsReclaimed"]) == (1, 0, 0)
    run("condor_rm", "-constraint", "JobStatus == 4")

if os.environ.get("ELASTIC_FULL"):

    def test_a_recommendation_ends_no_job(pool, metadata, spot):
        pool.knobs(spot.replace("= 240", "= 5"))
        number = submitted(pool, seconds=30)
        pool.verdict()
        wait_for("the job", lambda: job(pool, number)["JobStatus"] == 2, 90)
        metadata.rebalance()
        (vm,) = [one["ElasticVM"] for one in pool.vms()]
        wait_for("the recommendation", lambda: slot(pool, vm).get("ElasticNotice") == "rebalance", 20)
        assert slot(pool, vm).get("ElasticNoticeDeadline") is None
        pool.verdict()
        wait_for("the worker's leave", lambda: pool.vms()[0]["JobStatus"] == 4, 90)
        (done,) = pool.jobs(f"ClusterId == {number}", history=True)
        assert (done["ExitCode"], done["NumJobStarts"]) == (0, 1)
        assert fleet_ad(pool)["Reclaimed"] == 1
        run("condor_rm", "-constraint", "JobStatus == 4")
