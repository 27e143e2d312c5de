"""By which firmware a raw disk can be booted, from its partition table (UEFI specification 2.10, chapter 5)."""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass

SECTOR = 512
ESP = uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
BIOS_BOOT = uuid.UUID("21686148-6449-6e6f-744e-656564454649")
_CODE = 440
"""Bytes of boot code in the master boot record."""
_ESP_IN_MBR = 0xEF
_ENTRIES = slice(446, 510)
_MOST = 128
"""Partitions that a table has room for."""


@dataclass(frozen=True)
class Firmware:
    """What the disk is made for; neither where that cannot be told."""

    bios: bool
    uefi: bool

    @property
    def boot_mode(self) -> str:
        """Say it as EC2 does (register_image, BootMode)."""
        if self.uefi:
            return "uefi-preferred" if self.bios else "uefi"
        return "legacy-bios"


def firmware_of(head: bytes) -> Firmware:
    """Tell from the first 34 sectors of a raw disk, or more."""
    record = head[:SECTOR]
    code = any(record[:_CODE])
    kinds = _gpt(head)
    if kinds is None:
        entries = record[_ENTRIES]
        return Firmware(code, any(entries[at + 4] == _ESP_IN_MBR for at in range(0, len(entries), 16)))
    # grub writes its boot code into the record and the rest of itself into a partition of its own.
    return Firmware(code or BIOS_BOOT in kinds, ESP in kinds)


def _gpt(head: bytes) -> set[uuid.UUID] | None:
    header = head[SECTOR : 2 * SECTOR]
    if header[:8] != b"EFI PART":
        return None
    first, count, size = struct.unpack_from("<QII", header, 72)
    if size < 16:  # noqa: PLR2004  a type is so long
        return set()
    starts = (first * SECTOR + place * size for place in range(min(count, _MOST)))
    types = (head[start : start + 16] for start in starts)
    return {uuid.UUID(bytes_le=one) for one in types if len(one) == 16 and any(one)}  # noqa: PLR2004  as above
