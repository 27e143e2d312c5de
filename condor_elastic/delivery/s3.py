"""A snapshot by way of a bucket: S3, and EC2's import_snapshot, for accounts where EBS's direct API may not be used.

It needs a bucket and a role that lets EC2 read it (vmimport):
https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from condor_elastic.delivery.disk import Disk
from condor_elastic.delivery.journal import Journal
from condor_elastic.delivery.progress import Progress
from condor_elastic.delivery.wrong import Undelivered

FORMATS = {"raw": "RAW", "vmdk": "VMDK", "vhd": "VHD"}
"""What import_snapshot takes."""
_EVERY = 10.0
"""Seconds between two looks at an import, which takes minutes."""
_OVER = ("deleted", "deleting", "error")


def send(
    clients: Any,
    disk: Disk,
    tags: Mapping[str, str],
    journal: Journal,
    progress: Progress,
    place: tuple[str, str, str],
    wait: Callable[[float], Any] = time.sleep,
) -> str:
    """Upload the disk, have it imported, and give the snapshot's id; what was uploaded is deleted then.

    place: bucket, path in it, role.  Raises Undelivered, and what boto3 raises.
    """
    bucket, path, role = place
    key = f"{path.strip('/')}/{tags['Name']}.{disk.format}".lstrip("/")
    task = str(journal.facts.get("task", ""))
    if not task:
        _upload(clients.s3, disk, bucket, key, progress)
        disk.must_be_unchanged()
        task = _import(clients.ec2, disk, tags, journal.token, (bucket, key, role))
        journal.note(task=task)
    try:
        snapshot = _imported(clients.ec2, task, progress, wait)
    except Undelivered:
        journal.renew()  # the next delivery asks for another import
        raise
    clients.ec2.create_tags(Resources=[snapshot], Tags=[{"Key": name, "Value": text} for name, text in tags.items()])
    journal.note(snapshot=snapshot, complete=True)
    clients.s3.delete_object(Bucket=bucket, Key=key)
    return snapshot


def _upload(s3: Any, disk: Disk, bucket: str, key: str, progress: Progress) -> None:
    if _is_there(s3, disk, bucket, key):
        return
    with progress(f"s3://{bucket}/{key}", disk.length) as advance:
        more = {"Metadata": {"sha256": disk.sha256}}
        s3.upload_file(str(disk.path), bucket, key, ExtraArgs=more, Callback=advance)


def _is_there(s3: Any, disk: Disk, bucket: str, key: str) -> bool:
    """Tell whether it was uploaded before; S3 shows no object of which only some parts are there."""
    from botocore.exceptions import ClientError

    try:
        found = s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
            return False
        raise
    return bool(found["ContentLength"] == disk.length and found["Metadata"].get("sha256") == disk.sha256)


def _import(ec2: Any, disk: Disk, tags: Mapping[str, str], token: str, place: tuple[str, str, str]) -> str:
    bucket, key, role = place
    marks = [{"Key": name, "Value": text} for name, text in tags.items()]
    return str(ec2.import_snapshot(
        ClientToken=token,
        Description=tags["Name"],
        DiskContainer={
            "Description": tags["Name"],
            "Format": FORMATS[disk.format],
            "UserBucket": {"S3Bucket": bucket, "S3Key": key},
        },
        RoleName=role,
        TagSpecifications=[{"ResourceType": "import-snapshot-task", "Tags": marks}],
    )["ImportTaskId"])  # fmt: skip


def _imported(ec2: Any, task: str, progress: Progress, wait: Callable[[float], Any]) -> str:
    with progress(f"import {task}", 100) as advance:
        told = 0
        while True:
            found = ec2.describe_import_snapshot_tasks(ImportTaskIds=[task])["ImportSnapshotTasks"]
            detail = found[0]["SnapshotTaskDetail"] if found else {"Status": "deleted"}
            status = str(detail.get("Status", "")).lower()
            if status == "completed":
                return str(detail["SnapshotId"])
            if status in _OVER:
                raise Undelivered(f"the import {task} is {status}: {detail.get('StatusMessage') or 'EC2 says no more'}")
            done = int(detail.get("Progress") or told)
            advance(done - told)
            told = done
            wait(_EVERY)
