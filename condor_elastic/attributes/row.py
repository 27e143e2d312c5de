"""One attribute of an ad, and one kind of ad."""

from __future__ import annotations

from dataclasses import dataclass

TYPES = ("string", "integer", "real", "boolean", "time", "ad", "list", "expression")
"""Time is an integer, seconds since the epoch."""


@dataclass(frozen=True)
class Attribute:
    """Name, type and meaning; a part of the name in <> stands for any word."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Kind:
    """A kind of ad: what it is called, what it is for and how it is seen, and its attributes.

    type is the MyType of an ad that is all ours, empty where we add attributes to an ad of HTCondor's.
    """

    title: str
    about: str
    attributes: tuple[Attribute, ...]
    type: str = ""

    def names(self) -> frozenset[str]:
        """Give the names of all attributes."""
        return frozenset(attribute.name for attribute in self.attributes)


def table(text: str) -> tuple[Attribute, ...]:
    """Read attributes, one on a line, as name | type | meaning; raises ValueError for another line or type."""
    made = []
    for line in text.strip().splitlines():
        parts = [part.strip() for part in line.split("|", 2)]
        if len(parts) != 3 or parts[1] not in TYPES or not parts[2].endswith("."):  # noqa: PLR2004
            raise ValueError(f"{line!r} is not name | type | meaning.")
        made.append(Attribute(*parts))
    return tuple(made)
