"""What a check looks at: gathered once, then only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from condor_elastic.check.finding import Macro
from condor_elastic.knobs import FleetKnobs, Settings
from condor_elastic.knobs.commands import last
from condor_elastic.model import QueueSeen, Startd, Unknown

NOT_ASKED = Unknown("", "nothing needed it")
OURS = ("local", "ec2", "openstack")
"""Schemes of the URLs that our GAHP serves by itself."""


@dataclass(frozen=True)
class User:
    """A user of the operating system; groups are numbers."""

    name: str
    uid: int
    groups: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Inode:
    """Whose a file or a directory is; mode: the permission bits; path: of a directory."""

    mode: int
    uid: int
    gid: int
    owner: str = ""
    group: str = ""
    path: str = ""


@dataclass(frozen=True)
class File:
    """A file that is there, and the directories above it; an ACL says more than its mode."""

    inode: Inode
    size: int
    above: tuple[Inode, ...] = ()
    is_directory: bool = False
    has_acl: bool = False


@dataclass(frozen=True)
class TokenSeen:
    """A token's own words, unverified; path is its file."""

    path: str
    claims: Mapping[str, Any]


@dataclass(frozen=True)
class Ping:
    """Whom a daemon took the elastic identity for when it asked for a right; or the reason why it was refused."""

    identity: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Lacks:
    """What a cloud said of a fleet's SUBMIT; refused: of the credentials or the URL, else of the names in it."""

    refused: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Retirement:
    """What a worker's slot says of its policy; seconds is None where that cannot be evaluated."""

    startd: str
    fleet: str
    seconds: int | None


@dataclass(frozen=True)
class Site:
    """A central manager; what could not be had is Unknown, with the reason.

    macros: this machine's configuration, as its tools read it; collector, schedd, negotiator: that of the daemons as
    they run; collector_ad, schedd_ad: their ads; files: None for what is not there; token: None if there is none;
    pings: by daemon and right; clouds: by fleet; addresses: by host name; libraries: those that are not installed.
    """

    settings: Settings
    now: int
    macros: Mapping[str, Macro] = field(default_factory=dict)
    collector: Mapping[str, str] | Unknown = NOT_ASKED
    schedd: Mapping[str, str] | Unknown = NOT_ASKED
    negotiator: Mapping[str, str] | Unknown = NOT_ASKED
    collector_ad: Mapping[str, Any] | Unknown = NOT_ASKED
    schedd_ad: Mapping[str, Any] | Unknown = NOT_ASKED
    users: Mapping[str, User] = field(default_factory=dict)
    files: Mapping[str, File | None | Unknown] = field(default_factory=dict)
    drop_in: str | Unknown = NOT_ASKED
    token: TokenSeen | None | Unknown = NOT_ASKED
    pings: Mapping[tuple[str, str], Ping] | Unknown = NOT_ASKED
    workers: tuple[Startd, ...] | Unknown = NOT_ASKED
    retirements: tuple[Retirement, ...] | Unknown = NOT_ASKED
    clouds: Mapping[str, Lacks | Unknown] = field(default_factory=dict)
    queues: Mapping[str, QueueSeen] | Unknown = NOT_ASKED
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    libraries: frozenset[str] = frozenset()

    @property
    def identity(self) -> str:
        """Give the elastic identity."""
        return f"{self.settings.pool.user}@{self.settings.pool.trust_domain}"

    @property
    def remote(self) -> tuple[FleetKnobs, ...]:
        """Give the fleets whose VMs are other machines."""
        return tuple(fleet for fleet in self.settings.fleets if scheme(fleet) != "local")

    def value(self, name: str) -> str:
        """Give a macro of this machine's configuration; empty if it is not set."""
        macro = self.macros.get(name)
        return macro.value.strip() if macro else ""


def url(fleet: FleetKnobs) -> str:
    """Give the URL in a fleet's grid_resource; empty where that is not of the type ec2."""
    kind, place = (*last(fleet.submit, "grid_resource").split(), "", "")[:2]
    return place if kind.lower() == "ec2" else ""


def scheme(fleet: FleetKnobs) -> str:
    """Give the scheme of that URL."""
    return url(fleet).partition("://")[0].lower()


def knob(owner: str, name: str) -> str:
    """Name a knob of a fleet or a queue."""
    return f"ELASTIC_{owner.upper()}_{name}"


def not_checked(site: Site) -> Iterator[str]:
    """Say what could not be looked at, and why; once for each reason."""
    parts = [getattr(site, name) for name in ("collector", "schedd", "negotiator", "collector_ad", "schedd_ad",
             "drop_in", "token", "pings", "workers", "retirements", "queues")]  # fmt: skip
    for part in dict.fromkeys([*(p for p in parts if isinstance(p, Unknown)),
                               *(p for p in (*site.files.values(), *site.clouds.values())
                                 if isinstance(p, Unknown))]):  # fmt: skip
        if part.source:
            yield f"{part.source} not checked, because {part.why}"
