"""An appliance and its parts; each value keeps the place where it was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from condor_elastic.appliance.stated import Place, Stated, Warn

Lists = Mapping[str, "tuple[Stated[str], ...]"]


@dataclass(frozen=True)
class OperatingSystem:
    """What the image has for a system, as the definitions say it; None is not said."""

    name: Stated[str] | None = None
    version: Stated[str] | None = None
    password: Stated[str] | None = None


@dataclass(frozen=True)
class Partition:
    """A mount point, or swap; the size is in GB, the type is that of its file system."""

    mountpoint: str
    size: Stated[float]
    type: Stated[str]


@dataclass(frozen=True)
class Repo:
    """A repository of packages; kind is baseurl or mirrorlist, and an ephemeral one serves the build only."""

    name: Stated[str]
    kind: str
    address: Stated[str]
    ephemeral: Stated[bool] = Stated(False)


@dataclass(frozen=True)
class Hardware:
    """What a VM of the image gets where that is ours to say; memory in MB, partitions by mount point."""

    partitions: Mapping[str, Partition]
    cpus: Stated[int] = Stated(1)
    memory: Stated[int] = Stated(256)

    def in_order(self) -> tuple[Partition, ...]:
        """Give the partitions in BoxGrinder's order: those that contain others first, swap last."""

        def depth(one: Partition) -> tuple[bool, int, int, str]:
            name = one.mountpoint
            return "/" not in name, name.count("/"), len(name), name

        return tuple(sorted(self.partitions.values(), key=depth))


@dataclass(frozen=True)
class Appliance:
    """One definition, or several that were merged; files and post are lists by directory and by platform.

    chain has the name that each file gives itself, ancestors first; parents are those that the last file names.
    """

    name: Stated[str]
    hardware: Hardware
    summary: Stated[str] | None = None
    version: Stated[int] = Stated(1)
    release: Stated[int] = Stated(0)
    os: OperatingSystem = OperatingSystem()
    packages: tuple[Stated[str], ...] = ()
    default_repos: Stated[bool] = Stated(True)
    repos: tuple[Repo, ...] = ()
    files: Lists = field(default_factory=dict)
    post: Lists = field(default_factory=dict)
    variables: Mapping[str, Stated[str]] = field(default_factory=dict)
    parents: tuple[Stated[str], ...] = ()
    chain: tuple[Stated[str], ...] = ()
    warnings: tuple[Warn, ...] = ()

    @property
    def place(self) -> Place:
        """Give the file that was named on the command line, or this definition's own."""
        return self.chain[-1].place or Place("?")
