"""condor_elastic check asks a real OpenStack whether there is what SUBMIT names."""

import json

import pytest
from live.pool import run
from nova import CLOUDS, CONFIG, URL

FLEET = """\
ELASTIC_FLEET_NAMES = nova
ELASTIC_NOVA_TEMPLATE = Cpus = 1; Memory = 500
ELASTIC_NOVA_MAX_VMS = 5
ELASTIC_NOVA_SUBMIT @=end
  grid_resource = ec2 {url}
  ec2_access_key_id = {clouds}
  ec2_secret_access_key = {clouds}
  ec2_ami_id = {image}
  ec2_instance_type = {flavor}
  ec2_vpc_subnet = {network}
@end
"""
LOOPBACK = {"collector-loopback", "told-loopback"}


@pytest.fixture
def check(manager):
    def check(url=URL, image="tiny", flavor="small", network="net0"):
        text = FLEET.format(url=url, clouds=CLOUDS, image=image, flavor=flavor, network=network)
        manager.config(CONFIG + text)
        told = json.loads(run("condor_elastic", "check", "--json", check=False).stdout)
        assert told["not_checked"] == []
        assert {one["kind"] for one in told["findings"]} >= LOOPBACK
        return [one for one in told["findings"] if one["kind"] not in LOOPBACK]

    yield check
    manager.config(CONFIG)


def test_what_there_is_is_no_finding(check):
    assert check() == []


def test_what_the_cloud_lacks_is_named(check):
    found = check(image="nothing", flavor="no-such", network="net9")
    assert [(one["kind"], one["what"]) for one in found] == [
        ("cloud-lacks", "ELASTIC_NOVA_SUBMIT, ec2_ami_id = nothing"),
        ("cloud-lacks", "ELASTIC_NOVA_SUBMIT, ec2_instance_type = no-such"),
        ("cloud-lacks", "ELASTIC_NOVA_SUBMIT, ec2_vpc_subnet = net9"),
    ]
    assert found[1]["seen"] == "FlavorNotFound: no flavor no-such is found in application"


def test_a_cloud_that_is_not_in_the_file_is_refused(check):
    (found,) = check(url="openstack://elsewhere")
    assert found["kind"] == "cloud-refuses"
    assert f"{CLOUDS} has no cloud elsewhere" in found["seen"]
