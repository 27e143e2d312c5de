"""BoxGrinder's three schemas: 0.9.6, 0.9.0 and 0.8.0, of boxgrinder-core 0.3.14."""

from __future__ import annotations

from collections.abc import Iterator

from condor_elastic.appliance.shapes import AnyKeys, Each, Flag, Keys, Number, Shape, Text
from condor_elastic.appliance.stated import BadAppliance, Fault
from condor_elastic.appliance.tree import Scalar, Table, Tree

URL = Text("an address that begins with http://, https://, ftp:// or file://", pattern=r"(?:https?|ftp|file)://.+")
PACKAGE = Text("the name of a package or an @group", pattern=r"[*\w\-+.@#\s]+")
PACKAGES = Each(PACKAGE, "a list of packages")
POST = AnyKeys(Each(Text("a command"), "a list of commands"), "a map of base or a platform to a list of commands")
FILES = AnyKeys(Each(Text("a file"), "a list of files"), "a map of directories to lists of files")
VARIABLES = AnyKeys(Text("a text"), "a map of names to texts")
OLD_PACKAGES = Keys({"includes": PACKAGES, "excludes": PACKAGES})
PARTITION = Keys(
    {"size": Number("a number of GB, from 0.01", least=0.01, whole=False),
     "type": Text("ext3 or ext4", pattern="ext[34]")},
    required=("size",),  # BoxGrinder's schemas ask for none, and its merging fails without
)  # fmt: skip


def _one_address(repo: Table, name: str) -> Iterator[Fault]:
    said = [key for key in ("baseurl", "mirrorlist") if repo.get(key) is not None]
    if len(said) != 1:
        has = " and ".join(said) or "no address"
        yield Fault(repo.place, f"{name} has {has}; either baseurl or mirrorlist is right")


REPO = Keys(
    {"name": Text("a name of letters, digits, and _ - + . #", pattern=r"[\w\-+.#]+"), "baseurl": URL, "mirrorlist": URL,
     "ephemeral": Flag()},
    required=("name",),
    rule=_one_address,
)  # fmt: skip


def _schema(packages: Shape, most_cpus: int, longest: int | None, more: dict[str, Shape]) -> Keys:
    hardware: dict[str, Shape] = {
        "cpus": Number(f"a whole number from 1 to {most_cpus}", 1, most_cpus),
        "memory": Number("a whole number of MB, a multiple of 64", least=1, step=64),
        "partitions": AnyKeys(PARTITION, "a map of mount points"),
    }
    system: dict[str, Shape] = {"name": Text("the name of a system"), "password": Text("a text", empty=True),
                                "version": Text("the version of a system", numbers=True, empty=True)}  # fmt: skip
    keys: dict[str, Shape] = {
        "name": Text("a name", longest),
        "summary": Text(),
        "version": Number("a whole number"),
        "release": Number("a whole number"),
        "os": Keys(system, required=("name", "version")),
        "hardware": Keys(hardware),
        "appliances": Each(Text("the name of a file beside this one, without its extension", pattern="[^/]+"),
                           "a list of appliances"),
        "packages": packages,
        "default_repos": Flag(),
        "repos": Each(REPO, "a list of repositories"),
        "post": POST,
        "variables": VARIABLES,
    }  # fmt: skip
    return Keys({**keys, **more}, required=("name",))


NEWEST, OLDEST = "0.9.6", "0.8.0"
SCHEMAS = {
    NEWEST: _schema(PACKAGES, 16, 35, {"files": FILES}),
    "0.9.0": _schema(PACKAGES, 16, None, {}),
    OLDEST: _schema(OLD_PACKAGES, 4, None, {}),
}
"""Newest first, the order in which they are tried."""


def schema_of(tree: Tree) -> str:
    """Give the version of the newest schema that the definition is valid by.

    Raises BadAppliance with what is wrong by the newest, or by the oldest if the definition has its form of packages.
    """
    wrong = {}
    for version, schema in SCHEMAS.items():
        wrong[version] = list(schema.faults(tree, ""))
        if not wrong[version]:
            return version
    old = isinstance(tree, Table) and isinstance(tree.get("packages"), Table)
    faults = wrong[OLDEST if old else NEWEST]
    raise BadAppliance(sorted(faults, key=_order))


def _order(fault: Fault) -> tuple[int, int]:
    return (fault.place.line, fault.place.column) if fault.place else (0, 0)


def text_of(tree: Tree | None) -> str:
    """Give the text of a value that a schema has found to be one."""
    return tree.text if isinstance(tree, Scalar) else ""
