from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from condor_elastic.gahp.driver import CloudError, Launch
from condor_elastic.gahp.openstack_request import MAX_USER_DATA, Ids, creation
from condor_elastic.gahp.openstack_server import OWNER, TOKEN

IDS = Ids("image-id", "flavor-id", "network-id")
LAUNCH = Launch("11-22", "tiny", "small")


def with_parameters(**parameters: str) -> Launch:
    return replace(LAUNCH, parameters=tuple((name.replace("_", "."), value) for name, value in parameters.items()))


def test_the_least_that_is_asked_for() -> None:
    assert creation(LAUNCH, replace(IDS, network=None), "cm") == {
        "name": "11-22",
        "image_id": "image-id",
        "flavor_id": "flavor-id",
        "networks": "auto",
        "metadata": {OWNER: "cm", TOKEN: "11-22"},
        "tags": ["ElasticToken", "ElasticToken=11-22"],
    }


def test_everything_that_is_asked_for() -> None:
    launch = replace(
        with_parameters(ConfigDrive="True", Metadata_role="worker"),
        tags=(("ElasticVM", "f-1"), ("ElasticPool", "cm")),
        user_data=b"#!/bin/sh\n",
        key_name="key",
        zone="nova",
        private_address="10.0.0.9",
        groups=("default",),
        group_ids=("sg-id",),
    )
    made = creation(launch, IDS, "cm")
    assert made["name"] == "f-1"
    assert made["metadata"] == {
        "role": "worker", "ElasticVM": "f-1", "ElasticPool": "cm", OWNER: "cm", TOKEN: "11-22",
    }  # fmt: skip
    assert made["networks"] == [{"uuid": "network-id", "fixed_ip": "10.0.0.9"}]
    assert made["security_groups"] == [{"name": "default"}, {"name": "sg-id"}]
    assert (made["key_name"], made["availability_zone"], made["config_drive"]) == ("key", "nova", True)
    assert base64.b64decode(made["user_data"]) == b"#!/bin/sh\n"


def test_our_marks_cannot_be_replaced() -> None:
    made = creation(replace(LAUNCH, tags=((TOKEN, "x"), (OWNER, "y"))), IDS, "cm")
    assert made["metadata"] == {OWNER: "cm", TOKEN: "11-22"}


def test_a_boot_volume_goes_with_its_server() -> None:
    made = creation(with_parameters(BootVolume="40", BootVolumeType="ssd"), IDS, "cm")
    assert "image_id" not in made
    assert made["block_device_mapping"] == [
        {
            "boot_index": 0,
            "uuid": "image-id",
            "source_type": "image",
            "destination_type": "volume",
            "volume_size": 40,
            "volume_type": "ssd",
            "delete_on_termination": True,
        }
    ]


def test_user_data_has_a_limit() -> None:
    fits = MAX_USER_DATA // 4 * 3
    assert creation(replace(LAUNCH, user_data=b"x" * fits), IDS, "cm")["user_data"]
    with pytest.raises(CloudError, match="user data of 49150 bytes; Nova takes 49149"):
        creation(replace(LAUNCH, user_data=b"x" * (fits + 1)), IDS, "cm")


@pytest.mark.parametrize(
    ("launch", "words"),
    [
        (replace(LAUNCH, spot_price="0.1"), "Unsupported: ec2_spot_price"),
        (replace(LAUNCH, block_devices="ephemeral0:/dev/sdb"), "ec2_parameter_BootVolume"),
        (with_parameters(BootVolume="0"), "want a size in GiB"),
        (with_parameters(BootVolume="-1"), "want a size in GiB"),
        (with_parameters(BootVolumeType="ssd"), "needs ec2_parameter_BootVolume"),
        (with_parameters(Monitoring_Enabled="true"), "Monitoring.Enabled means nothing"),
    ],
)
def test_what_cannot_be_had_is_refused(launch: Launch, words: str) -> None:
    with pytest.raises(CloudError, match=words):
        creation(launch, IDS, "cm")


def test_an_address_needs_its_network() -> None:
    with pytest.raises(CloudError, match="ec2_vpc_ip needs ec2_vpc_subnet"):
        creation(replace(LAUNCH, private_address="10.0.0.9"), replace(IDS, network=None), "cm")
