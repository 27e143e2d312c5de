"""Checks of what a call of the control service says."""

from __future__ import annotations

from collections.abc import Iterable


class Wrong(ValueError):
    """A call that cannot be meant so."""


def need(fine: object, text: str) -> None:
    if not fine:
        raise Wrong(text)


def text(name: str, value: object) -> str:
    need(isinstance(value, str) and value, f"{name} is to be a text, not {value!r}")
    return str(value)


def number(name: str, value: object, least: float = 0, most: float = 1e6) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Wrong(f"{name} is to be a number, not {value!r}")
    need(least <= value <= most, f"{name} is to be from {least:g} to {most:g}, not {value!r}")
    return value


def whole(name: str, value: object, least: int = 0, most: int = 100_000) -> int:
    found = number(name, value, least, most)
    need(found == int(found), f"{name} is to be a whole number, not {value!r}")
    return int(found)


def one_of(name: str, value: object, names: Iterable[str]) -> str:
    found = text(name, value)
    known = list(names)
    need(found in known, f"{name} is to be one of {', '.join(known)}, not {value!r}")
    return found
