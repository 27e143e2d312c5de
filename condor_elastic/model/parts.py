"""Ports and volumes that a cloud makes with a server and should end with it, and what a sweep does with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from condor_elastic.model.clouds import Account, OurTags

SERVER_TAG = "ElasticServer"
"""Tag on a port or volume: the id of the server that it was made with."""


@dataclass(frozen=True)
class Part(OurTags):
    """A port or a volume; created is in seconds since 1970, by the cloud's clock.

    kind is "port" or "volume"; servers are the ids of those it is attached to; gone are those ids, of servers and of
    the server in its mark, of which the cloud knows nothing; is_made: it looks as what the cloud makes with a server.
    """

    kind: str
    id: str
    created: int
    servers: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()
    is_made: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def server(self) -> str:
        """The server it was made with, by its mark."""
        return self.tags.get(SERVER_TAG, "")

    def __str__(self) -> str:
        """Name it."""
        return f"{self.kind} {self.id} ({self.vm})"


@dataclass(frozen=True)
class MarkPart:
    """Write on a port or volume, while its server lives, whose it is."""

    account: Account
    part: Part
    tags: Mapping[str, str]


@dataclass(frozen=True)
class CountPart:
    """Write on a port or volume in how many sweeps in a row its server was gone."""

    account: Account
    part: Part
    sweeps: int

    def __str__(self) -> str:
        """Say it in one clause."""
        return f"{self.part}: its server is gone, in sweep {self.sweeps}" if self.sweeps else f"{self.part}: is in use"


@dataclass(frozen=True)
class DeletePart:
    """Delete a port or volume that its server left behind."""

    account: Account
    part: Part

    def __str__(self) -> str:
        """Say it in one clause."""
        return f"{self.part}: deleted, because its server is gone"
