"""What a value may be, for a schema: each shape names all that is wrong with a tree, in sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from condor_elastic.appliance import scalars
from condor_elastic.appliance.stated import Fault
from condor_elastic.appliance.tree import Items, Scalar, Table, Tree
from condor_elastic.knobs.near import near


class Shape(Protocol):
    """One kind of value."""

    def faults(self, tree: Tree, name: str) -> Iterator[Fault]:
        """Say what is wrong; name is the path of keys to it, as hardware.memory."""


@dataclass(frozen=True)
class Text:
    """A text of so many characters that matches a pattern; like says in words what would be right."""

    like: str = "a text"
    most: int | None = None
    pattern: str = ""
    numbers: bool = False
    empty: bool = False

    def faults(self, tree: Tree, name: str) -> Iterator[Fault]:
        """Say what is wrong."""
        if not isinstance(tree, Scalar) or tree.kind not in self._kinds():
            yield _other(tree, name, self.like, quote=True)
        elif not (tree.text or self.empty):
            yield Fault(tree.place, f"{name} is empty; {self.like} would be right")
        elif self.most is not None and len(tree.text) > self.most:
            long = f"{name} = {tree.text} has {len(tree.text)} characters"
            yield Fault(tree.place, f"{long}; at most {self.most} are right")
        elif self.pattern and not re.fullmatch(self.pattern, tree.text):
            yield Fault(tree.place, f"{name} = {tree.text} is not {self.like}")

    def _kinds(self) -> tuple[str, ...]:
        return (scalars.TEXT, scalars.WHOLE, scalars.NUMBER) if self.numbers else (scalars.TEXT,)


@dataclass(frozen=True)
class Number:
    """A number of a range, or a whole one, or a multiple of one."""

    like: str
    least: float | None = None
    most: float | None = None
    step: int = 1
    whole: bool = True

    def faults(self, tree: Tree, name: str) -> Iterator[Fault]:
        """Say what is wrong."""
        kinds = (scalars.WHOLE,) if self.whole else (scalars.WHOLE, scalars.NUMBER)
        if not isinstance(tree, Scalar) or tree.kind not in kinds:
            yield _other(tree, name, self.like)
        elif not self._fits(tree.value):
            yield Fault(tree.place, f"{name} = {tree.text} is not {self.like}")

    def _fits(self, value: float) -> bool:
        low, high = self.least is None or value >= self.least, self.most is None or value <= self.most
        return low and high and (not self.whole or value % self.step == 0)


@dataclass(frozen=True)
class Flag:
    """True, false, yes or no."""

    def faults(self, tree: Tree, name: str) -> Iterator[Fault]:
        """Say what is wrong."""
        if not isinstance(tree, Scalar) or tree.kind != scalars.FLAG:
            yield _other(tree, name, "true, false, yes or no, without quotes")


@dataclass(frozen=True)
class Each:
    """A list whose items have one shape."""

    item: Shape
    like: str

    def faults(self, tree: Tree, name: str) -> Iterator[Fault]:
        """Say what is wrong."""
        if not isinstance(tree, Items):
            yield _other(tree, name, self.like)
            return
        for number, item in enumerate(tree.items, 1):
            yield from self.item.faults(item, f"{name}, item {number}")


@dataclass(frozen=True)
class Keys:
    """A map of known keys; rule says what else is wrong with the whole of it."""

    known: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    rule: Callable[[Table, str], Iterator[Fault]] | None = None

    def faults(self, tree: Tree, name: str) -> Iterator[Fault]:
        """Say what is wrong; a key without a value is as good as not said."""
        if not isinstance(tree, Table):
            yield _other(tree, name or "the definition", f"a map of {', '.join(self.known)}")
            return
        for key, value in tree.entries:
            path = f"{name}.{key.text}" if name else key.text
            if key.text not in self.known:
                yield Fault(key.place, f"{path} is unknown{near(key.text, self.known)}")
            elif tree.get(key.text) is not None:
                yield from self.known[key.text].faults(value, path)
        for key_name in self.required:
            if tree.get(key_name) is None:
                yield Fault(tree.place, f"{name + '.' if name else ''}{key_name} is not said")
        if self.rule is not None:
            yield from self.rule(tree, name)


@dataclass(frozen=True)
class AnyKeys:
    """A map of keys that the author chooses, whose values have one shape."""

    value: Shape
    like: str

    def faults(self, tree: Tree, name: str) -> Iterator[Fault]:
        """Say what is wrong."""
        if not isinstance(tree, Table):
            yield _other(tree, name, self.like)
            return
        for key, value in tree.entries:
            if tree.get(key.text) is not None:
                yield from self.value.faults(value, f'{name}."{key.text}"')


def _other(tree: Tree, name: str, like: str, *, quote: bool = False) -> Fault:
    if not isinstance(tree, Scalar) or not tree.text:
        return Fault(tree.place, f"{name} is {tree.kind}; {like} would be right")
    in_quotes = ", being in quotes" if tree.kind == scalars.TEXT != scalars.typed(tree.text)[0] else ""
    quoted = f': "{tree.text}"' if quote else ""
    return Fault(tree.place, f"{name} = {tree.text} is {tree.kind}{in_quotes}; {like} would be right{quoted}")
