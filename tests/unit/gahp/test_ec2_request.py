from __future__ import annotations

from typing import Any

import pytest
from gahp.ec2_model import launch, model
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.gahp.driver import CloudError, Launch
from condor_elastic.gahp.ec2_request import describe_place, requests
from condor_elastic.gahp.marks import with_marks


def only(wanted: Launch) -> dict[str, Any]:
    (made,) = requests(wanted, model())
    return made


def test_the_least_that_is_said() -> None:
    assert only(launch()) == {
        "ImageId": "ami-1",
        "MinCount": 1,
        "MaxCount": 1,
        "ClientToken": launch().token,
        "InstanceInitiatedShutdownBehavior": "terminate",
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
        "TagSpecifications": [
            {"ResourceType": "instance", "Tags": [{"Key": "ElasticToken", "Value": launch().token}]}
        ],
    }


def test_all_that_can_be_said() -> None:
    made = only(
        launch(instance_type="m5.large", user_data=b"#cloud-config", key_name="k", zone="us-east-1a", subnet="subnet-1",
               private_address="10.0.0.9", block_devices="ephemeral0:/dev/sdb, ephemeral1:/dev/sdc", profile_arn="arn",
               profile_name="n", groups=("g",), group_ids=("sg-1",))
    )  # fmt: skip
    del made["MetadataOptions"], made["TagSpecifications"], made["MinCount"], made["MaxCount"]
    assert made == {
        "ImageId": "ami-1", "ClientToken": launch().token, "InstanceInitiatedShutdownBehavior": "terminate",
        "InstanceType": "m5.large", "UserData": b"#cloud-config", "KeyName": "k", "SubnetId": "subnet-1",
        "Placement": {"AvailabilityZone": "us-east-1a"}, "PrivateIpAddress": "10.0.0.9",
        "BlockDeviceMappings": [{"VirtualName": "ephemeral0", "DeviceName": "/dev/sdb"},
                                {"VirtualName": "ephemeral1", "DeviceName": "/dev/sdc"}],
        "IamInstanceProfile": {"Arn": "arn", "Name": "n"}, "SecurityGroups": ["g"], "SecurityGroupIds": ["sg-1"],
    }  # fmt: skip


def test_spot_keeps_the_token() -> None:
    made = only(launch(spot_price="0.156"))
    assert made["ClientToken"] == launch().token
    assert made["InstanceMarketOptions"] == {
        "MarketType": "spot",
        "SpotOptions": {
            "MaxPrice": "0.156", "SpotInstanceType": "one-time", "InstanceInterruptionBehavior": "terminate"},
    }  # fmt: skip


def test_marks_become_tags_and_price_and_parameters_win_over_defaults() -> None:
    said = [("ElasticTag.ElasticVM", "cloud-1"), ("elastictag_Site", "B;N=L"), ("ElasticSpotPrice", "0.2"),
            ("Placement.Tenancy", "dedicated"), ("MetadataOptions.HttpPutResponseHopLimit", "3"),
            ("TagSpecification.1.ResourceType", "instance"), ("TagSpecification.1.Tag.1.Key", "Owner"),
            ("TagSpecification.1.Tag.1.Value", "me"), ("TagSpecification.2.ResourceType", "volume")]  # fmt: skip
    made = only(with_marks(launch(zone="us-east-1a"), said))
    assert made["Placement"] == {"AvailabilityZone": "us-east-1a", "Tenancy": "dedicated"}
    assert made["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 3}
    assert made["InstanceMarketOptions"]["SpotOptions"]["MaxPrice"] == "0.2"
    ours, volume = made["TagSpecifications"]
    assert {tag["Key"]: tag["Value"] for tag in ours["Tags"]} == {
        "Owner": "me", "ElasticVM": "cloud-1", "Site": "B;N=L", "ElasticToken": launch().token}  # fmt: skip
    assert volume == {"ResourceType": "volume"}


def test_types_and_zones_are_tried_in_order_each_with_its_own_token() -> None:
    wanted = launch(instance_type="m5.xlarge, m5a.xlarge", zone="us-east-1a us-east-1b")
    made = requests(wanted, model())
    assert [describe_place(one) for one in made] == [
        "m5.xlarge in us-east-1a", "m5.xlarge in us-east-1b", "m5a.xlarge in us-east-1a", "m5a.xlarge in us-east-1b",
    ]  # fmt: skip
    tokens = [one["ClientToken"] for one in made]
    assert tokens[0] == wanted.token
    assert len(set(tokens)) == 4
    assert all(len(token) <= 64 for token in tokens)
    assert tokens == [one["ClientToken"] for one in requests(wanted, model())]
    assert {one["TagSpecifications"][0]["Tags"][-1]["Value"] for one in made} == {wanted.token}


@given(st.binary(min_size=0, max_size=16384))
def test_user_data_that_fits_goes_as_it_is(data: bytes) -> None:
    assert only(launch(user_data=data)).get("UserData", b"") == data


def test_user_data_that_does_not_fit() -> None:
    assert only(launch(user_data=b"x" * 16384))
    with pytest.raises(CloudError, match="limited to 16384 bytes, and this VM's has 16385"):
        requests(launch(user_data=b"x" * 16385), model())


def test_a_block_device_that_is_none() -> None:
    with pytest.raises(CloudError, match="'sdb' is not NAME:DEVICE"):
        requests(launch(block_devices="sdb"), model())
