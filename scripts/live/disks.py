"""Small sparse disks for tests: a boot record, a GPT, and some data."""

from __future__ import annotations

import random
import struct
import uuid
from collections.abc import Collection
from pathlib import Path

ESP = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
BIOS_BOOT = "21686148-6449-6e6f-744e-656564454649"
LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4"
MB = 1 << 20


def make_disk(
    path: Path, size: int = 64 * MB, data: int = 3 * MB, seed: int = 1, types: Collection[str] = (BIOS_BOOT, ESP, LINUX)
) -> Path:
    """Make a raw disk of so many bytes with so much data that does not compress, in stretches far from each other.

    Two stretches have an odd length and begin at an odd place; types are those of the partitions.
    """
    chance = random.Random(seed)  # noqa: S311 - data, not secrets
    with path.open("wb") as disk:
        disk.truncate(size)
        if BIOS_BOOT in types:
            disk.write(b"\xeb\x63\x90" + chance.randbytes(300))
        disk.seek(446)
        disk.write(_protective(size).ljust(64, b"\0") + b"\x55\xaa" + _gpt(types))
        for place, length in ((5 * MB, data // 2), (size // 2 + 12345, data // 4 + 17), (size - data // 4, data // 4)):
            disk.seek(place)
            disk.write(chance.randbytes(length))
    return path


def _protective(size: int) -> bytes:
    """Make the entry by which a GPT says so in the old table; Glance takes no disk without it."""
    sectors = min(size // 512 - 1, 0xFFFFFFFF)
    return struct.pack("<B3BB3BII", 0, 0, 2, 0, 0xEE, 0xFF, 0xFF, 0xFF, 1, sectors)


def _gpt(types: Collection[str]) -> bytes:
    header = b"EFI PART".ljust(72, b"\0") + struct.pack("<QII", 2, 128, 128)
    entries = b"".join(uuid.UUID(one).bytes_le.ljust(128, b"\1") for one in types)
    return header.ljust(512, b"\0") + entries
