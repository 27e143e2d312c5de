"""The disk: definitions of systemd-repart for the partitions of an appliance."""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.appliance.parts import Hardware, Partition

GRUB = "21686148-6449-6e6f-744e-656564454649"
"""The type of the partition in which GRUB keeps what a BIOS starts."""
TYPES = {"/": "root", "/home": "home", "/srv": "srv", "/var": "var", "/var/tmp": "tmp", "swap": "swap"}  # noqa: S108  a mount point
ESP_MB, GRUB_MB = 256, 1


def partitions(hardware: Hardware) -> dict[str, str]:
    """Give the definitions by file name, in the order on the disk.

    The root comes last, as only the last partition can grow when the VM's disk is larger than the image.  Sizes are
    those of the definition; a GB has 1024 MB there.  Swap is found by its type (systemd-gpt-auto-generator(8)).
    """
    others = [one for one in hardware.in_order() if one.mountpoint != "/"]
    root = hardware.partitions["/"]
    texts = [
        _text(Type=GRUB, Label="bios", **_size(GRUB_MB)),
        _text(Type="esp", Format="vfat", CopyFiles=["/boot:/", "/efi:/"], **_size(ESP_MB)),
        *map(_other, others),
        _text(Type="root", Label="root", Format="ext4", CopyFiles="/", GrowFileSystem="yes",
              ExcludeFilesTarget=["/boot/", *(f"{one.mountpoint}/" for one in others if _is_mounted(one))],
              **_size(_megabytes(root))),
    ]  # fmt: skip
    names = ["bios", "esp", *(one.mountpoint.strip("/").replace("/", "-") or "root" for one in [*others, root])]
    return {f"{place * 10:03}-{name}.conf": text for place, (name, text) in enumerate(zip(names, texts))}


def remarks(hardware: Hardware) -> list[str]:
    """Say what of the definition is done otherwise."""
    mounted = [one for one in hardware.partitions.values() if _is_mounted(one)]
    old = [one for one in mounted if one.type.value != "ext4" and one.type.place]
    return [f"{one.type.place}: {one.mountpoint} is ext4, which reads {one.type.value}" for one in old]


def _other(one: Partition) -> str:
    kind = TYPES.get(one.mountpoint, "linux-generic")
    if not _is_mounted(one):
        return _text(Type="swap", Label="swap", Format="swap", **_size(_megabytes(one)))
    return _text(Type=kind, Label=one.mountpoint.strip("/")[-16:], Format="ext4", CopyFiles=f"{one.mountpoint}/:/",
                 MountPoint=one.mountpoint, **_size(_megabytes(one)))  # fmt: skip


def _is_mounted(one: Partition) -> bool:
    return one.mountpoint.startswith("/")


def _megabytes(one: Partition) -> int:
    return max(1, round(one.size.value * 1024))


def _size(megabytes: int) -> dict[str, str]:
    return {"SizeMinBytes": f"{megabytes}M", "SizeMaxBytes": f"{megabytes}M"}


def _text(**settings: str | list[str]) -> str:
    lines: Iterable[str] = (
        f"{name}={value}\n"
        for name, values in settings.items()
        for value in ([values] if isinstance(values, str) else values)
    )
    return "[Partition]\n" + "".join(lines)
