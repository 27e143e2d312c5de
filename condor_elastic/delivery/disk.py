"""The file that is delivered: its format, its size, its checksums."""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from condor_elastic.delivery.extents import CHUNK, chunks
from condor_elastic.delivery.firmware import Firmware, firmware_of
from condor_elastic.delivery.progress import Progress
from condor_elastic.delivery.wrong import Undelivered

_MAGIC = ((b"QFI\xfb", "qcow2"), (b"KDMV", "vmdk"), (b"conectix", "vhd"))
GIB = 1 << 30


@dataclass(frozen=True)
class Disk:
    """A disk image; length is the file's in bytes, size the disk's as a VM sees it, digests hexadecimal by name."""

    path: Path
    format: str
    length: int
    size: int
    changed: int
    firmware: Firmware | None
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Give the checksum by which a delivery is known again."""
        return self.digests["sha256"]

    @property
    def gigabytes(self) -> int:
        """Give the size in GiB, rounded up."""
        return -(-self.size // GIB)

    def must_be_unchanged(self) -> None:
        """Raise Undelivered when somebody has written to the file since it was read first."""
        now = self.path.stat()
        if (now.st_size, now.st_mtime_ns) != (self.length, self.changed):
            raise Undelivered(f"{self.path} has changed while it was delivered; deliver it again")


def read_disk(path: Path, algorithms: tuple[str, ...], progress: Progress) -> Disk:
    """Look at a file and take its checksums, in one pass.  Raises Undelivered."""
    try:
        with path.open("rb") as file:
            disk = _look(path, file.fileno())
            hashes = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
            with progress(f"checksum of {path.name}", disk.length) as advance:
                for piece in chunks(file.fileno(), disk.length):
                    for one in hashes.values():
                        one.update(piece)
                    advance(len(piece))
    except OSError as error:
        raise Undelivered(f"{path} cannot be read: {error.strerror}") from None
    disk.must_be_unchanged()
    disk.digests.update({name: one.hexdigest() for name, one in hashes.items()})
    return disk


def _look(path: Path, handle: int) -> Disk:
    stat = os.fstat(handle)
    head = os.pread(handle, CHUNK, 0)
    kind = next((name for magic, name in _MAGIC if head.startswith(magic)), "raw")
    if not head:
        raise Undelivered(f"{path} is empty, and no disk")
    if kind == "raw":
        return Disk(path, kind, stat.st_size, stat.st_size, stat.st_mtime_ns, firmware_of(head))
    size = struct.unpack_from(">Q", head, 24)[0] if kind == "qcow2" else stat.st_size
    return Disk(path, kind, stat.st_size, size, stat.st_mtime_ns, None)


@contextmanager
def alone(path: Path, say: Progress) -> Iterator[None]:
    """Hold the file against other deliveries of it; wait for one that is under way.  Raises Undelivered."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Undelivered(f"{path} cannot be read: {error.strerror}") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with say(f"waiting for another delivery of {path.name}", 0):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
