"""condor_elastic check asks EC2 whether there is what SUBMIT names."""

import json
import shutil
from pathlib import Path

import pytest
from cloud import image, instances
from live.pool import run

SECRETS = Path("/etc/condor/elastic.d")
CALM = "ELASTIC_PERIOD = 100000\nPERIODIC_EXPR_INTERVAL = 5\n"
FLEET = """\
ELASTIC_FLEET_NAMES = cloud
ELASTIC_CLOUD_TEMPLATE = Cpus = 2; Memory = 7000
ELASTIC_CLOUD_MAX_VMS = 5
ELASTIC_CLOUD_SUBMIT @=end
  grid_resource = ec2 {url}
  ec2_access_key_id = /etc/condor/elastic.d/access
  ec2_secret_access_key = /etc/condor/elastic.d/secret
  ec2_ami_id = {image}
  ec2_instance_type = {types}
  ec2_vpc_subnet = {subnet}
@end
"""
LOOPBACK = {"collector-loopback", "told-loopback"}
"""What is said of a cloud in a machine that has no other address; where these are, all others would be, too."""


@pytest.fixture
def check(cloud):
    for name in ("access", "secret"):
        (SECRETS / name).write_text("key\n")
        shutil.chown(SECRETS / name, "elastic", "condor")
        (SECRETS / name).chmod(0o640)

    def check(types="m5.large", url=cloud.url, subnet="", ami=None):
        cloud.config(CALM + FLEET.format(url=url, types=types, subnet=subnet, image=ami or image()))
        told = json.loads(run("condor_elastic", "check", "--json", check=False).stdout)
        found = {one["kind"]: one for one in told["findings"] if one["kind"] not in LOOPBACK}
        assert len(told["findings"]) == len(found) + len(LOOPBACK)
        return found, told["not_checked"]

    yield check
    cloud.config(CALM)
    for name in ("access", "secret"):
        (SECRETS / name).unlink()
    assert instances() == [], "nothing is started"


def test_what_there_is_is_no_finding(check):
    assert check("m5.large, m5.xlarge") == ({}, [])


@pytest.mark.parametrize(
    ("asked", "command", "words"),
    [
        ({"ami": "ami-00000000000000001"}, "ec2_ami_id", "ami-00000000000000001"),
        ({"types": "m5.large, m5.tiny"}, "ec2_instance_type", "the region has no m5.tiny"),
        ({"subnet": "subnet-00000001"}, "ec2_vpc_subnet", "subnet-00000001"),
    ],
)
def test_what_the_cloud_lacks_is_named(check, asked, command, words):
    found, unknown = check(**asked)
    assert (list(found), unknown) == (["cloud-lacks"], [])
    (finding,) = found.values()
    assert words in finding["seen"]
    assert finding["what"].startswith(f"ELASTIC_CLOUD_SUBMIT, {command} = ")
    assert finding["add"].startswith(f"  {command} = ")


def test_keys_that_are_none_are_refused(check):
    (SECRETS / "access").write_text("")
    found, _ = check()
    assert found["cloud-refuses"]["seen"] == "AuthFailure: the key file /etc/condor/elastic.d/access is empty"


def test_a_cloud_that_is_silent_was_not_checked(check):
    found, (unknown,) = check(url="ec2://us-east-1?endpoint=http://127.0.0.1:1")
    assert found == {}
    assert unknown.startswith("the cloud of fleet cloud was not checked, because E_CURL_IO: ")
