"""From a launch to the arguments of RunInstances; pure.

A launch that names several instance types, zones or subnets becomes several requests, to be tried in order.  EC2 binds
a client token to its arguments, so each request but the first has a token of its own, always the same for one job.
"""

from __future__ import annotations

import itertools
import uuid
from typing import Any

from condor_elastic.gahp.driver import CloudError, Launch
from condor_elastic.gahp.ec2_parameters import parse_parameters

TOKEN = "ElasticToken"  # noqa: S105 - the name of a tag
"""The tag with the job's own token: what makes an instance ours, and its job's."""
LARGEST_USER_DATA = 16384
"""Bytes, before base64: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html"""


def requests(launch: Launch, model: Any) -> tuple[dict[str, Any], ...]:
    """Return the arguments of each RunInstances to try; model is botocore's input shape.  Raises CloudError."""
    if len(launch.user_data) > LARGEST_USER_DATA:
        raise CloudError(
            "InvalidUserData",
            f"user data is limited to {LARGEST_USER_DATA} bytes, and this VM's has {len(launch.user_data)}",
        )
    site = parse_parameters(model, launch.parameters)
    base = _merge(_common(launch), {key: value for key, value in site.items() if key != "TagSpecifications"})
    base["TagSpecifications"] = _tag_specifications(launch, site.get("TagSpecifications", []))
    made = []
    for attempt, choice in enumerate(_choices(launch)):
        told = " ".join((launch.token, *(f"{key}={value}" for key, value in choice.items())))
        token = launch.token if attempt == 0 else str(uuid.uuid5(uuid.NAMESPACE_OID, told))
        made.append({**_merge(base, _nested(choice)), "ClientToken": token})
    return tuple(made)


def describe_place(arguments: dict[str, Any]) -> str:
    """Say which machine a request asks for, and where."""
    zone = arguments.get("Placement", {}).get("AvailabilityZone")
    words = (arguments.get("InstanceType"), zone, arguments.get("SubnetId"))
    return " in ".join(word for word in words if word) or "the default type"


def _common(launch: Launch) -> dict[str, Any]:
    """Return what is the same in every attempt.

    A hop limit of 2 lets containers on the worker ask the metadata service, for spot notices.
    """
    made = {
        "ImageId": launch.image,
        "MinCount": 1,
        "MaxCount": 1,
        "InstanceInitiatedShutdownBehavior": "terminate",
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
        "UserData": launch.user_data,
        "KeyName": launch.key_name,
        "PrivateIpAddress": launch.private_address,
        "SecurityGroups": list(launch.groups),
        "SecurityGroupIds": list(launch.group_ids),
        "BlockDeviceMappings": _block_devices(launch.block_devices),
        "IamInstanceProfile": {
            key: value for key, value in (("Arn", launch.profile_arn), ("Name", launch.profile_name)) if value
        },
        "InstanceMarketOptions": _market(launch.spot_price),
    }
    return {key: value for key, value in made.items() if value}


def _market(price: str | None) -> dict[str, Any]:
    if price is None:
        return {}
    options = {"MaxPrice": price, "SpotInstanceType": "one-time", "InstanceInterruptionBehavior": "terminate"}
    return {"MarketType": "spot", "SpotOptions": options}


def _block_devices(text: str | None) -> list[dict[str, str]]:
    """Read ec2_block_device_mapping: ephemeral0:/dev/sdb, ... (ec2_gahp/amazonCommands.cpp)."""
    made = []
    for word in _words(text):
        name, colon, device = word.partition(":")
        if not (name and colon and device):
            raise CloudError("InvalidParameterValue", f"ec2_block_device_mapping: {word!r} is not NAME:DEVICE")
        made.append({"VirtualName": name, "DeviceName": device})
    return made


def _tag_specifications(launch: Launch, site: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return ours and the site's: EC2 takes one specification for each type of resource."""
    tags = {}
    others = []
    for specification in site:
        if specification.get("ResourceType") == "instance":
            tags.update({tag["Key"]: tag.get("Value", "") for tag in specification.get("Tags", [])})
        else:
            others.append(specification)
    tags.update(launch.tags)
    tags[TOKEN] = launch.token
    ours = {"ResourceType": "instance", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
    return [ours, *others]


def _choices(launch: Launch) -> list[dict[str, str]]:
    """Return every type in every place, the preferred type first; a subnet says its zone, so name one or the other."""
    types = [{"InstanceType": word} for word in _words(launch.instance_type)] or [{}]
    subnets = [{"SubnetId": word} for word in _words(launch.subnet)] or [{}]
    zones = [{"Placement.AvailabilityZone": word} for word in _words(launch.zone)] or [{}]
    return [{**a, **b, **c} for a, b, c in itertools.product(types, subnets, zones)]


def _words(text: str | None) -> list[str]:
    return (text or "").replace(",", " ").split()


def _nested(choice: dict[str, str]) -> dict[str, Any]:
    placement = choice.get("Placement.AvailabilityZone")
    rest = {key: value for key, value in choice.items() if "." not in key}
    return {**rest, "Placement": {"AvailabilityZone": placement}} if placement else rest


def _merge(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return both, one level into the other; what more says wins."""
    made = dict(base)
    for key, value in more.items():
        old = made.get(key)
        made[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return made
