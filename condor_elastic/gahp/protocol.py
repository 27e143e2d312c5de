"""parse() reads a line into a command, format_command() writes it.

Source: parse_gahp_command() and the checks in HTCondor's ec2_gahp, condor_gridmanager/generic-gahp-client.cpp.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from condor_elastic.gahp.commands import NAMES, PARAMETERLESS, REQUESTS, Command, Control, Request, ResponsePrefix
from condor_elastic.gahp.line import NULL, BadLine, join, split

_DIGITS = 18
"""More than any number in the protocol has; int() would take its time for thousands."""


def parse(line: bytes) -> Command:
    """Return the command of a line; its name may be in any case.  Raises BadLine for everything else."""
    first, *words = split(line)
    name = first.upper()
    if name in REQUESTS:
        return _read(REQUESTS[name], words)
    if name in PARAMETERLESS and not words:
        return Control(name)
    if name == "RESPONSE_PREFIX" and len(words) == 1:
        return ResponsePrefix(words[0])
    raise BadLine("unknown command, or wrong number of arguments")


def service_url(line: bytes) -> str | None:
    """Return the service URL that a line names, whatever its command; None when it names none."""
    try:
        words = split(line)
    except BadLine:
        return None
    return next((word for word in words[2:3] if "://" in word), None)


def format_command(command: Command) -> bytes:
    """Return the line, without newline, that parse() reads as this command."""
    if isinstance(command, Control):
        return join([command.name])
    if isinstance(command, ResponsePrefix):
        return join(["RESPONSE_PREFIX", command.prefix])
    words: list[str | None] = [NAMES[type(command)]]
    for field in dataclasses.fields(command):
        words += _write(field.metadata["shape"], getattr(command, field.name))
    return join(words)


def _read(kind: type[Request], words: list[str]) -> Request:
    left = list(words)
    values = [_READ[field.metadata["shape"]](left) for field in dataclasses.fields(kind)]
    if left:
        raise BadLine(f"{len(left)} arguments too many")
    return kind(*values)


def _take(left: list[str]) -> str:
    if not left:
        raise BadLine("too few arguments")
    return left.pop(0)


def _word(left: list[str]) -> str:
    word = _take(left)
    if word == NULL:
        raise BadLine("NULL where a value is needed")
    return word


def _maybe(left: list[str]) -> str | None:
    word = _take(left)
    return None if word == NULL else word


def _number(left: list[str]) -> int:
    word = _take(left)
    if not (word.isascii() and word.isdigit() and len(word) <= _DIGITS):
        raise BadLine("not a number")
    return int(word)


def _list(left: list[str]) -> tuple[str, ...]:
    return tuple(iter(lambda: _take(left), NULL))


def _pairs(left: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, _take(left)) for name in iter(lambda: _take(left), NULL))


def _rest(left: list[str]) -> tuple[str, ...]:
    words = tuple(left)
    left.clear()
    return words


def _some(left: list[str]) -> tuple[str, ...]:
    return (_word(left), *_rest(left))


_READ: dict[str, Any] = {
    "word": _word,
    "maybe": _maybe,
    "number": _number,
    "list": _list,
    "pairs": _pairs,
    "rest": _rest,
    "some": _some,
}


def _write(shape: str, value: Any) -> list[str | None]:
    if shape == "pairs":
        return [word for pair in value for word in pair] + [None]
    if shape == "list":
        return [*value, None]
    return list(value) if shape in ("rest", "some") else [None if value is None else str(value)]
