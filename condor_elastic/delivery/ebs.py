"""A snapshot from a raw disk by EBS's direct API: no bucket, no role, and nothing is sent of what is zeros.

https://docs.aws.amazon.com/ebs/latest/userguide/writesnapshots.html: each block goes with its SHA256, which EBS checks,
and the end with one over all of them (over the digests themselves, not their base64, as coldsnap does).
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from condor_elastic.delivery.disk import Disk
from condor_elastic.delivery.extents import blocks_with_data
from condor_elastic.delivery.journal import Journal
from condor_elastic.delivery.progress import Advance, Progress
from condor_elastic.delivery.wrong import Undelivered

BLOCK = 512 * 1024
"""Bytes of a block: the only size there is."""
PENDING = 1440
"""Minutes for which EBS keeps a snapshot that gets no more blocks, 4320 at most: so long a delivery can be resumed."""


def send(clients: Any, disk: Disk, tags: Mapping[str, str], journal: Journal, progress: Progress, lanes: int) -> str:
    """Make a snapshot, or go on with the one in the journal; give its id.  It is pending for a while after that.

    clients.ec2 and clients.ebs are boto3's.  Raises Undelivered, and what boto3 raises.
    """
    snapshot = _pending(clients, journal) or _start(clients, disk, tags, journal)
    if not journal.facts.get("complete"):
        _send_blocks(clients.ebs, snapshot, disk, journal, progress, lanes)
        disk.must_be_unchanged()
        _complete(clients, snapshot, journal)
    return snapshot


def _pending(clients: Any, journal: Journal) -> str:
    """Give the snapshot that was begun; none if EBS has given it up meanwhile."""
    from botocore.exceptions import ClientError

    snapshot = str(journal.facts.get("snapshot", ""))
    if not snapshot:
        return ""
    try:
        state = clients.ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["State"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidSnapshot.NotFound":
            raise
        state = "gone"
    if state in ("pending", "completed"):
        return snapshot
    journal.renew()
    return ""


def _start(clients: Any, disk: Disk, tags: Mapping[str, str], journal: Journal) -> str:
    # With the journal's token: whoever was killed before he could note the id gets the same snapshot again.
    snapshot = str(clients.ebs.start_snapshot(
        VolumeSize=disk.gigabytes,
        Description=f"{tags['Name']}, from {disk.path.name}"[:255],
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        ClientToken=journal.token,
        Timeout=PENDING,
    )["SnapshotId"])  # fmt: skip
    journal.note(snapshot=snapshot)
    return snapshot


def _send_blocks(ebs: Any, snapshot: str, disk: Disk, journal: Journal, progress: Progress, lanes: int) -> None:
    room = threading.Semaphore(2 * lanes)  # so many blocks are in memory at most
    failed = threading.Event()
    pending: list[Future[None]] = []
    with disk.path.open("rb") as file, progress(f"snapshot {snapshot}", disk.size) as advance:
        executor = ThreadPoolExecutor(lanes)
        try:
            for number, content in _to_send(file.fileno(), disk, journal, advance):
                room.acquire()
                if failed.is_set():
                    break
                future = executor.submit(_put, ebs, snapshot, number, content, journal)
                future.add_done_callback(lambda one: _ended(one, room, failed))
                pending.append(future)
        except BaseException:  # Ctrl-C too: those that are on their way are noted, the others not begun
            failed.set()
            executor.shutdown(cancel_futures=True)
            raise
        executor.shutdown()
    for future in pending:
        future.result()


def _ended(one: Future[None], room: threading.Semaphore, failed: threading.Event) -> None:
    if not one.cancelled() and one.exception():
        failed.set()
    room.release()


def _to_send(handle: int, disk: Disk, journal: Journal, advance: Advance) -> Iterator[tuple[int, bytes]]:
    told = 0
    for number, content in blocks_with_data(handle, disk.size, BLOCK):
        advance(number * BLOCK - told)
        told = number * BLOCK
        if number not in journal.blocks:
            yield number, content
    advance(disk.size - told)


def _put(ebs: Any, snapshot: str, number: int, content: bytes, journal: Journal) -> None:
    checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
    said = ebs.put_snapshot_block(
        SnapshotId=snapshot,
        BlockIndex=number,
        BlockData=content,
        DataLength=len(content),
        Checksum=checksum,
        ChecksumAlgorithm="SHA256",
    )
    if said["Checksum"] != checksum:
        raise Undelivered(f"block {number} of {snapshot} was received with another checksum, {said['Checksum']}")
    journal.sent(number, checksum)


def _complete(clients: Any, snapshot: str, journal: Journal) -> None:
    from botocore.exceptions import ClientError

    digests = b"".join(base64.b64decode(journal.blocks[number]) for number in sorted(journal.blocks))
    try:
        clients.ebs.complete_snapshot(
            SnapshotId=snapshot,
            ChangedBlocksCount=len(journal.blocks),
            Checksum=base64.b64encode(hashlib.sha256(digests).digest()).decode(),
            ChecksumAlgorithm="SHA256",
            ChecksumAggregationMethod="LINEAR",
        )
    except ClientError:
        # Whoever was killed before he could note it has completed it already.
        if clients.ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["State"] != "completed":
            raise
    journal.note(complete=True)


def must_be_equal(ebs: Any, snapshot: str, disk: Disk, progress: Progress) -> int:
    """Read every block back and compare; give their number.  Raises Undelivered where one differs."""
    there = {block["BlockIndex"]: block["BlockToken"] for block in _listed(ebs, snapshot)}
    count = len(there)
    with disk.path.open("rb") as file, progress(f"reading {snapshot} back", count * BLOCK) as advance:
        for number, content in blocks_with_data(file.fileno(), disk.size, BLOCK):
            token = there.pop(number, None)
            if token is None:
                raise Undelivered(f"{snapshot} lacks block {number} of {disk.path}")
            _must_have(ebs, snapshot, number, token, content)
            advance(BLOCK)
    for number, token in there.items():  # what was written to an older disk, or is no part of ours
        _must_have(ebs, snapshot, number, token, bytes(BLOCK))
    return count


def _must_have(ebs: Any, snapshot: str, number: int, token: str, content: bytes) -> None:
    found = ebs.get_snapshot_block(SnapshotId=snapshot, BlockIndex=number, BlockToken=token)["BlockData"].read()
    if found != content:
        raise Undelivered(f"block {number} of {snapshot} is not that of the disk")


def _listed(ebs: Any, snapshot: str) -> Iterator[dict[str, Any]]:
    more: dict[str, str] = {}
    while True:
        page = ebs.list_snapshot_blocks(SnapshotId=snapshot, **more)
        yield from page["Blocks"]
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}
