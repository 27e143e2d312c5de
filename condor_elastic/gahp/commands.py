"""The requests of an EC2 GAHP as frozen dataclasses; each field carries the shape in which the protocol writes it.

Source: ec2_gahp/amazon_io_checkfn.cpp (numbers and order of arguments) and condor_gridmanager/ec2-gahp-client.cpp
(what is really sent) in HTCondor; ec2_gahp_protocol.txt there is out of date.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Union

PARAMETERLESS = ("COMMANDS", "VERSION", "QUIT", "RESULTS", "ASYNC_MODE_ON", "ASYNC_MODE_OFF", "STATISTICS")


def _shape(name: str) -> Any:
    """Mark how a field is written: see protocol.py."""
    return dataclasses.field(metadata={"shape": name})


@dataclass(frozen=True)
class Control:
    """A command about the conversation itself, one of PARAMETERLESS."""

    name: str


@dataclass(frozen=True)
class ResponsePrefix:
    """From now on every line of ours starts with this prefix."""

    prefix: str


@dataclass(frozen=True)
class Request:
    """What every request to a cloud starts with; the key files are paths."""

    request_id: int = _shape("number")
    url: str = _shape("word")
    access_key_file: str = _shape("word")
    secret_key_file: str = _shape("word")


@dataclass(frozen=True)
class Start(Request):
    """EC2_VM_START."""

    image: str = _shape("word")
    key_name: str | None = _shape("maybe")
    user_data: str | None = _shape("maybe")
    user_data_file: str | None = _shape("maybe")
    instance_type: str | None = _shape("maybe")
    zone: str | None = _shape("maybe")
    subnet: str | None = _shape("maybe")
    private_address: str | None = _shape("maybe")
    token: str | None = _shape("maybe")
    block_devices: str | None = _shape("maybe")
    profile_arn: str | None = _shape("maybe")
    profile_name: str | None = _shape("maybe")
    max_count: int = _shape("number")
    groups: tuple[str, ...] = _shape("list")
    group_ids: tuple[str, ...] = _shape("list")
    parameters: tuple[tuple[str, str], ...] = _shape("pairs")


@dataclass(frozen=True)
class StartSpot(Request):
    """EC2_VM_START_SPOT; the gridmanager sends no block devices and no parameters with it."""

    image: str = _shape("word")
    spot_price: str = _shape("word")
    key_name: str | None = _shape("maybe")
    user_data: str | None = _shape("maybe")
    user_data_file: str | None = _shape("maybe")
    instance_type: str | None = _shape("maybe")
    zone: str | None = _shape("maybe")
    subnet: str | None = _shape("maybe")
    private_address: str | None = _shape("maybe")
    token: str | None = _shape("maybe")
    profile_arn: str | None = _shape("maybe")
    profile_name: str | None = _shape("maybe")
    groups: tuple[str, ...] = _shape("list")
    group_ids: tuple[str, ...] = _shape("list")


@dataclass(frozen=True)
class Stop(Request):
    """EC2_VM_STOP, of one instance or more."""

    instance_ids: tuple[str, ...] = _shape("some")


@dataclass(frozen=True)
class Status(Request):
    """EC2_VM_STATUS."""

    instance_id: str = _shape("word")


@dataclass(frozen=True)
class StatusAll(Request):
    """EC2_VM_STATUS_ALL, perhaps with the name and the value of a filter."""

    filter: tuple[str, ...] = _shape("rest")


@dataclass(frozen=True)
class ServerType(Request):
    """EC2_VM_SERVER_TYPE, the gridmanager's ping."""


@dataclass(frozen=True)
class CreateTags(Request):
    """EC2_VM_CREATE_TAGS; each tag is name=value."""

    instance_id: str = _shape("word")
    tags: tuple[str, ...] = _shape("list")


@dataclass(frozen=True)
class StopSpot(Request):
    """EC2_VM_STOP_SPOT."""

    spot_id: str = _shape("word")


@dataclass(frozen=True)
class StatusSpot(Request):
    """EC2_VM_STATUS_SPOT."""

    spot_id: str = _shape("word")


@dataclass(frozen=True)
class StatusAllSpot(Request):
    """EC2_VM_STATUS_ALL_SPOT."""

    filter: tuple[str, ...] = _shape("rest")


@dataclass(frozen=True)
class CreateKeypair(Request):
    """EC2_VM_CREATE_KEYPAIR."""

    key_name: str = _shape("word")
    output_file: str | None = _shape("maybe")


@dataclass(frozen=True)
class DestroyKeypair(Request):
    """EC2_VM_DESTROY_KEYPAIR."""

    key_name: str = _shape("word")


@dataclass(frozen=True)
class AssociateAddress(Request):
    """EC2_VM_ASSOCIATE_ADDRESS."""

    instance_id: str = _shape("word")
    address: str = _shape("word")


@dataclass(frozen=True)
class AttachVolume(Request):
    """EC2_VM_ATTACH_VOLUME."""

    volume_id: str = _shape("word")
    instance_id: str = _shape("word")
    device: str = _shape("word")


Command = Union[Control, ResponsePrefix, Request]

REQUESTS: dict[str, type[Request]] = {
    "EC2_VM_START": Start,
    "EC2_VM_START_SPOT": StartSpot,
    "EC2_VM_STOP": Stop,
    "EC2_VM_STOP_SPOT": StopSpot,
    "EC2_VM_STATUS_SPOT": StatusSpot,
    "EC2_VM_STATUS_ALL_SPOT": StatusAllSpot,
    "EC2_VM_STATUS": Status,
    "EC2_VM_STATUS_ALL": StatusAll,
    "EC2_VM_CREATE_KEYPAIR": CreateKeypair,
    "EC2_VM_DESTROY_KEYPAIR": DestroyKeypair,
    "EC2_VM_ASSOCIATE_ADDRESS": AssociateAddress,
    "EC2_VM_ATTACH_VOLUME": AttachVolume,
    "EC2_VM_CREATE_TAGS": CreateTags,
    "EC2_VM_SERVER_TYPE": ServerType,
}
NAMES = {kind: name for name, kind in REQUESTS.items()}
