"""What EC2 is asked for, request by request, by botocore's own stubs; the rest on moto: tests/ec2/test_delivery.py."""

import base64
import contextlib
import functools
import hashlib
from dataclasses import replace
from datetime import datetime, timezone
from types import SimpleNamespace

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber
from live.disks import ESP, LINUX, MB, make_disk

from condor_elastic.delivery import ami
from condor_elastic.delivery.disk import read_disk
from condor_elastic.delivery.ebs import BLOCK, must_be_equal
from condor_elastic.delivery.origin import origin_of
from condor_elastic.delivery.progress import silent
from condor_elastic.delivery.wrong import Undelivered

SNAPSHOT, IMAGE, OTHER = "snap-0123456789abcdef0", "ami-0123456789abcdef0", "snap-0fedcba9876543210"
NOW = datetime(2026, 11, 23, tzinfo=timezone.utc)


@functools.lru_cache(maxsize=1)
def _clients():
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    return {name: boto3.client(name, **keys) for name in ("ec2", "ebs", "s3")}


@pytest.fixture
def clouds():
    clients = _clients()
    stubs = {name: Stubber(client) for name, client in clients.items()}
    with contextlib.ExitStack() as stack:
        for stub in stubs.values():
            stack.enter_context(stub)
        yield SimpleNamespace(**clients, stubs=stubs, say=lambda name, *rest: stubs[name].add_response(*rest))
        for stub in stubs.values():
            stub.assert_no_pending_responses()


