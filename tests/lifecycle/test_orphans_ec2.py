"""Orphans beside moto's EC2: what has no VM job is ended after three sweeps, and nothing else ever is."""

import os
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(1, str(Path(__file__).parents[1] / "ec2"))

from cloud import MOTO, client, image, instances, reset, tags
from live.pool import run, wait_for
from sweeping import POOL, by_hand, fleet_ad, gridmanagers, knobs, log, marks, sweep

KEYS = Path("/tmp/orphans")


@pytest.fixture(scope="module")
def submit():
    KEYS.mkdir()
    for name in ("access", "secret"):
        (KEYS / name).write_text(f"{name}-key\n")
    return (f"grid_resource = ec2 ec2://us-east-1?endpoint={MOTO}\nec2_access_key_id = {KEYS}/access\n"
            f"ec2_secret_access_key = {KEYS}/secret\nec2_ami_id = {image()}\nec2_instance_type = m5.large")  # fmt: skip


@pytest.fixture
def cloud(pool, submit):
    yield pool
    for one in instances():  # whatever a test has left
        client().terminate_instances(InstanceIds=[one["InstanceId"]])
    run("condor_rm", "-all", check=False)
    wait_for("an empty queue", lambda: not pool.jobs(), 90)
    reset()


def launch(said):
    listed = [{"Key": key, "Value": value} for key, value in said.items()]
    more = {"TagSpecifications": [{"ResourceType": "instance", "Tags": listed}]} if listed else {}
    return client().run_instances(ImageId=image(), MinCount=1, MaxCount=1, **more)["Instances"][0]["InstanceId"]


def alive():
    return {one["InstanceId"]: tags(one) for one in instances()}


def test_an_orphan_is_ended_after_three_sweeps_and_nobody_elses_instance(cloud, submit):
    knobs(cloud, submit)
    ours = launch(marks("cloud-000000000001"))
    others = {launch(marks("cloud-000000000002", "other.pool")), launch({"Name": "somebody's"}), launch({}),
              launch({"ElasticPool": POOL})}  # fmt: skip
    for n in (1, 2):
        job = sweep(cloud)
        assert (job["Owner"], job["ElasticOrphans"], job["ElasticAlarm"]) == ("elastic", "cloud=1", "")
        assert set(alive()) == {ours, *others}
        assert alive()[ours]["ElasticOrphan"] == str(n)
    assert fleet_ad(cloud)["Orphans"] == 1
    job = sweep(cloud)
    assert job["ElasticSaid"] == [f"{ours} (cloud-000000000001): terminated, because no VM job has its ElasticVM"]
    assert set(alive()) == others
    assert not any("ElasticOrphan" in found for found in alive().values())
    assert sweep(cloud)["ElasticOrphans"] == ""
    assert fleet_ad(cloud)["Orphans"] == 0
    assert f"{ours} (cloud-000000000001): terminated, because no VM job has its ElasticVM" in log()
    assert len(cloud.jobs("ElasticSweep isnt undefined")) <= 2  # what is done with has gone


def test_a_young_instance_is_left(cloud, submit):
    knobs(cloud, submit, age=1800)
    launch(marks("cloud-000000000003"))
    assert sweep(cloud)["ElasticOrphans"] == ""
    (found,) = alive().values()
    assert "ElasticOrphan" not in found


def test_an_instance_is_kept_by_its_vm_job_from_its_launch_on(cloud, submit):
    knobs(cloud, submit, vms=1, more="ELASTIC_CLOUD_IDLE_TIMEOUT = 3600\n")
    cloud.submit(1)
    assert "Submitting 1 VM" in cloud.verdict("cloud")
    for _ in range(3):  # the first while the launch is under way
        assert sweep(cloud)["ElasticSaid"] == []
    wait_for("the VM job to run", lambda: cloud.jobs("ElasticVM isnt undefined && JobStatus == 2"), 90)
    assert [sweep(cloud)["ElasticOrphans"] for _ in range(3)] == [""] * 3
    (found,) = alive().values()
    assert "ElasticOrphan" not in found


def test_a_schedd_that_does_not_answer_has_nothing_swept(cloud, submit):
    knobs(cloud, submit)
    ours = launch(marks("cloud-000000000004"))
    said = by_hand()
    assert said.stdout == f"{ours} (cloud-000000000004): no VM job has its ElasticVM, in sweep 1 (not done)\n"
    client().create_tags(Resources=[ours], Tags=[{"Key": "ElasticOrphan", "Value": "2"}])
    schedd = cloud.pid("schedd")
    os.kill(schedd, signal.SIGSTOP)
    try:
        said = by_hand("--job", "1.0")
    finally:
        os.kill(schedd, signal.SIGCONT)
    assert said.returncode == 1
    assert said.stderr.startswith("Sweeping nothing, because ")
    assert alive()[ours]["ElasticOrphan"] == "2"


def test_so_many_orphans_are_not_believed(cloud, submit):
    knobs(cloud, submit)
    for n in range(6):
        launch({**marks(f"cloud-00000000001{n}"), "ElasticOrphan": "2"})
    job = sweep(cloud)
    assert job["ElasticAlarm"].startswith("Sweeping none of 6 instances that no VM job has a use for, because ELASTIC_")
    assert len(alive()) == 6
    cloud.cycle()
    assert "Sweeping none of 6 instances" in log()
    assert fleet_ad(cloud)["Orphans"] == 6


def test_the_instance_of_a_lost_job_is_ended_before_its_tombstone_goes(cloud, submit):
    knobs(cloud, submit)
    ours = launch(marks("cloud-000000000020"))
    text = (f'universe = grid\nexecutable = cloud\n{submit}\nhold = true\nMy.ElasticVM = "cloud-000000000020"\n'
            f'My.ElasticFleet = "cloud"\nMy.ElasticPool = "{POOL}"\n')  # fmt: skip
    run("runuser", "-u", "elastic", "--", "condor_submit", "-", "-queue", "1", input=text)
    run("condor_qedit", "-constraint", "ElasticVM isnt undefined", "HoldReasonCode", "42")
    job = sweep(cloud)
    assert f"{ours} (cloud-000000000020): terminated" in job["ElasticSaid"][0]
    assert alive() == {}
    assert cloud.vms(), "the job stays until a sweep has found the instance gone"
    sweep(cloud)
    wait_for("the tombstone's end", lambda: cloud.cycle() and not cloud.vms(), 60, 1)


def test_a_vm_job_whose_instance_is_gone_unnoticed_is_removed(cloud, submit):
    knobs(cloud, submit, vms=1, more="ELASTIC_CLOUD_IDLE_TIMEOUT = 3600\n")
    cloud.submit(1)
    cloud.verdict("cloud")
    wait_for("the VM job to run", lambda: cloud.jobs("ElasticVM isnt undefined && JobStatus == 2"), 90)
    stopped = gridmanagers()
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        client().terminate_instances(InstanceIds=list(alive()))
        assert [sweep(cloud)["ElasticSaid"][0][-10:] for _ in range(2)] == ["in sweep 1", "in sweep 2"]
        assert "removed, because its instance" in sweep(cloud)["ElasticSaid"][0]
        assert cloud.vms()[0]["JobStatus"] == 3
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
