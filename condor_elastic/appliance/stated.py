"""Where a value stands, a value that knows it, and what may be wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A character of a file; lines and columns count from 1, and line 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True)
class Stated(Generic[T]):
    """A value and where it was said; without a place it is a default, which nobody said."""

    value: T
    place: Place | None = None


@dataclass(frozen=True)
class Fault:
    """What stops a build, in a sentence."""

    place: Place | None
    said: str

    def __str__(self) -> str:
        return f"{self.place}: {self.said}" if self.place else self.said


@dataclass(frozen=True)
class Warn:
    """What does not stop a build and may not be what was meant, in a sentence."""

    place: Place | None
    said: str

    def __str__(self) -> str:
        return f"{self.place}: {self.said}" if self.place else self.said


class BadAppliance(ValueError):
    """A definition, option or setting that cannot be used; str() has a line for each fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Take at least one fault."""
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def bad(place: Place | None, said: str) -> BadAppliance:
    """Make the error of a single fault."""
    return BadAppliance([Fault(place, said)])
