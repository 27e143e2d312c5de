"""What a cloud has to offer so that the gridmanager can use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class Credentials:
    """Paths of the files named in the submit text: ec2_access_key_id and ec2_secret_access_key."""

    access_key_file: str
    secret_key_file: str


@dataclass(frozen=True)
class Launch:
    """One VM that is wanted; what the submit text left out is None or empty.

    user_data: ec2_user_data and ec2_user_data_file, concatenated; parameters: the ec2_parameter_*, with dots; tags:
    those known at the start, the others come by create_tags; spot_price: in the cloud's currency an hour, as written.
    """

    token: str
    image: str
    instance_type: str | None = None
    user_data: bytes = field(default=b"", repr=False)
    key_name: str | None = None
    zone: str | None = None
    subnet: str | None = None
    private_address: str | None = None
    block_devices: str | None = None
    profile_arn: str | None = None
    profile_name: str | None = None
    groups: tuple[str, ...] = ()
    group_ids: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    spot_price: str | None = None


LIVING = ("pending", "running")
"""States of an instance that has not begun to end."""


@dataclass(frozen=True)
class Instance:
    """One VM that is there, in EC2's words.

    state: pending, running, shutting-down, stopped or terminated.
    reason: EC2's state reason code, once there is one; any but Client.InstanceInitiatedShutdown,
    Client.UserInitiatedShutdown and Server.SpotInstanceTermination puts the VM job on hold (GM_PROBE_JOB, ec2job.cpp).
    """

    id: str
    state: str
    token: str | None = None
    key_name: str | None = None
    reason: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Marked:
    """One VM with the tags it has in the cloud; created: seconds since the epoch, by the cloud's clock."""

    id: str
    created: float
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Belonging:
    """Something that a cloud makes with a VM and should end with it, with its tags; kind: "port" or "volume".

    created: seconds since the epoch, by the cloud's clock; servers: ids of the VMs it is attached to; gone: of these
    and of the one in its tag ElasticServer, those that the cloud does not know; is_made: it looks made with its VM.
    """

    kind: str
    id: str
    created: float
    servers: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()
    is_made: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()


class CloudError(Exception):
    """A cloud said no.

    The gridmanager keeps a job idle and tries again for the code InstanceLimitExceeded, asks whether the cloud is up
    for E_CURL_IO, takes "InvalidInstanceID.NotFound" in the text of a failed stop as success, and holds the
    job otherwise.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep the code, a word, apart from the message, a sentence."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Driver(Protocol):
    """One cloud account; its methods are called from several threads at once and may take their time.

    Each raises CloudError when the cloud refuses or cannot be reached.
    """

    def server_type(self) -> str:
        """Return the kind of server, after a look whether it answers.

        With "Amazon" the gridmanager relies on client tokens and on "shutting-down" (ec2resource.cpp).
        """

    def start(self, launch: Launch) -> str:
        """Start a VM and return its instance id.

        A second call with the same token returns the same id and starts nothing, even from another process.
        """

    def stop(self, instance_id: str) -> None:
        """Have a VM terminated, without waiting for it; what is unknown or already gone is a success."""

    def list(self) -> tuple[Instance, ...]:
        """Return every instance of the account.

        The gridmanager takes a VM that is missing here for gone and completes its job, so what cannot be read
        completely must raise CloudError.
        """

    def create_tags(self, instance_id: str, tags: Mapping[str, str]) -> None:
        """Set tags of a VM."""

    def close(self) -> None:
        """Tidy up before this process ends; VMs stay."""


@runtime_checkable
class KeyPairs(Protocol):
    """A driver whose cloud makes ssh key pairs; both methods raise CloudError."""

    def create_key_pair(self, name: str) -> str:
        """Return the private key; the code is InvalidKeyPair.Duplicate when there is such a pair already."""

    def delete_key_pair(self, name: str) -> None:
        """Delete a pair; an unknown one is a success."""


@runtime_checkable
class Attachments(Protocol):
    """A driver whose cloud gives addresses and volumes to a VM that runs; both methods raise CloudError."""

    def associate_address(self, instance_id: str, address: str) -> None:
        """Give an address, as ec2_elastic_ip names it."""

    def attach_volume(self, volume_id: str, instance_id: str, device: str) -> None:
        """Attach a volume, one of ec2_ebs_volumes."""


@runtime_checkable
class Marking(Protocol):
    """A driver whose cloud shows the tags of its VMs."""

    def marked(self, pool: str) -> tuple[Marked, ...]:
        """Return at least the VMs tagged ElasticPool = pool that have not ended and are not ending.

        Raises CloudError when the list cannot be read completely.
        """


@runtime_checkable
class SpotMarket(Protocol):
    """A driver whose cloud has a spot market with a history of prices."""

    def spot_price(self, types: Sequence[str], zones: Sequence[str], image: str) -> float:
        """Return the dearest price of now, money an hour, of these types in these zones, or in all if none is named.

        Raises CloudError when it refuses, or has no price of one of the types.
        """


@runtime_checkable
class Catalogue(Protocol):
    """A driver whose cloud can be asked whether it has what a launch names."""

    def unknown(self, launch: Launch) -> tuple[tuple[str, str], ...]:
        """Return the submit command of each name that the cloud does not have, and its words; nothing is started.

        Raises CloudError when it refuses to tell, or does not answer: it is asked once.
        """


@runtime_checkable
class Leaving(Protocol):
    """A driver whose cloud may leave behind what it made with a VM; its methods raise CloudError."""

    def belongings(self, pool: str) -> tuple[Belonging, ...]:
        """Return all that is tagged ElasticPool = pool, and what may have been made with a VM and has no such tag.

        Raises CloudError when a list cannot be read completely.
        """

    def mark_belonging(self, kind: str, belonging_id: str, tags: Mapping[str, str]) -> None:
        """Set tags of one."""

    def delete_belonging(self, kind: str, belonging_id: str, instance_id: str) -> None:
        """Delete what this VM left behind; what is unknown is a success, what is in use (again) raises Conflict."""



@runtime_checkable
class Hurried(Protocol):
    """A driver that wants to know when the gridmanager has gone."""

    def hurry(self) -> None:
        """Bring what has begun to its end and begin nothing new: another process may already serve the same jobs."""
