"""From a tree that a schema has found valid to the appliance that one file defines."""

from __future__ import annotations

from collections.abc import Iterator

from condor_elastic.appliance.parts import Appliance, Hardware, Lists, OperatingSystem, Partition, Repo
from condor_elastic.appliance.schema import OLDEST, schema_of
from condor_elastic.appliance.stated import Place, Stated, Warn
from condor_elastic.appliance.tree import Items, Scalar, Table, Tree

FILE_SYSTEM = "ext4"


def define(tree: Tree, file: str) -> Appliance:
    """Make the appliance of one file, without what it inherits; raises BadAppliance where no schema fits."""
    version = schema_of(tree)
    top = _Map(tree)
    packages, warnings = _packages(top) if version == OLDEST else (top.texts("packages"), ())
    name = top.text("name") or Stated("")  # the schema has seen one
    return Appliance(
        name=name,
        summary=top.text("summary"),
        version=top.number("version") or Stated(1),
        release=top.number("release") or Stated(0),
        os=_os(top.map("os")),
        hardware=_hardware(top.map("hardware")),
        packages=packages,
        default_repos=top.flag("default_repos") or Stated(True),
        repos=tuple(_repo(_Map(each)) for each in top.items("repos")),
        files=top.map("files").lists(),
        post=top.map("post").lists(),
        variables=dict(top.map("variables").named()),
        parents=top.texts("appliances"),
        chain=(Stated(name.value, Place(file)),),
        warnings=warnings,
    )


class _Map:
    """Asks a map of a valid tree for values; None or nothing for what is not said."""

    def __init__(self, tree: Tree | None) -> None:
        self._table = tree if isinstance(tree, Table) else None

    def __bool__(self) -> bool:
        return self._table is not None

    def tree(self, name: str) -> Tree | None:
        return self._table.get(name) if self._table else None

    def map(self, name: str) -> _Map:
        return _Map(self.tree(name))

    def items(self, name: str) -> tuple[Tree, ...]:
        tree = self.tree(name)
        return tree.items if isinstance(tree, Items) else ()

    def text(self, name: str) -> Stated[str] | None:
        tree = self.tree(name)
        return Stated(tree.text, tree.place) if isinstance(tree, Scalar) else None

    def number(self, name: str) -> Stated[int] | None:
        tree = self.tree(name)
        return Stated(tree.value, tree.place) if isinstance(tree, Scalar) else None

    def flag(self, name: str) -> Stated[bool] | None:
        tree = self.tree(name)
        return Stated(tree.value, tree.place) if isinstance(tree, Scalar) else None

    def texts(self, name: str) -> tuple[Stated[str], ...]:
        return tuple(Stated(item.text, item.place) for item in self.items(name) if isinstance(item, Scalar))

    def keys(self) -> Iterator[str]:
        return (key.text for key, _ in self._table.entries) if self._table else iter(())

    def lists(self) -> Lists:
        return {key: self.texts(key) for key in self.keys()}

    def named(self) -> Iterator[tuple[str, Stated[str]]]:
        for key in self.keys():
            text = self.text(key)
            if text is not None:
                yield key, text


def _packages(top: _Map) -> tuple[tuple[Stated[str], ...], tuple[Warn, ...]]:
    """Read the form of schema 0.8.0; what it excludes is installed all the same, as BoxGrinder since 0.9 did."""
    old = top.map("packages")
    left_out = old.texts("excludes")
    names = ", ".join(each.value for each in left_out)
    said = f"packages are no longer excluded: {names}; nothing keeps a dependency from bringing them"
    return old.texts("includes"), (Warn(left_out[0].place, said),) if left_out else ()


def _os(said: _Map) -> OperatingSystem:
    return OperatingSystem(said.text("name"), said.text("version"), said.text("password"))


def _hardware(said: _Map) -> Hardware:
    partitions = said.map("partitions")
    made = {name: _partition(name, partitions.map(name)) for name in partitions.keys()}  # noqa: SIM118  not a dict
    return Hardware(
        partitions=made if partitions else {"/": Partition("/", Stated(1.0), Stated(FILE_SYSTEM))},
        cpus=said.number("cpus") or Stated(1),
        memory=said.number("memory") or Stated(256),
    )


def _partition(name: str, said: _Map) -> Partition:
    size = said.number("size")
    gigabytes = Stated(float(size.value), size.place) if size else Stated(1.0)
    return Partition(name, gigabytes, said.text("type") or Stated(FILE_SYSTEM))


def _repo(said: _Map) -> Repo:
    kind = "baseurl" if said.tree("baseurl") else "mirrorlist"
    name, address = said.text("name") or Stated(""), said.text(kind) or Stated("")
    return Repo(name, kind, address, said.flag("ephemeral") or Stated(False))
