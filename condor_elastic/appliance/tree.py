"""A definition as a tree of texts, lists and maps, each of which knows its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Union

from condor_elastic.appliance.stated import Place


@dataclass(frozen=True)
class Scalar:
    """One value: its kind in words, the value itself, the text as written."""

    kind: str
    value: Any
    text: str
    place: Place


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Tree, ...]
    place: Place
    kind: str = "a list"


@dataclass(frozen=True)
class Table:
    """A map; keys are texts, in the order in which they were written."""

    entries: tuple[tuple[Scalar, Tree], ...]
    place: Place
    kind: str = "a map"

    def get(self, name: str) -> Tree | None:
        """Give the value of a key; None where it is not said, or said to be nothing."""
        for key, value in self.entries:
            if key.text == name and not (isinstance(value, Scalar) and value.value is None):
                return value
        return None


Tree = Union[Scalar, Items, Table]
Typed = Callable[[str], "tuple[str, Any]"]


def scalars(tree: Tree) -> Iterator[Scalar]:
    """Give all values of a tree, without keys."""
    if isinstance(tree, Scalar):
        yield tree
    else:
        for inner in tree.items if isinstance(tree, Items) else (value for _, value in tree.entries):
            yield from scalars(inner)
