"""What each system is to mkosi, and what an image of it has beside the packages of its definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from condor_elastic.appliance.systems import NAMED, System
from condor_elastic.builder.parts import BuildFailed

DEB, RPM = "deb", "rpm"
ARCHITECTURES = {"x86_64": "x86-64", "aarch64": "arm64"}
"""mkosi's names, by those of uname -m."""
DISTRIBUTIONS = {"almalinux": "alma", "rocky": "rocky", "centos": "centos", "rhel": "rhel", "fedora": "fedora",
                 "debian": "debian", "ubuntu": "ubuntu"}  # fmt: skip
RELEASES = {("debian", "12"): "bookworm", ("debian", "13"): "trixie", ("debian", "14"): "forky",
            ("ubuntu", "22"): "jammy", ("ubuntu", "24"): "noble"}  # fmt: skip
"""Debian's and Ubuntu's releases go by names; the others' are numbers."""
EMULATED = ("virtualbox", "vmware", "virtualpc")
"""Platforms whose disks and networks Debian's cloud kernel has no drivers for."""


@dataclass(frozen=True)
class Base:
    """A system in mkosi's words; family is deb or rpm."""

    distribution: str
    release: str
    architecture: str
    family: str


def base_of(system: System, arch: str) -> Base:
    """Say a system in mkosi's words; raises BuildFailed for what cannot be built."""
    if arch not in ARCHITECTURES:
        raise BuildFailed(f"--arch {arch}: images are built for {' and '.join(ARCHITECTURES)}")
    family = DEB if system.name in ("debian", "ubuntu") else RPM
    release = system.version
    if family == DEB and release not in NAMED:
        major = release.partition(".")[0]
        if (system.name, major) not in RELEASES:
            known = ", ".join(number for name, number in RELEASES if name == system.name)
            raise BuildFailed(f"{system.name} {release} has no name here; known: {known}, or say its name")
        release = RELEASES[system.name, major]
    elif family == RPM and system.name != "fedora":
        release = release.partition(".")[0]  # a repository is that of 9, whatever its minor release
    return Base(DISTRIBUTIONS[system.name], release, ARCHITECTURES[arch], family)


def own_packages(base: Base, platform: str, asked: Sequence[str]) -> list[str]:
    """Give what makes a VM of a list of packages: kernel, boot loaders, init, network.

    Debian recommends what cloud-init needs to grow a disk, and recommended packages are not installed.
    """
    arm = base.architecture == "arm64"
    if base.family == RPM:
        loaders = ["grub2-efi-aa64-modules"] if arm else ["grub2-pc-modules", "grub2-efi-x64-modules"]
        return ["kernel", *loaders, "systemd", "systemd-udev", "NetworkManager", "e2fsprogs"]
    arch = "arm64" if arm else "amd64"
    if base.distribution == "ubuntu":
        kernel = "linux-image-generic" if platform in EMULATED else "linux-image-virtual"
    else:
        kernel = f"linux-image-{arch}" if platform in EMULATED else f"linux-image-cloud-{arch}"
    loaders = [f"grub-efi-{arch}-bin"] + ([] if arm else ["grub-pc-bin"])
    common = ["apt", "ca-certificates", "dbus", "e2fsprogs", "iproute2", "systemd", "systemd-resolved", "systemd-sysv",
              "udev"]  # fmt: skip
    grow = ["cloud-guest-utils", "fdisk", "gdisk"] if "cloud-init" in asked else []
    return [kernel, *loaders, *common, *grow]
