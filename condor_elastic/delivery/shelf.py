"""The images of ours that a cloud keeps, and which of them may go: the thought of a prune, without I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Image:
    """One image; made and built are ISO 8601, parts what is deleted with it (snapshots).

    A leftover has no image any more, or never became one.
    """

    id: str
    name: str
    appliance: str
    arch: str
    made: str
    built: str = ""
    parts: tuple[str, ...] = ()
    leftover: bool = False

    def __str__(self) -> str:
        return f"{self.id} ({self.name}, of {self.made[:10]})" if self.name else self.id


class Shelf(Protocol):
    """What keeps images: an account in one region of a cloud."""

    label: str

    def images(self, pool: str) -> Sequence[Image]:
        """List those with a pool's mark."""

    def delete(self, image: Image) -> None:
        """Delete one, with all its parts; what is gone already is a success."""


@dataclass(frozen=True)
class Verdict:
    """What becomes of an image, and why."""

    image: Image
    goes: bool
    why: str


def choose(images: Iterable[Image], keep: int, used: dict[str, str]) -> list[Verdict]:
    """Say of each image whether it goes, oldest first.

    The newest of each appliance and architecture stay, keep of them; so does what is used, by id or name, for the
    reason that used gives.
    """
    families: dict[tuple[str, str], list[Image]] = defaultdict(list)
    verdicts = []
    for image in images:
        if image.leftover:
            verdicts.append(_verdict(image, used, "left over by an interrupted delivery or prune", goes=True))
        else:
            families[image.appliance, image.arch].append(image)
    for family in families.values():
        for place, image in enumerate(sorted(family, key=_age, reverse=True)):
            why = f"{place} newer are there" if place >= keep else f"one of the {keep} newest of {image.appliance}"
            verdicts.append(_verdict(image, used, why, goes=place >= keep))
    return sorted(verdicts, key=lambda one: _age(one.image))


def _verdict(image: Image, used: dict[str, str], why: str, *, goes: bool) -> Verdict:
    for name in (image.id, image.name):
        if name in used:
            return Verdict(image, False, used[name])
    return Verdict(image, goes, why)


def _age(image: Image) -> tuple[str, str, str]:
    return image.made, image.built, image.id
