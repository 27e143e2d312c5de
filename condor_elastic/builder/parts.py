"""What is ordered of a builder, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from condor_elastic.appliance.files import Copied, Fetched
from condor_elastic.appliance.parts import Appliance
from condor_elastic.appliance.systems import System

Say = Callable[[str], None]
"""Tells whoever waits what is being done, in a line."""


class BuildFailed(RuntimeError):
    """An image that cannot be built; str() is one sentence, or a line for each secret that was found in it."""


@dataclass(frozen=True)
class Order:
    """An image to build: what its definition says, for one platform, or for none (the step of the system)."""

    appliance: Appliance
    system: System
    arch: str
    files: Sequence[Copied | Fetched] = ()
    platform: str = ""
    local_packages: Path | None = None
    mirror: str = ""

    @property
    def name(self) -> str:
        """Give the appliance's name."""
        return self.appliance.name.value

    @property
    def version(self) -> str:
        """Give version.release, as directories and images are called."""
        return f"{self.appliance.version.value}.{self.appliance.release.value}"


@dataclass(frozen=True)
class Text:
    """A file of a recipe: its text and mode."""

    text: str
    mode: int = 0o644


@dataclass(frozen=True)
class Copy:
    """A file or directory that goes into a recipe as it is, links and modes too."""

    source: Path
    path: str


@dataclass(frozen=True)
class Recipe:
    """All that decides what is in an image: texts by their path, and what is copied beside them, later over earlier.

    remarks are for whoever builds: what was mapped, and what was left out.
    """

    texts: Mapping[str, Text]
    copies: Sequence[Copy] = ()
    remarks: Sequence[str] = field(default=(), compare=False)


class Builder(Protocol):
    """Makes a raw disk of an order."""

    def recipe(self, order: Order) -> Recipe:
        """Write down what would be built; two orders with one recipe are one image.  Raises BuildFailed."""

    def make(self, recipe: Recipe, order: Order, directory: Path, say: Say) -> Path:
        """Build a recipe in a directory, and give the path of the raw disk there.  Raises BuildFailed."""

    def convert(self, disk: Path, made: Path, form: str, say: Say) -> None:
        """Write a raw disk in another form, one of qemu-img's with its options.  Raises BuildFailed."""
