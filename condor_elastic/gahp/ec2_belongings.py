"""What an EC2 instance may be given beside its launch: a key pair, an address, volumes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any


class Belongings(ABC):
    """The part of the ec2:// driver that knows them."""

    @abstractmethod
    def _call(self, operation: str, **arguments: Any) -> Any:
        """Call the cloud, with the driver's patience.  Raises CloudError."""

    def create_key_pair(self, name: str) -> str:
        """Return the private key.  Raises CloudError, InvalidKeyPair.Duplicate when there is one."""
        return str(self._call("create_key_pair", KeyName=name)["KeyMaterial"])

    def delete_key_pair(self, name: str) -> None:
        """Delete a key pair; EC2 takes an unknown one for a success."""
        self._call("delete_key_pair", KeyName=name)

    def associate_address(self, instance_id: str, address: str) -> None:
        """Give an elastic address, written as ec2_elastic_ip is: ADDRESS, or ADDRESS:ALLOCATION in a VPC."""
        public, _, allocation = address.partition(":")
        which = {"AllocationId": allocation} if allocation else {"PublicIp": public}
        self._call("associate_address", InstanceId=instance_id, **which)

    def attach_volume(self, volume_id: str, instance_id: str, device: str) -> None:
        """Attach an EBS volume."""
        self._call("attach_volume", VolumeId=volume_id, InstanceId=instance_id, Device=device)
