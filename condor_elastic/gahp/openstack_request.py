"""From a launch to the arguments of a server's creation; pure.

ec2_parameter_*: BootVolume = GiB (boot from a volume of this size, which goes with the server), BootVolumeType,
ConfigDrive = true, and Metadata.KEY.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from condor_elastic.gahp.driver import CloudError, Launch
from condor_elastic.gahp.openstack_faults import failure
from condor_elastic.gahp.openstack_server import OWNER, TOKEN

MAX_USER_DATA = 65535
"""Characters of base64: MAX_USERDATA_SIZE in nova/api/openstack/compute/schemas/servers.py."""
_METADATA = "metadata."


@dataclass(frozen=True)
class Ids:
    """The cloud's ids of what a launch names; network: None lets Nova choose."""

    image: str
    flavor: str
    network: str | None = None


def token_tag(token: str) -> str:
    """Return the server tag by which a server is found again; Nova allows 60 characters, no comma and no slash."""
    return f"{TOKEN}={token}"


def marks(launch: Launch, owner: str) -> dict[str, str]:
    """Return the metadata of a new server.  Raises CloudError."""
    wanted = dict(launch.tags)
    for name, value in launch.parameters:
        if name.lower().startswith(_METADATA):
            wanted[name[len(_METADATA) :]] = value
    return {**wanted, OWNER: owner, TOKEN: launch.token}


def creation(launch: Launch, ids: Ids, owner: str) -> dict[str, Any]:
    """Return the arguments of create_server().  Raises CloudError for what cannot be had in an OpenStack."""
    _refuse(launch)
    metadata = marks(launch, owner)
    wanted: dict[str, Any] = {
        "name": metadata.get("ElasticVM", launch.token),
        "flavor_id": ids.flavor,
        "networks": _networks(ids.network, launch.private_address),
        "metadata": metadata,
        "tags": [TOKEN, token_tag(launch.token)],
        "key_name": launch.key_name,
        "availability_zone": launch.zone,
        "security_groups": [{"name": group} for group in (*launch.groups, *launch.group_ids)],
        "user_data": _encoded(launch.user_data),
        **_parameters(launch, ids),
    }
    return {name: value for name, value in wanted.items() if value}


def _refuse(launch: Launch) -> None:
    asked = {
        "ec2_spot_price": launch.spot_price,
        "ec2_iam_profile_arn": launch.profile_arn,
        "ec2_iam_profile_name": launch.profile_name,
        "ec2_block_device_mapping (say ec2_parameter_BootVolume)": launch.block_devices,
    }
    for name, value in asked.items():
        if value:
            raise CloudError("Unsupported", f"Unsupported: {name} means nothing to an OpenStack")


def _networks(network: str | None, address: str | None) -> str | list[dict[str, str]]:
    if network is None:
        if address:
            raise failure("InvalidRequest", "ec2_vpc_ip needs ec2_vpc_subnet, the network's name or id")
        return "auto"
    return [{"uuid": network, "fixed_ip": address} if address else {"uuid": network}]


def _encoded(data: bytes) -> str:
    text = base64.b64encode(data).decode()
    if len(text) > MAX_USER_DATA:
        raise failure("InvalidRequest", f"user data of {len(data)} bytes; Nova takes {MAX_USER_DATA // 4 * 3}")
    return text


def _parameters(launch: Launch, ids: Ids) -> dict[str, Any]:
    volume: dict[str, Any] = {}
    drive = False
    for name, value in launch.parameters:
        key = name.lower()
        if key == "bootvolume":
            volume["volume_size"] = _gibibytes(value)
        elif key == "bootvolumetype":
            volume["volume_type"] = value
        elif key == "configdrive":
            drive = value.lower() == "true"
        elif not key.startswith(_METADATA):
            raise failure("InvalidRequest", f"ec2_parameter_{name} means nothing to an OpenStack")
    return {"config_drive": drive, **_disk(ids.image, volume)}


def _disk(image: str, volume: Mapping[str, Any]) -> dict[str, Any]:
    if not volume:
        return {"image_id": image}
    if "volume_size" not in volume:
        raise failure("InvalidRequest", "ec2_parameter_BootVolumeType needs ec2_parameter_BootVolume, its size in GiB")
    source = {"uuid": image, "source_type": "image", "destination_type": "volume"}
    return {"block_device_mapping": [{"boot_index": 0, **source, **volume, "delete_on_termination": True}]}


def _gibibytes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):  # noqa: PLR2004 - sane
        raise failure("InvalidRequest", f"ec2_parameter_BootVolume = {text}: want a size in GiB")
    return int(text)
