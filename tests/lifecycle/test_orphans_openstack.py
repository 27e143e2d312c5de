"""Orphans beside a real Nova: a server without a VM job is deleted after three sweeps, and no other."""

import os
import signal
import sys
import warnings
from pathlib import Path

import pytest

sys.path.insert(1, str(Path(__file__).parents[1] / "openstack"))

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the SDK warns of its own code
    from nova import CLOUDS, Nova, install_clouds

from live.pool import run, wait_for
from sweeping import by_hand, fleet_ad, knobs, log, marks, sweep

from condor_elastic.gahp.driver import Launch

pytestmark = pytest.mark.filterwarnings("ignore::Warning")
SUBMIT = f"""\
grid_resource = ec2 openstack://application/RegionOne
ec2_access_key_id = {CLOUDS}
ec2_secret_access_key = {CLOUDS}
ec2_ami_id = tiny
ec2_instance_type = small
ec2_vpc_subnet = net0"""


@pytest.fixture
def nova(pool):
    install_clouds()
    cloud = Nova(pool)
    yield cloud
    cloud.empty()
    run("condor_rm", "-all", check=False)
    wait_for("an empty queue", lambda: not pool.jobs(), 90)


def launch(nova, said):
    """Start a server as a GAHP would; return its id."""
    name = said.get("ElasticVM", "none") + said.get("ElasticPool", "")
    return nova.driver().start(Launch(name, "tiny", "small", subnet="net0", tags=tuple(said.items())))


def servers(nova):
    return {one.id: one.metadata for one in nova.servers() if one.task_state != "deleting"}


def test_an_orphan_is_deleted_after_three_sweeps_and_no_other_server(pool, nova):
    knobs(pool, SUBMIT)
    ours = launch(nova, marks("cloud-000000000001"))
    others = {launch(nova, marks("cloud-000000000002", "other.pool")), launch(nova, {"Name": "somebody's"})}
    for n in (1, 2):
        job = sweep(pool)
        assert (job["ElasticOrphans"], job["ElasticAlarm"]) == ("cloud=1", "")
        assert set(servers(nova)) == {ours, *others}
        assert servers(nova)[ours]["ElasticOrphan"] == str(n)
    job = sweep(pool)
    assert job["ElasticSaid"] == [f"{ours} (cloud-000000000001): terminated, because no VM job has its ElasticVM"]
    wait_for("its end", lambda: set(servers(nova)) == others, 60)
    assert fleet_ad(pool)["Orphans"] == 1
    assert f"{ours} (cloud-000000000001): terminated" in log()
    assert sweep(pool)["ElasticOrphans"] == ""


def test_a_server_is_kept_by_its_vm_job_from_its_launch_on(pool, nova):
    knobs(pool, SUBMIT, vms=1, more="ELASTIC_CLOUD_IDLE_TIMEOUT = 3600\n")
    pool.submit(1)
    assert "Submitting 1 VM" in pool.verdict("cloud")
    for _ in range(3):  # the first while the launch is under way
        assert sweep(pool)["ElasticSaid"] == []
    wait_for("the VM job to run", lambda: pool.jobs("ElasticVM isnt undefined && JobStatus == 2"), 120)
    assert [sweep(pool)["ElasticOrphans"] for _ in range(3)] == [""] * 3
    assert len(servers(nova)) == 1


def test_a_young_server_is_left_and_a_schedd_that_does_not_answer_has_nothing_swept(pool, nova):
    ours = launch(nova, {**marks("cloud-000000000003"), "ElasticOrphan": "2"})
    knobs(pool, SUBMIT, age=1800)
    assert sweep(pool)["ElasticOrphans"] == ""
    knobs(pool, SUBMIT)
    nova.driver().create_tags(ours, {"ElasticOrphan": "2"})
    schedd = pool.pid("schedd")
    os.kill(schedd, signal.SIGSTOP)
    try:
        said = by_hand("--job", "1.0")
    finally:
        os.kill(schedd, signal.SIGCONT)
    assert said.returncode == 1
    assert said.stderr.startswith("Sweeping nothing, because ")
    assert servers(nova)[ours]["ElasticOrphan"] == "2"
