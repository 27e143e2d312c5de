"""From PyYAML's nodes to a tree; the only module that sees both, and PyYAML is imported with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from condor_elastic.appliance.dialect import Dialect
from condor_elastic.appliance.scalars import TEXT, typed
from condor_elastic.appliance.stated import BadAppliance, Fault, Place, Warn, bad
from condor_elastic.appliance.tree import Items, Scalar, Table, Tree, Typed

MERGE = "<<"
HINTS = (
    ("could not find expected ':'", 'this is no key; a mount point or directory that is one is quoted: "/home":'),
    ("expected <block end>, but found", "this continues nothing: check the indentation, and quote a value that has "
                                      "quotes, brackets or a ': ' in it"),
    ("mapping values are not allowed here", "a ': ' inside a value; quote the value"),
    ("sequence entries are not allowed here", "a list begins on a line of its own"),
    ("expected a comment or a line break", "the text of a block begins on the next line; a value that begins with | or "
                                           "> and is no block of text is quoted"),
    ("expected chomping or indentation", "a value that begins with | or > and is no block of text is quoted"),
    ("found another document", "a file has one definition; nothing may follow a line of ---"),
    ("found undefined alias", "no &anchor of this name comes before; a value that begins with * is quoted"),
)  # fmt: skip
"""What is usually meant by PyYAML's words."""


def read_definition(text: str, file: str) -> tuple[Tree, list[Warn]]:
    """Read BoxGrinder's dialect.

    Gives the tree and a warning for each # that ends an unquoted value without a blank before it.  Raises BadAppliance.
    """
    dialect: Any = None
    try:
        dialect = Dialect(text)
        tree = _tree(dialect.get_single_node(), file, typed, ())
    except (yaml.YAMLError, RecursionError) as error:
        raise _trouble(error, text, file) from None
    warnings = [Warn(Place(file, mark.line + 1, mark.column + 1), "the value ends at the #, as BoxGrinder's did; quote "
                     "it if the # is meant") for mark in dialect.cuts]  # fmt: skip
    return tree, warnings


def read_yaml(text: str, file: str) -> Tree:
    """Read YAML 1.1, as BoxGrinder did with its own configuration; raises BadAppliance."""
    safe: Any = yaml.SafeLoader("")

    def plain(word: str) -> tuple[str, Any]:
        node = yaml.ScalarNode(safe.resolve(yaml.ScalarNode, word, (True, False)), word)
        return TEXT, safe.construct_object(node)

    try:
        return _tree(yaml.compose(text, yaml.SafeLoader), file, plain, ())
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise (error if isinstance(error, BadAppliance) else _trouble(error, text, file)) from None


def _tree(node: yaml.Node | None, file: str, plain: Typed, above: tuple[int, ...]) -> Tree:
    if node is None:
        raise bad(Place(file), "there is nothing in it")
    place = _place(node, file)
    if id(node) in above:
        raise bad(place, "this contains itself")
    above = (*above, id(node))
    if isinstance(node, yaml.ScalarNode):
        kind, value = plain(node.value) if node.style is None else (TEXT, node.value)
        return Scalar(kind, value, node.value, place)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_tree(item, file, plain, above) for item in node.value), place)
    return Table(tuple(_entries(node, file, plain, above)), place)


def _entries(node: yaml.Node, file: str, plain: Typed, above: tuple[int, ...]) -> Iterator[tuple[Scalar, Tree]]:
    said: dict[str, Place] = {}
    merged: list[tuple[Scalar, Tree]] = []
    for key, value in node.value:
        name = _tree(key, file, plain, above)
        if not isinstance(name, Scalar):
            raise bad(name.place, f"{name.kind} cannot be a key")
        if name.text == MERGE and key.style is None:
            merged += _merged(_tree(value, file, plain, above))
            continue
        if name.text in said:
            raise bad(name.place, f"{name.text} is said already, in line {said[name.text].line}")
        said[name.text] = name.place
        yield name, _tree(value, file, plain, above)
    for name, tree in merged:
        if name.text not in said:
            said[name.text] = name.place
            yield name, tree


def _merged(tree: Tree) -> list[tuple[Scalar, Tree]]:
    found: list[tuple[Scalar, Tree]] = []
    for table in tree.items if isinstance(tree, Items) else (tree,):
        if not isinstance(table, Table):
            raise bad(table.place, f"<< takes a map, or a list of maps; this is {table.kind}")
        found += table.entries
    return found


def _place(node: yaml.Node, file: str) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _trouble(error: Exception, text: str, file: str) -> BadAppliance:
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return bad(place, f"the character {error.character!r} is none of a text")
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem is None:
        said = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        return bad(Place(file), said)
    said = next((hint for words, hint in HINTS if words in error.problem), error.problem)
    key = "could not find expected ':'" in error.problem
    mark = (error.context_mark if key else error.problem_mark) or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    return BadAppliance([Fault(place, said)])
