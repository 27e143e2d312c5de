"""Delivery to EC2: a snapshot, and an image that is registered from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from condor_elastic.delivery import ebs, s3
from condor_elastic.delivery.disk import Disk
from condor_elastic.delivery.journal import Journal
from condor_elastic.delivery.origin import Origin
from condor_elastic.delivery.progress import Progress
from condor_elastic.delivery.result import Delivered
from condor_elastic.delivery.wrong import Undelivered

ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64", "i386": "i386"}
_EVERY = 5.0
"""Seconds between two looks at a snapshot or an image that is pending."""


@dataclass(frozen=True)
class Wanted:
    """How the image is registered.

    where: region and endpoint, by which an interrupted delivery is known again; boot_mode empty: as the disk has it;
    volume_size: GiB, 0 for the disk's own; bucket, path, role: for the way by S3, where bucket is not empty; lanes:
    blocks that are sent at a time; verify: read every block back.
    """

    where: str
    root_device: str = "/dev/xvda"
    volume_type: str = "gp3"
    volume_size: int = 0
    delete_on_termination: bool = True
    boot_mode: str = ""
    bucket: str = ""
    path: str = ""
    role: str = "vmimport"
    lanes: int = 16
    verify: bool = False


def deliver(
    clients: Any,
    disk: Disk,
    origin: Origin,
    wanted: Wanted,
    progress: Progress,
    wait: Callable[[float], Any] = time.sleep,
) -> Delivered:
    """Give the image of this disk; what is there is not made again.  Raises Undelivered, and what boto3 raises."""
    request = _request(disk, origin, wanted)
    tags = origin.tags(disk)
    journal_file = disk.path.with_name(disk.path.name + ".ami-state")
    image = _find(clients.ec2, tags["Name"], disk.sha256)
    if image and image["State"] == "available":
        remarks = _verified(clients, str(_tags(image)["ElasticSnapshot"]), disk, progress) if wanted.verify else ()
        journal_file.unlink(missing_ok=True)
        return _told(str(image["ImageId"]), disk, tags, existed=True, remarks=remarks)
    journal = Journal.open(journal_file, {"disk": disk.sha256, "where": wanted.where, "bucket": wanted.bucket})
    before = len(journal.blocks)
    snapshot = _snapshot(clients, disk, tags, wanted, journal, progress, wait)
    _until_done(clients.ec2, snapshot, progress, wait)
    remarks = _sent(journal, before, disk, wanted)
    if wanted.verify:
        remarks += _verified(clients, snapshot, disk, progress)
    request["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"] = snapshot
    image_id = _register(clients.ec2, request, {**tags, "ElasticSnapshot": snapshot}, wait)
    journal.forget()
    return _told(image_id, disk, tags, existed=False, remarks=remarks)


def _told(image: str, disk: Disk, tags: Mapping[str, str], *, existed: bool, remarks: tuple[str, ...]) -> Delivered:
    return Delivered("ami", image, tags["Name"], disk.sha256, existed, f"ec2_ami_id = {image}", remarks)


def _request(disk: Disk, origin: Origin, wanted: Wanted) -> dict[str, Any]:
    """Make what register_image is asked for, but for the snapshot; raises Undelivered before anything is sent."""
    formats = s3.FORMATS if wanted.bucket else {"raw": "RAW"}
    if disk.format not in formats:
        raise Undelivered(f"{disk.path} is a {disk.format} disk, and EC2 takes {', '.join(formats)} this way; "
                          "qemu-img convert -O raw makes one")  # fmt: skip
    arch = ARCHITECTURES.get(origin.arch)
    if arch is None:
        raise Undelivered(f"arch:{origin.arch} is no architecture of EC2's; it may be {', '.join(ARCHITECTURES)}")
    volume: dict[str, Any] = {"VolumeType": wanted.volume_type, "DeleteOnTermination": wanted.delete_on_termination}
    if wanted.volume_size:
        if wanted.volume_size < disk.gigabytes:
            raise Undelivered(f"volume_size:{wanted.volume_size} is too small; the disk has {disk.gigabytes} GiB")
        volume["VolumeSize"] = wanted.volume_size
    found = "uefi" if arch == "arm64" else disk.firmware.boot_mode if disk.firmware else ""
    boot_mode = wanted.boot_mode or found
    return {
        "Name": origin.image_name(disk),
        "Description": f"{origin.name} {origin.version}, {origin.os} {origin.os_version}".rstrip(", ")[:255],
        "Architecture": arch,
        "VirtualizationType": "hvm",
        "RootDeviceName": wanted.root_device,
        "BlockDeviceMappings": [{"DeviceName": wanted.root_device, "Ebs": volume}],
        "EnaSupport": True,
        "ImdsSupport": "v2.0",
        **({"BootMode": boot_mode} if boot_mode else {}),
    }


def _find(ec2: Any, name: str, sha256: str) -> dict[str, Any] | None:
    """Give the image of this name, which has the disk's checksum in it; its tags may have been lost by a crash."""
    found = ec2.describe_images(Owners=["self"], Filters=[{"Name": "name", "Values": [name]}])["Images"]
    for image in found:
        if _tags(image).get("ElasticDisk") == sha256:
            return dict(image)
    return None


