"""A disk becomes an image on EC2 by EBS's direct API, byte for byte, resumed after a kill, and a VM runs from it."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from cloud import HERE, MOTO, client, instances
from gate import Gate
from live.disks import MB, make_disk
from live.pool import run, wait_for

from condor_elastic.delivery.deliver import deliver as act
from condor_elastic.delivery.progress import silent
from condor_elastic.delivery.settings import settings_of

BLOCK = 512 * 1024
KNOBS = Path("/etc/condor/config.d/91-fleet.conf")


def command(disk, url, **more):
    said = {"url": f"ec2://us-east-1?endpoint={url}", "access_key_file": HERE / "access", "name": "worker",
            "secret_access_key_file": HERE / "secret", "arch": "x86_64", "pool": "tests", **more}  # fmt: skip
    config = ",".join(f"{name}:{value}" for name, value in said.items())
    return ["condor_elastic", "image", "deliver", str(disk), "-d", "ami", "--delivery-config", config, "--json"]


def deliver(disk, url=MOTO, **more):
    return json.loads(run(*command(disk, url, **more)).stdout)


def at_once(disk, url=MOTO, **more):
    """Deliver without a command: its start is most of the time that a small disk needs."""
    keys = {"access_key_file": f"{HERE}/access", "secret_access_key_file": f"{HERE}/secret"}
    said = {"url": f"ec2://us-east-1?endpoint={url}", "name": "worker", "arch": "x86_64", **keys, **more}
    return act("ami", disk, settings_of("ami", {}, said)[0], {}, silent)


def blocks(snapshot):
    """Read a snapshot as EBS gives it."""
    import boto3

    ebs = boto3.client("ebs", region_name="us-east-1", endpoint_url=MOTO, aws_access_key_id="tests",
                       aws_secret_access_key="tests")  # fmt: skip
    tokens = {one["BlockIndex"]: one["BlockToken"] for one in ebs.list_snapshot_blocks(SnapshotId=snapshot)["Blocks"]}
    return {number: ebs.get_snapshot_block(SnapshotId=snapshot, BlockIndex=number, BlockToken=token)["BlockData"].read()
            for number, token in tokens.items()}  # fmt: skip


def of_disk(disk):
    content = disk.read_bytes()
    pieces = {at // BLOCK: content[at : at + BLOCK].ljust(BLOCK, b"\0") for at in range(0, len(content), BLOCK)}
    return {number: piece for number, piece in pieces.items() if any(piece)}


def tags(image):
    return {tag["Key"]: tag["Value"] for tag in client().describe_images(ImageIds=[image])["Images"][0]["Tags"]}


@pytest.mark.timeout(400)
def test_a_killed_delivery_goes_on_and_a_vm_runs_from_the_image(cloud, tmp_path):
    disk = make_disk(tmp_path / "worker-sda.raw", 32 * MB + 4096)
    wanted = of_disk(disk)
    with Gate(after=3) as gate:
        with subprocess.Popen(command(disk, gate.url, parallel=2), stdout=subprocess.DEVNULL) as killed:
            wait_for("blocks that are held", lambda: gate.held.wait(0.1) and _noted(disk) == 3, 60)
            killed.send_signal(signal.SIGKILL)
        sent = set(gate.put)
    with Gate() as gate:
        # Another port is another place to the journal; what was begun was begun at moto.
        _say_it_was_begun_at(disk, gate.url)
        done = deliver(disk, gate.url)
        assert not sent & set(gate.put)
        assert len(gate.put) == len(wanted) - 3
        assert sent | set(gate.put) == set(wanted)
        again = at_once(disk, gate.url, verify="true")
        assert (again.id, again.existed, len(gate.put)) == (done["id"], True, len(wanted) - 3)
    assert not done["existed"]
    assert done["line"] == f"ec2_ami_id = {done['id']}"
    assert not list(tmp_path.glob("*state*"))
    marks = tags(done["id"])
    snapshots = client().describe_snapshots(Filters=[{"Name": "tag:ElasticPool", "Values": ["tests"]}])["Snapshots"]
    assert [one["SnapshotId"] for one in snapshots] == [marks["ElasticSnapshot"]]
    assert blocks(marks["ElasticSnapshot"]) == wanted
    assert (marks["ElasticAppliance"], marks["ElasticDisk"]) == ("worker", done["sha256"])
    cloud.submit(1, ec2_ami_id=done["id"])
    (job,) = cloud.wait_running(1)
    (one,) = instances()
    assert (one["InstanceId"], one["ImageId"]) == (job["EC2InstanceName"], done["id"])


def _noted(disk):
    journal = disk.with_name(disk.name + ".ami-state")
    return journal.read_text().count('"block"') if journal.exists() else 0


def _say_it_was_begun_at(disk, url):
    journal = disk.with_name(disk.name + ".ami-state")
    first, rest = journal.read_text().split("\n", 1)
    about = json.loads(first)
    about["about"]["where"] = f"us-east-1 {url}"
    journal.write_text(f"{json.dumps(about)}\n{rest}")


@pytest.fixture
def fleet(cloud):
    def write(image):
        KNOBS.write_text(f"""
ELASTIC_POOL = tests
ELASTIC_FLEET_NAMES = cloud
ELASTIC_CLOUD_TEMPLATE = Cpus = 2; Memory = 4000
ELASTIC_CLOUD_MAX_VMS = 1
ELASTIC_CLOUD_SUBMIT @=end
  grid_resource = ec2 ec2://us-east-1?endpoint={MOTO}
  ec2_access_key_id = {HERE}/access
  ec2_secret_access_key = {HERE}/secret
  ec2_ami_id = {image}
  ec2_instance_type = m5.large
@end
""")

    yield write
    KNOBS.unlink(missing_ok=True)


@pytest.mark.timeout(400)
def test_prune_leaves_what_a_fleet_or_a_vm_job_uses_and_the_newest(cloud, fleet, tmp_path):
    made = []
    for age in range(4):
        disk = make_disk(tmp_path / f"{age}.raw", 8 * MB, MB // 2, seed=age)
        os.utime(disk, (age * 86400, age * 86400))
        made.append(at_once(disk, pool="tests").id)
    other = at_once(make_disk(tmp_path / "other.raw", 8 * MB, MB // 2, seed=9), pool="others").id
    fleet(made[1])
    cloud.submit(1, f"ec2://us-east-1?endpoint={MOTO}", ec2_ami_id=made[0])
    snapshots = {image: tags(image)["ElasticSnapshot"] for image in made}

    rehearsed = prune("--keep", "1", "--dry-run")
    assert [one["done"] for one in rehearsed] == ["kept", "kept", "would be deleted", "kept"]
    assert len(_images()) == 5
    done = prune("--keep", "1")
    assert [(one["image"], one["done"]) for one in done] == [
        (made[0], "kept"), (made[1], "kept"), (made[2], "deleted"), (made[3], "kept")]  # fmt: skip
    assert "VM job" in done[0]["why"]
    assert done[1]["why"] == "fleet cloud uses it"
    assert _images() == {made[0], made[1], made[3], other}
    left = {one["SnapshotId"] for one in client().describe_snapshots(OwnerIds=["self"])["Snapshots"]}
    assert {image for image, snapshot in snapshots.items() if snapshot in left} == {made[0], made[1], made[3]}


def prune(*words):
    return json.loads(run("condor_elastic", "image", "prune", "--json", *words).stdout)["images"]


def _images():
    return {one["ImageId"] for one in client().describe_images(Owners=["self"])["Images"]}
