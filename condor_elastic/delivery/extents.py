"""What of a sparse file holds data."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

CHUNK = 1 << 20
ZEROS = bytes(CHUNK)


def extents(handle: int, size: int) -> Iterator[tuple[int, int]]:
    """Give start and end of each stretch of data; the rest are holes, which read as zeros.

    A file system without holes (SEEK_DATA is not known) has one stretch.
    """
    at = 0
    while at < size:
        try:
            start = os.lseek(handle, at, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # nothing but a hole up to the end
                return
            yield at, size
            return
        at = min(os.lseek(handle, start, os.SEEK_HOLE), size)
        yield start, at


def chunks(handle: int, size: int) -> Iterator[bytes]:
    """Read a file from its beginning in pieces of at most a MiB, without asking the disk for the holes."""
    done = 0
    for start, end in extents(handle, size):
        yield from _zeros(start - done)
        done = start
        while done < end:
            piece = os.pread(handle, min(CHUNK, end - done), done)
            if not piece:
                raise OSError(errno.EIO, "the file has become shorter while it was read")
            yield piece
            done += len(piece)
    yield from _zeros(size - done)


def _zeros(length: int) -> Iterator[bytes]:
    for _ in range(length // CHUNK):
        yield ZEROS
    if length % CHUNK:
        yield ZEROS[: length % CHUNK]


def blocks_with_data(handle: int, size: int, block: int) -> Iterator[tuple[int, bytes]]:
    """Give number and content of each block that is not all zeros; the last one is filled up with zeros."""
    zeros, last = bytes(block), -1
    for start, end in extents(handle, size):
        for number in range(max(start // block, last + 1), -(-end // block)):
            last = number
            content = _whole(handle, number * block, block)
            if content != zeros:
                yield number, content


def _whole(handle: int, at: int, length: int) -> bytes:
    content = b""
    while len(content) < length:
        piece = os.pread(handle, length - len(content), at + len(content))
        if not piece:
            break
        content += piece
    return content.ljust(length, b"\0")
