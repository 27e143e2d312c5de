"""A disk copied to a directory: by reflink where the file system can, else sparse; whole or not at all."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from condor_elastic.delivery.disk import Disk, read_disk
from condor_elastic.delivery.extents import CHUNK, extents
from condor_elastic.delivery.progress import Progress
from condor_elastic.delivery.wrong import Undelivered

FICLONE = 0x40049409
"""linux/fs.h: the copy shares the blocks of the original until one of them is written to."""


def copy(disk: Disk, target: Path, permissions: int, progress: Progress, *, overwrite: bool) -> bool:
    """Copy a disk and write its checksum beside it; tell whether it was there already.  Raises Undelivered."""
    try:
        if target.exists():
            if read_disk(target, ("sha256",), progress).sha256 == disk.sha256:
                _write_checksum(disk, target)
                return True
            if not overwrite:
                raise Undelivered(f"{target} is there, and is another disk; overwrite:true replaces it")
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        try:
            _copy(disk, part, permissions, progress)
            disk.must_be_unchanged()
            if read_disk(part, ("sha256",), progress).sha256 != disk.sha256:
                raise Undelivered(f"the copy in {target.parent} is not equal to {disk.path}")
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
        _write_checksum(disk, target)
    except OSError as error:
        raise Undelivered(f"{disk.path} cannot be copied to {target}: {error.strerror}") from None
    return False


def _copy(disk: Disk, part: Path, permissions: int, progress: Progress) -> None:
    with disk.path.open("rb") as source, part.open("wb") as copied:
        os.fchmod(copied.fileno(), permissions)
        with progress(f"copy to {part.parent}", disk.length) as advance:
            if _is_cloned(source.fileno(), copied.fileno()):
                advance(disk.length)
            else:
                done = 0
                for start, end in extents(source.fileno(), disk.length):
                    advance(start - done)
                    done = start
                    while done < end:
                        piece = os.pread(source.fileno(), min(CHUNK, end - done), done)
                        os.pwrite(copied.fileno(), piece, done)
                        done += len(piece)
                        advance(len(piece))
                advance(disk.length - done)
                os.ftruncate(copied.fileno(), disk.length)
        os.fsync(copied.fileno())


def _is_cloned(source: int, target: int) -> bool:
    with suppress(OSError):  # another file system, or one that cannot
        fcntl.ioctl(target, FICLONE, source)
        return True
    return False


def _write_checksum(disk: Disk, target: Path) -> None:
    """Write what sha256sum -c reads."""
    target.with_name(target.name + ".sha256").write_text(f"{disk.sha256}  {target.name}\n")
