"""Images and snapshots of ours in one region of an EC2 account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from condor_elastic.delivery.shelf import Image

_YOUNG = timedelta(days=1)
"""A snapshot without an image that is younger may belong to a delivery under way."""
_GONE = ("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidSnapshot.NotFound")


class Ec2Shelf:
    """The region of one client."""

    def __init__(self, ec2: Any, label: str) -> None:
        """Take boto3's client, and what the place is called in a log."""
        self._ec2, self.label = ec2, label

    def images(self, pool: str) -> list[Image]:
        """List images with the pool's mark, and snapshots with it that no image has."""
        mine: dict[str, Any] = {"Filters": [{"Name": "tag:ElasticPool", "Values": [pool]}]}
        snapshots = [one for page in self._ec2.get_paginator("describe_snapshots").paginate(OwnerIds=["self"], **mine)
                     for one in page["Snapshots"]]  # fmt: skip
        ours = {one["SnapshotId"] for one in snapshots}
        found = [_image(one, ours) for one in self._ec2.describe_images(Owners=["self"], **mine)["Images"]]
        of_images = {part for image in found for part in image.parts}
        since = datetime.now(timezone.utc) - _YOUNG
        return [*found, *(_leftover(one) for one in snapshots
                          if one["SnapshotId"] not in of_images and one["StartTime"] < since)]  # fmt: skip

    def delete(self, image: Image) -> None:
        """Deregister the image first: EC2 deletes no snapshot that one has."""
        if not image.leftover:
            self._do("deregister_image", ImageId=image.id)
        for snapshot in image.parts:
            self._do("delete_snapshot", SnapshotId=snapshot)

    def _do(self, operation: str, **arguments: str) -> None:
        from botocore.exceptions import ClientError

        try:
            getattr(self._ec2, operation)(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _GONE:
                raise


def _image(one: Mapping[str, Any], ours: set[str]) -> Image:
    tags = _tags(one)
    mapped = [each.get("Ebs", {}).get("SnapshotId") for each in one.get("BlockDeviceMappings", ())]
    # Only what has our mark: an image may have other people's snapshots beside.
    parts = dict.fromkeys(part for part in (*mapped, tags.get("ElasticSnapshot")) if part in ours)
    return Image(one["ImageId"], one.get("Name", ""), tags.get("ElasticAppliance", ""), tags.get("ElasticArch", ""),
                 one.get("CreationDate", ""), tags.get("ElasticBuilt", ""), tuple(map(str, parts)))  # fmt: skip


def _leftover(one: Mapping[str, Any]) -> Image:
    tags = _tags(one)
    started, appliance = one["StartTime"].strftime("%Y-%m-%dT%H:%M:%SZ"), tags.get("ElasticAppliance", "")
    return Image(one["SnapshotId"], tags.get("Name", ""), appliance, tags.get("ElasticArch", ""), started,
                 parts=(one["SnapshotId"],), leftover=True)  # fmt: skip


def _tags(thing: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in thing.get("Tags") or ()}
