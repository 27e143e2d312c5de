"""The kinds of value a knob may have: from text to a typed value, or a ValueError that says what is right."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from typing import Any, Union

from condor_elastic.model import ResourceType

Number = Union[int, float]
SPOT = math.inf
"""PRICE = Spot, until the price history was looked at: as dear as can be, so that no cap has room for it."""
_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
}


def _arithmetic(node: ast.AST) -> Number:
    if isinstance(node, ast.Expression):
        return _arithmetic(node.body)
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_arithmetic(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_arithmetic(node.left), _arithmetic(node.right))  # type: ignore[no-any-return]
    raise ValueError


def number(text: str) -> float:
    """Read a number >= 0; sums and products are allowed, as in ``10 * $(MINUTE)``."""
    try:
        value = _arithmetic(ast.parse(text.strip(), mode="eval"))
    except (ValueError, SyntaxError, ArithmeticError, MemoryError, RecursionError):
        value = -1
    if not 0 <= value < math.inf:
        raise ValueError("a number, 0 or more")
    return value


def price(text: str) -> float:
    """Read a number >= 0, or the word Spot."""
    if text.strip().lower() == "spot":
        return SPOT
    try:
        return number(text)
    except ValueError:
        raise ValueError("a number, 0 or more, or Spot") from None


def fraction(text: str) -> float:
    """Read a number from 0 to 1."""
    try:
        value = number(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise ValueError("a number from 0 to 1")
    return value


def whole_number(text: str) -> int:
    """Read a whole number >= 0, with the same arithmetic as number."""
    try:
        value = number(text)
    except ValueError:
        value = -1
    if value < 0 or value != int(value):
        raise ValueError("a whole number, 0 or more")
    return int(value)


def seconds(text: str) -> int:
    """Read a duration in seconds, with the same arithmetic as whole_number."""
    try:
        return whole_number(text)
    except ValueError:
        raise ValueError("a number of seconds, 0 or more (10 * $(MINUTE) is fine)") from None


def boolean(text: str) -> bool:
    """Read a boolean as HTCondor spells it."""
    word = text.strip().lower()
    if word not in ("true", "false", "yes", "no", "t", "f", "1", "0"):
        raise ValueError("True or False")
    return word in ("true", "yes", "t", "1")


def words(text: str) -> tuple[str, ...]:
    """Read a list of words separated by commas or spaces."""
    return tuple(word for word in re.split(r"[,\s]+", text.strip()) if word)


def names(text: str) -> tuple[str, ...]:
    """Read a list of names that are part of knobs' names: letters, digits and underscores, each once."""
    found = words(text)
    for name in found:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
            raise ValueError(f"a list of names of letters, digits and underscores ({name!r} is none)")
    if len({name.upper() for name in found}) < len(found):
        raise ValueError("a list in which each name stands once")
    return found


def one_of(*choices: str) -> Callable[[str], str]:
    """Make a kind that takes one of these words, in any case."""

    def choose(text: str) -> str:
        for choice in choices:
            if choice.lower() == text.strip().lower():
                return choice
        raise ValueError("one of " + ", ".join(choices))

    return choose


def text(value: str) -> str:
    """Take the text as it is."""
    return value.strip()


def path(value: str) -> str:
    """Read the absolute path of a file."""
    if not value.strip().startswith("/"):
        raise ValueError("an absolute path")
    return value.strip()


def prom_file(value: str) -> str:
    """Read the absolute path of a file that node_exporter's textfile collector reads."""
    try:
        found = path(value)
    except ValueError:
        found = ""
    if not found.endswith(".prom") or found.endswith("/.prom"):
        raise ValueError("an absolute path that ends in .prom, as node_exporter reads nothing else")
    return found


def url(value: str) -> str:
    """Read an http or https URL without credentials."""
    if not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", value.strip()):
        raise ValueError("an http:// or https:// URL without user and password")
    return value.strip().rstrip("/")


def resource_types(value: str) -> tuple[ResourceType, ...]:
    """Read rows like ``MCORE 2 - - 2000``: name, least and most cores, least and most MB a core, - for no bound."""
    found = []
    for row in value.replace("\n", ",").split(","):
        name, *bounds = row.split() or [""]
        if not name:
            continue
        if len(bounds) != 4 or not all(bound == "-" or bound.isdigit() for bound in bounds):  # noqa: PLR2004
            raise ValueError("rows of NAME MINCORE MAXCORE MINRAM MAXRAM (MB a core, - for none), separated by commas")
        mincore, maxcore, minram, maxram = (None if bound == "-" else int(bound) for bound in bounds)
        found.append(ResourceType(name, mincore or 1, maxcore, minram, maxram))
    return tuple(found)


def submit_text(value: str) -> str:
    """Read submit commands; the queue statement is ours to give."""
    for line in value.splitlines():
        if re.match(r"\s*queue\b", line, re.IGNORECASE):
            raise ValueError("submit commands without a queue statement (how many is decided each cycle)")
    return value.strip()
