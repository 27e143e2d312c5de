"""A disk becomes an image in a real Glance, byte for byte; nothing half uploaded stays; a server starts from it."""

import json
import signal
import subprocess
from pathlib import Path

import pytest
import yaml
from gate import Gate
from live.disks import ESP, LINUX, MB, make_disk
from live.pool import run, wait_for
from nova import CLOUDS, URL

from condor_elastic.delivery.deliver import deliver as act
from condor_elastic.delivery.progress import silent
from condor_elastic.delivery.settings import settings_of
from condor_elastic.delivery.wrong import Undelivered

GLANCE = 9292
KNOBS = Path("/etc/condor/config.d/91-fleet.conf")


def command(disk, clouds=CLOUDS, **more):
    said = {"cloud": "application", "clouds_file": clouds, "name": "worker", "version": "2.1", "arch": "x86_64",
            "os": "debian", "os_version": "13", "pool": "tests", **more}  # fmt: skip
    config = ",".join(f"{name}:{value}" for name, value in said.items())
    return ["condor_elastic", "image", "deliver", str(disk), "-d", "openstack", "--delivery-config", config, "--json"]


def deliver(disk):
    return json.loads(run(*command(disk, hw_vif_model="")).stdout)


def at_once(disk, **more):
    """Deliver without a command, whose start is most of the time that a small disk needs."""
    said = {"cloud": "application", "clouds_file": CLOUDS, "name": "worker", "arch": "x86_64", "pool": "tests", **more}
    return act("openstack", disk, settings_of("openstack", {}, said)[0], {}, silent)


def images(nova):
    glance = nova.demo.image
    return {one["id"]: one for one in glance.get("/images", params={"elastic_pool": "tests"}).json()["images"]}


@pytest.fixture
def fleet():
    def write(image):
        KNOBS.write_text(f"""
ELASTIC_POOL = tests
ELASTIC_FLEET_NAMES = nova
ELASTIC_NOVA_TEMPLATE = Cpus = 1; Memory = 500
ELASTIC_NOVA_MAX_VMS = 1
ELASTIC_NOVA_SUBMIT @=end
  grid_resource = ec2 {URL}
  ec2_access_key_id = {CLOUDS}
  ec2_secret_access_key = {CLOUDS}
  ec2_ami_id = {image}
  ec2_instance_type = small
@end
""")

    yield write
    KNOBS.unlink(missing_ok=True)


def test_an_image_that_does_not_get_its_data_is_deleted(nova, tmp_path):
    disk = make_disk(tmp_path / "disk.raw", 8 * MB, MB)
    for after in (False, True):  # the upload fails, or it succeeds and nobody hears of it
        nova.break_calls({"service": "glance", "method": "PUT", "path": "/file$", "status": "502 Bad Gateway",
                          "after": after, "count": 1})  # fmt: skip
        with pytest.raises(Undelivered, match="Glance: ServerError: broken by a test"):
            at_once(disk)
        assert images(nova) == {}


@pytest.mark.timeout(400)
def test_a_killed_upload_is_replaced_and_a_server_starts_from_the_image(nova, fleet, tmp_path):
    disk = make_disk(tmp_path / "worker-sda.raw", 32 * MB)
    with Gate(GLANCE, 8 * MB) as gate:
        clouds = yaml.safe_load(Path(CLOUDS).read_text())
        through_gate = {"image_endpoint_override": f"http://127.0.0.1:{gate.port}/v2", "image_api_version": "2"}
        clouds["clouds"]["application"].update(through_gate)
        (tmp_path / "clouds.yaml").write_text(yaml.safe_dump(clouds))
        with subprocess.Popen(command(disk, str(tmp_path / "clouds.yaml")), stdout=subprocess.DEVNULL) as killed:
            wait_for("8 MB", lambda: gate.held.wait(0.1) or killed.poll(), 60)
            killed.send_signal(signal.SIGKILL)
        assert killed.returncode == -signal.SIGKILL
    (half,) = images(nova).values()
    assert half["status"] != "active"

    done = deliver(disk)
    (image,) = images(nova).values()
    assert (image["id"], image["status"], image["size"]) == (done["id"], "active", disk.stat().st_size)
    assert nova.demo.image.get(f"/images/{image['id']}/file").content == disk.read_bytes()
    assert done["line"] == f"ec2_ami_id = {image['id']}"
    wanted = {"hw_disk_bus": "virtio", "os_distro": "debian", "os_version": "13", "architecture": "x86_64",
              "disk_format": "raw", "container_format": "bare", "min_disk": 1, "visibility": "private",
              "elastic_appliance": "worker", "elastic_appliance_version": "2.1", "elastic_pool": "tests",
              "elastic_disk": done["sha256"]}  # fmt: skip
    assert {name: image.get(name) for name in wanted} == wanted
    assert not {"hw_vif_model", "hw_firmware_type"} & set(image)  # the disk boots by BIOS too
    again = at_once(disk)
    assert (again.id, again.existed, len(images(nova))) == (image["id"], True, 1)

    cluster = nova.submit(1, ec2_ami_id=image["id"])
    nova.running(cluster, 1)
    (server,) = nova.servers()
    assert server.image.id == image["id"]

    other = at_once(make_disk(tmp_path / "other.raw", 8 * MB, MB, 2, (ESP, LINUX)), via="import")
    imported = images(nova)[other.id]
    assert (imported["status"], imported["hw_firmware_type"]) == ("active", "uefi")
    fleet(image["id"])
    pruned = json.loads(run("condor_elastic", "image", "prune", "--keep", "0", "--json").stdout)["images"]
    assert [(one["image"], one["done"], one["why"]) for one in pruned] == [
        (image["id"], "kept", "fleet nova uses it"), (other.id, "deleted", "0 newer are there")]  # fmt: skip
    assert set(images(nova)) == {image["id"]}
    nova.demo.image.delete_image(image["id"])