def _tags(thing: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in thing.get("Tags") or ()}


def _snapshot(
    clients: Any,
    disk: Disk,
    tags: Mapping[str, str],
    wanted: Wanted,
    journal: Journal,
    progress: Progress,
    wait: Callable[[float], Any],
) -> str:
    if wanted.bucket and not journal.facts.get("complete"):
        place = wanted.bucket, wanted.path, wanted.role
        return s3.send(clients, disk, tags, journal, progress, place, wait)
    return ebs.send(clients, disk, tags, journal, progress, wanted.lanes)


def _until_done(ec2: Any, snapshot: str, progress: Progress, wait: Callable[[float], Any]) -> None:
    with progress(f"EBS's own work on {snapshot}", 0):
        while True:
            found = ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]
            if found["State"] == "completed":
                return
            if found["State"] != "pending":
                raise Undelivered(f"{snapshot} is in state {found['State']}: {found.get('StateMessage') or ''}; "
                                  "deliver again to make another")  # fmt: skip
            wait(_EVERY)


def _register(ec2: Any, request: dict[str, Any], tags: Mapping[str, str], wait: Callable[[float], Any]) -> str:
    from botocore.exceptions import ClientError

    try:
        image = str(ec2.register_image(**request)["ImageId"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidAMIName.Duplicate":
            raise
        # Whoever was killed before he could tag it has registered it already.
        mine = [{"Name": "name", "Values": [request["Name"]]}]
        image = str(ec2.describe_images(Owners=["self"], Filters=mine)["Images"][0]["ImageId"])
    ec2.create_tags(Resources=[image], Tags=[{"Key": name, "Value": text} for name, text in tags.items()])
    while ec2.describe_images(ImageIds=[image])["Images"][0]["State"] == "pending":
        wait(_EVERY)
    return image


def _sent(journal: Journal, before: int, disk: Disk, wanted: Wanted) -> tuple[str, ...]:
    if wanted.bucket:
        return (f"by s3://{wanted.bucket}, {disk.length / 1e6:.0f} MB",)
    new, all_of_it = len(journal.blocks) - before, -(-disk.size // ebs.BLOCK)
    resumed = f", {before} of them before an interruption" if before else ""
    size = f"{new * ebs.BLOCK / 1e6:.1f} MB"
    return (f"{len(journal.blocks)} of {all_of_it} blocks hold data{resumed}; {new} blocks ({size}) were sent now",)


def _verified(clients: Any, snapshot: str, disk: Disk, progress: Progress) -> tuple[str, ...]:
    if disk.format != "raw":
        raise Undelivered(f"verify:true compares a raw disk, and {disk.path} is a {disk.format} disk")
    count = ebs.must_be_equal(clients.ebs, snapshot, disk, progress)
    return (f"all {count} blocks of {snapshot} were read back and are those of the disk",)