@pytest.fixture
def disk(tmp_path):
    return read_disk(make_disk(tmp_path / "w-sda.raw", 16 * MB, MB // 2), ("sha256",), silent)


def origin(disk):
    return origin_of(disk, {"name": "w", "arch": "x86_64", "pool": "tests", "hash": "f00", "file": "w.appl"})


def deliver(clouds, disk, **wanted):
    return ami.deliver(clouds, disk, origin(disk), ami.Wanted("here", lanes=1, **wanted), silent, lambda _: None)


def tags(disk):
    return origin(disk).tags(disk)


def listed(tags):
    return [{"Key": name, "Value": value} for name, value in tags.items()]


def no_image(clouds, disk):
    mine = {"Owners": ["self"], "Filters": [{"Name": "name", "Values": [tags(disk)["Name"]]}]}
    clouds.say("ec2", "describe_images", {"Images": []}, mine)


def snapshot_is(clouds, state):
    clouds.say("ec2", "describe_snapshots", {"Snapshots": [{"SnapshotId": SNAPSHOT, "State": state}]},
               {"SnapshotIds": [SNAPSHOT]})  # fmt: skip


def registered(clouds, disk, **more):
    volume = {"VolumeType": "gp3", "DeleteOnTermination": True, "SnapshotId": SNAPSHOT}
    request = {
        "Name": tags(disk)["Name"], "Description": ANY, "Architecture": "x86_64", "VirtualizationType": "hvm",
        "RootDeviceName": "/dev/xvda", "EnaSupport": True, "ImdsSupport": "v2.0", "BootMode": "uefi-preferred",
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": volume}], **more,
    }  # fmt: skip
    clouds.say("ec2", "register_image", {"ImageId": IMAGE}, request)
    marked(clouds, disk)


def marked(clouds, disk):
    marks = listed({**tags(disk), "ElasticSnapshot": SNAPSHOT})
    clouds.say("ec2", "create_tags", {}, {"Resources": [IMAGE], "Tags": marks})
    for state in ("pending", "available"):
        clouds.say("ec2", "describe_images", {"Images": [{"ImageId": IMAGE, "State": state}]}, {"ImageIds": [IMAGE]})


def blocks(disk):
    content = disk.path.read_bytes()
    pieces = {at // BLOCK: content[at : at + BLOCK] for at in range(0, len(content), BLOCK)}
    return {number: piece for number, piece in pieces.items() if any(piece)}


def checksum(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def put(clouds, disk, numbers=None):
    for number, content in blocks(disk).items():
        if numbers is None or number in numbers:
            clouds.say("ebs", "put_snapshot_block", {"Checksum": checksum(content), "ChecksumAlgorithm": "SHA256"}, {
                "SnapshotId": SNAPSHOT, "BlockIndex": number, "BlockData": content, "DataLength": BLOCK,
                "Checksum": checksum(content), "ChecksumAlgorithm": "SHA256"})  # fmt: skip


def completed(clouds, disk):
    digests = b"".join(hashlib.sha256(content).digest() for content in blocks(disk).values())
    clouds.say("ebs", "complete_snapshot", {"Status": "pending"}, {
        "SnapshotId": SNAPSHOT, "ChangedBlocksCount": len(blocks(disk)), "Checksum": checksum(digests),
        "ChecksumAlgorithm": "SHA256", "ChecksumAggregationMethod": "LINEAR"})  # fmt: skip


def started(clouds, disk):
    clouds.say("ebs", "start_snapshot", {"SnapshotId": SNAPSHOT}, {
        "VolumeSize": 1, "Description": ANY, "Tags": listed(tags(disk)), "ClientToken": ANY,
        "Timeout": 1440})  # fmt: skip


def test_a_snapshot_and_an_image(clouds, disk):
    no_image(clouds, disk)
    started(clouds, disk)
    put(clouds, disk)
    completed(clouds, disk)
    snapshot_is(clouds, "pending")
    snapshot_is(clouds, "completed")
    registered(clouds, disk)
    done = deliver(clouds, disk)
    assert (done.id, done.existed, done.line) == (IMAGE, False, f"ec2_ami_id = {IMAGE}")
    assert not list(disk.path.parent.glob("*state*"))


def test_what_was_interrupted_goes_on_where_it_was(clouds, disk):
    numbers = list(blocks(disk))
    no_image(clouds, disk)
    started(clouds, disk)
    put(clouds, disk, numbers[:2])
    clouds.stubs["ebs"].add_client_error("put_snapshot_block", "AccessDeniedException", "no more")
    with pytest.raises(clouds.ebs.exceptions.AccessDeniedException):
        deliver(clouds, disk)
    no_image(clouds, disk)
    snapshot_is(clouds, "pending")
    put(clouds, disk, numbers[2:])
    completed(clouds, disk)
    snapshot_is(clouds, "completed")
    registered(clouds, disk)
    done = deliver(clouds, disk)
    assert done.remarks[0].endswith(f"{len(numbers) - 2} blocks (2.1 MB) were sent now") == (len(numbers) == 6)
    assert "2 of them before an interruption" in done.remarks[0]


@pytest.mark.parametrize("end", ["error", "gone"])
def test_a_snapshot_that_ebs_has_given_up_is_made_anew(clouds, disk, end):
    no_image(clouds, disk)
    started(clouds, disk)
    clouds.stubs["ebs"].add_client_error("put_snapshot_block", "AccessDeniedException", "no more")
    with pytest.raises(clouds.ebs.exceptions.AccessDeniedException):
        deliver(clouds, disk)
    no_image(clouds, disk)
    if end == "gone":
        clouds.stubs["ec2"].add_client_error("describe_snapshots", "InvalidSnapshot.NotFound")
    else:
        snapshot_is(clouds, end)
    started(clouds, disk)
    put(clouds, disk)
    completed(clouds, disk)
    snapshot_is(clouds, "completed")
    registered(clouds, disk)
    assert deliver(clouds, disk).id == IMAGE


def test_who_was_killed_between_two_answers_finds_what_was_done(clouds, disk):
    no_image(clouds, disk)
    started(clouds, disk)
    put(clouds, disk)
    clouds.stubs["ebs"].add_client_error("complete_snapshot", "ValidationException", "it is completed")
    snapshot_is(clouds, "completed")
    snapshot_is(clouds, "completed")
    clouds.stubs["ec2"].add_client_error("register_image", "InvalidAMIName.Duplicate")
    clouds.say("ec2", "describe_images", {"Images": [{"ImageId": IMAGE}]})
    marked(clouds, disk)
    assert deliver(clouds, disk).id == IMAGE


def test_an_image_that_is_there_is_not_made_again(clouds, disk):
    image = {"ImageId": IMAGE, "State": "available", "Tags": listed({**tags(disk), "ElasticSnapshot": SNAPSHOT})}
    clouds.say("ec2", "describe_images", {"Images": [image]})
    assert deliver(clouds, disk).existed


def test_a_block_that_arrives_otherwise_is_an_error(clouds, disk):
    no_image(clouds, disk)
    started(clouds, disk)
    clouds.say("ebs", "put_snapshot_block", {"Checksum": "other", "ChecksumAlgorithm": "SHA256"})
    with pytest.raises(Undelivered, match="was received with another checksum, other"):
        deliver(clouds, disk)


def read_back(clouds, disk, wrong=()):
    numbers = [*blocks(disk), 31]
    found = [{"BlockIndex": number, "BlockToken": f"t{number}"} for number in numbers]
    clouds.say("ebs", "list_snapshot_blocks", {"Blocks": found[:2], "NextToken": "more"}, {"SnapshotId": SNAPSHOT})
    clouds.say("ebs", "list_snapshot_blocks", {"Blocks": found[2:]}, {"SnapshotId": SNAPSHOT, "NextToken": "more"})
    for number in numbers:
        content = bytes(BLOCK) if number in (31, *wrong) else blocks(disk)[number]
        body = StreamingBody(Raw(content), BLOCK)
        clouds.say("ebs", "get_snapshot_block", {"BlockData": body}, {
            "SnapshotId": SNAPSHOT, "BlockIndex": number, "BlockToken": f"t{number}"})  # fmt: skip
        if number in wrong:
            return


class Raw:
    def __init__(self, content):
        self.content = content

    def read(self, amount=None):
        content, self.content = self.content, b""
        return content


def test_all_blocks_are_read_back(clouds, tmp_path):
    disk = read_disk(make_disk(tmp_path / "d.raw", 15 * MB, MB // 2), ("sha256",), silent)
    read_back(clouds, disk)
    assert must_be_equal(clouds.ebs, SNAPSHOT, disk, silent) == len(blocks(disk)) + 1


def test_a_block_that_differs_is_found(clouds, tmp_path):
    disk = read_disk(make_disk(tmp_path / "d.raw", 15 * MB, MB // 2), ("sha256",), silent)
    number = list(blocks(disk))[1]
    read_back(clouds, disk, (number,))
    with pytest.raises(Undelivered, match=f"block {number} of {SNAPSHOT} is not that of the disk"):
        must_be_equal(clouds.ebs, SNAPSHOT, disk, silent)


def test_by_a_bucket(clouds, disk, monkeypatch):
    uploaded = []
    monkeypatch.setattr(clouds.s3, "upload_file", lambda *said, **more: uploaded.append((said, more["ExtraArgs"])))
    name = tags(disk)["Name"]
    key = f"images/{name}.raw"
    no_image(clouds, disk)
    clouds.stubs["s3"].add_client_error("head_object", "404", http_status_code=404)
    clouds.say("ec2", "import_snapshot", {"ImportTaskId": "import-snap-1"}, {
        "ClientToken": ANY, "Description": name, "RoleName": "vmimport",
        "DiskContainer": {"Description": name, "Format": "RAW", "UserBucket": {"S3Bucket": "b", "S3Key": key}},
        "TagSpecifications": [{"ResourceType": "import-snapshot-task", "Tags": listed(tags(disk))}]})  # fmt: skip
    for detail in ({"Status": "active", "Progress": "42"}, {"Status": "completed", "SnapshotId": SNAPSHOT}):
        clouds.say("ec2", "describe_import_snapshot_tasks", {"ImportSnapshotTasks": [{"SnapshotTaskDetail": detail}]},
                   {"ImportTaskIds": ["import-snap-1"]})  # fmt: skip
    clouds.say("ec2", "create_tags", {}, {"Resources": [SNAPSHOT], "Tags": listed(tags(disk))})
    clouds.say("s3", "delete_object", {}, {"Bucket": "b", "Key": key})
    snapshot_is(clouds, "completed")
    registered(clouds, disk)
    done = deliver(clouds, disk, bucket="b", path="/images/")
    assert done.id == IMAGE
    assert uploaded == [((str(disk.path), "b", key), {"Metadata": {"sha256": disk.sha256}})]


def test_an_import_that_fails_says_why_and_is_asked_for_again(clouds, disk, monkeypatch):
    monkeypatch.setattr(clouds.s3, "upload_file", None)  # what is in the bucket is not sent again
    for _ in range(2):
        no_image(clouds, disk)
        found = {"ContentLength": disk.length, "Metadata": {"sha256": disk.sha256}}
        clouds.say("s3", "head_object", found)
        clouds.say("ec2", "import_snapshot", {"ImportTaskId": "import-snap-1"})
        detail = {"Status": "error", "StatusMessage": "no role vmimport"}
        clouds.say("ec2", "describe_import_snapshot_tasks", {"ImportSnapshotTasks": [{"SnapshotTaskDetail": detail}]})
        with pytest.raises(Undelivered, match="import-snap-1 is error: no role vmimport"):
            deliver(clouds, disk, bucket="b")


@pytest.mark.parametrize(
    ("name", "wanted", "known", "said"),
    [
        ("w.qcow2", {}, {}, "is a qcow2 disk, and EC2 takes raw this way; qemu-img convert -O raw makes one"),
        ("w.raw", {}, {"arch": "sparc"}, "arch:sparc is no architecture of EC2's; it may be x86_64"),
        ("w.raw", {"volume_size": 1}, {}, "volume_size:1 is too small; the disk has 2 GiB"),
    ],
)
def test_what_ec2_would_refuse_is_refused_before_anything_is_sent(clouds, tmp_path, name, wanted, known, said):
    path = make_disk(tmp_path / name, 8 * MB, 4096)
    if name.endswith("qcow2"):
        path.write_bytes(b"QFI\xfb" + bytes(200))
    disk = replace(read_disk(path, ("sha256",), silent), size=1100 * MB)
    with pytest.raises(Undelivered, match=said):
        ami.deliver(clouds, disk, origin_of(disk, {"arch": "x86_64", **known}), ami.Wanted("here", **wanted), silent)


def test_an_arm_disk_boots_by_uefi(tmp_path):
    disk = read_disk(make_disk(tmp_path / "w.raw", 8 * MB, 4096, types=(ESP, LINUX)), ("sha256",), silent)
    request = ami._request(disk, origin_of(disk, {"arch": "aarch64"}), ami.Wanted("here", volume_size=9))
    assert (request["Architecture"], request["BootMode"]) == ("arm64", "uefi")
    assert request["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] == 9
