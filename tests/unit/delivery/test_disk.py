import fcntl
import hashlib
import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live.disks import BIOS_BOOT, ESP, LINUX, MB, make_disk

from condor_elastic.delivery.disk import alone, read_disk
from condor_elastic.delivery.extents import blocks_with_data, chunks, extents
from condor_elastic.delivery.firmware import firmware_of
from condor_elastic.delivery.progress import silent
from condor_elastic.delivery.wrong import Undelivered

BLOCK = 4096


@given(st.lists(st.tuples(st.integers(0, 300_000), st.binary(min_size=1, max_size=9000)), max_size=6),
       st.integers(0, 300_000))  # fmt: skip
def test_what_is_read_of_a_sparse_file_is_the_file(tmp_path_factory, writes, size):
    path = tmp_path_factory.mktemp("sparse") / "disk"
    with path.open("wb") as file:
        file.truncate(size)
        for place, content in writes:
            file.seek(place)
            file.write(content)
    content = path.read_bytes()
    with path.open("rb") as file:
        assert b"".join(chunks(file.fileno(), len(content))) == content
        found = dict(blocks_with_data(file.fileno(), len(content), BLOCK))
        stretches = list(extents(file.fileno(), len(content)))
    whole = {at // BLOCK: content[at : at + BLOCK].ljust(BLOCK, b"\0") for at in range(0, len(content), BLOCK)}
    assert found == {number: piece for number, piece in whole.items() if any(piece)}
    assert all(start < end for start, end in stretches)


def test_holes_are_not_read(tmp_path, monkeypatch):
    disk = make_disk(tmp_path / "disk")
    read, pread = [], os.pread
    monkeypatch.setattr(os, "pread", lambda handle, length, at: read.append(length) or pread(handle, length, at))
    with disk.open("rb") as file:
        number = sum(1 for _ in blocks_with_data(file.fileno(), disk.stat().st_size, 512 * 1024))
    assert sum(read) == number * 512 * 1024 <= 6 * MB


def test_a_disk_knows_size_format_and_checksum(tmp_path):
    path = make_disk(tmp_path / "disk", 16 * MB + 512, MB)
    disk = read_disk(path, ("sha256", "sha512"), silent)
    assert disk.digests == {name: hashlib.new(name, path.read_bytes()).hexdigest() for name in ("sha256", "sha512")}
    assert (disk.format, disk.size, disk.gigabytes) == ("raw", 16 * MB + 512, 1)
    path.touch()
    with pytest.raises(Undelivered, match="has changed while it was delivered"):
        disk.must_be_unchanged()


def test_a_qcow2_disk_has_the_size_that_a_vm_sees(tmp_path):
    path = tmp_path / "disk.qcow2"
    path.write_bytes(b"QFI\xfb" + (3).to_bytes(4, "big") + bytes(16) + (5 << 30).to_bytes(8, "big") + bytes(100))
    disk = read_disk(path, ("sha256",), silent)
    assert (disk.format, disk.gigabytes, disk.length, disk.firmware) == ("qcow2", 5, 132, None)


@pytest.mark.parametrize("content", [None, b""])
def test_what_is_no_disk_is_told(tmp_path, content):
    path = tmp_path / "disk"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Undelivered, match="cannot be read: No such file" if content is None else "is empty"):
        read_disk(path, ("sha256",), silent)


@pytest.mark.parametrize(
    ("types", "mode"),
    [
        ((BIOS_BOOT, ESP, LINUX), "uefi-preferred"),
        ((ESP, LINUX), "uefi"),
        ((BIOS_BOOT, LINUX), "legacy-bios"),
        ((LINUX,), "legacy-bios"),
    ],
)
def test_the_boot_mode_is_that_of_the_partition_table(tmp_path, types, mode):
    head = make_disk(tmp_path / "disk", 8 * MB, MB, types=types).read_bytes()[:MB]
    assert firmware_of(head).boot_mode == mode
    assert firmware_of(head[:512]).boot_mode == "legacy-bios"


def test_the_old_table_tells_too():
    record = bytearray(512)
    assert firmware_of(bytes(record)).boot_mode == "legacy-bios"
    record[446 + 4] = 0xEF
    assert firmware_of(bytes(record)).boot_mode == "uefi"
    record[0] = 0xEB
    assert firmware_of(bytes(record)).boot_mode == "uefi-preferred"


def test_two_deliveries_of_a_disk_wait_for_one_another(tmp_path):
    disk, order = make_disk(tmp_path / "disk", MB, 4096), []
    held = disk.open("rb")
    fcntl.flock(held, fcntl.LOCK_EX)

    def second():
        with alone(disk, lambda what, size: (order.append(what), silent(what, size))[1]):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    while not order:
        pass
    order.append("first")
    held.close()
    thread.join()
    assert order == ["waiting for another delivery of disk", "first", "second"]
