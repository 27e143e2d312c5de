"""Orphans beside a real Nova: servers without a VM job, ports and volumes without a server; no other is touched."""

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
    cloud.mend()
    cloud.empty()
    for port in cloud.admin.network.ports():
        cloud.admin.network.delete_port(port)
    for volume in cloud.demo.block_storage.volumes():
        cloud.demo.block_storage.delete_volume(volume)
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


def ports(nova):
    """Give the tags of each port, by its id."""
    return {port.id: set(port.tags) for port in nova.admin.network.ports()}


def port_of(nova, server):
    return wait_for("its port", lambda: [port.id for port in nova.admin.network.ports(device_id=server)], 60)[0]


def settle(nova):
    wait_for("all to run", lambda: {one.status for one in nova.servers()} == {"ACTIVE"}, 60)


def test_a_port_that_a_server_left_is_deleted_after_three_sweeps_and_no_other_port(pool, nova):
    knobs(pool, SUBMIT)
    vm = "cloud-000000000004"
    server, theirs = launch(nova, marks(vm)), launch(nova, marks("cloud-000000000005", "other.pool"))
    ours, other = port_of(nova, server), port_of(nova, theirs)
    settle(nova)
    tags = {"ElasticFleet=cloud", "ElasticPool=cm.elastic.test", f"ElasticServer={server}", f"ElasticVM={vm}"}
    by_hand()
    assert ports(nova) == {ours: set(), other: set()}
    sweep(pool)
    assert ports(nova) == {ours: tags, other: set()}
    nova.driver().mark_belonging("port", other, {"ElasticPool": "other.pool", "ElasticServer": theirs})
    # Neutron says that it has deleted them, and has not; and somebody's own port names the server as well.
    nova.break_calls({"service": "neutron", "method": "DELETE", "path": "/ports/", "status": "204 No Content"})
    for one in (server, theirs):
        nova.driver().stop(one)
    nova.gone()
    (network,) = nova.demo.network.networks(name="net0")
    somebodys = nova.demo.network.create_port(network_id=network.id, device_id=server).id
    for n in (1, 2):
        said = sweep(pool)["ElasticSaid"]
        assert f"port {ours} ({vm}): its server is gone, in sweep {n}" in said
        assert ports(nova)[ours] == {*tags, f"ElasticOrphan={n}"}
    nova.break_calls({"service": "neutron", "method": "DELETE", "path": "/ports/", "status": "403 Forbidden"})
    said = sweep(pool)["ElasticSaid"]
    assert said[0].startswith(f"FAILED: port {ours} ({vm}): deleted, because its server is gone: Unauthorized: ")
    assert ours in ports(nova)
    nova.mend()
    assert f"port {ours} ({vm}): deleted, because its server is gone (not done)" in by_hand().stdout
    assert sweep(pool)["ElasticSaid"] == [f"port {ours} ({vm}): deleted, because its server is gone"]
    assert set(ports(nova)) == {other, somebodys}
    pool.cycle()
    assert f"port {ours} ({vm}): deleted" in log()


def volume(nova, **metadata):
    """Make a volume as it is when Nova has taken it off a server that is being deleted; return its id."""
    made = nova.demo.block_storage.create_volume(size=1, metadata=metadata).id
    nova.admin.block_storage.reset_volume_status(made, status="available", attach_status="detached")
    return made


def volumes(nova):
    return {one.id: one.metadata.get("ElasticOrphan") for one in nova.demo.block_storage.volumes()}


def test_a_volume_that_a_server_left_is_deleted_after_three_sweeps_and_no_other_volume(pool, nova):
    knobs(pool, SUBMIT)
    vm = "cloud-000000000006"
    living, dead = launch(nova, marks("cloud-000000000007")), launch(nova, marks(vm))
    settle(nova)
    nova.driver().stop(dead)
    wait_for("its end", lambda: set(servers(nova)) == {living}, 60)
    wait_for("Nova to forget it", lambda: dead not in {one.id for one in nova.servers()}, 60)
    ours = {**marks(vm), "ElasticServer": dead}
    left, attached = volume(nova, **ours), volume(nova, **ours)
    nova.demo.block_storage.create_attachment(attached, instance=dead)
    others = {volume(nova, **{**ours, "ElasticPool": "other.pool"}), volume(nova), volume(nova, ElasticVM=vm),
              volume(nova, **{**ours, "ElasticServer": living})}  # fmt: skip
    for n in (1, 2):
        said = sweep(pool)["ElasticSaid"]
        assert f"volume {left} ({vm}): its server is gone, in sweep {n}" in said
        assert volumes(nova) == {left: str(n), attached: str(n), **dict.fromkeys(others)}
    said = sweep(pool)["ElasticSaid"]
    assert {f"volume {one} ({vm}): deleted, because its server is gone" for one in (left, attached)} <= set(said)
    assert set(volumes(nova)) == others
