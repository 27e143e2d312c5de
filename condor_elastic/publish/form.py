"""What an ad of ours is made of, and how a value is written into one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Union

Value = Union[str, int, float, bool, None, Mapping[str, Mapping[str, int]]]
Ad = dict[str, Value]


def literal(value: Value) -> str:
    """Write a value as a ClassAd literal on one line."""
    if value is None:
        return "undefined"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + " ".join(text.split()) + '"'
    return repr(value)
