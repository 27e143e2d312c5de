"""Frozen dataclasses as JSON and back: each object says its type, so that what is read is what was written.

A dataclass is {"class": name, field: value, ...}, a set {"set": [...]}, a table {"table": {...}}, a tuple a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from condor_elastic import model
from condor_elastic.knobs import FleetKnobs, GlobalKnobs, QueueKnobs, Settings

KNOWN: dict[str, type] = {
    kind.__name__: kind
    for kind in (*vars(model).values(), Settings, GlobalKnobs, QueueKnobs, FleetKnobs)
    if isinstance(kind, type) and is_dataclass(kind)
}
"""What may be read: nothing else is made of a file, whatever it names."""


def to_json(value: Any) -> Any:
    """Give a value of the model, or of the knobs, as plain JSON; raises TypeError for what is neither."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    if isinstance(value, frozenset):
        return {"set": sorted(to_json(item) for item in value)}
    if isinstance(value, Mapping):
        return {"table": {name: to_json(item) for name, item in value.items()}}
    if KNOWN.get(type(value).__name__) is type(value):
        return {"class": type(value).__name__, **{f.name: to_json(getattr(value, f.name)) for f in fields(value)}}
    raise TypeError(f"{type(value).__name__} is not of the model")


def from_json(value: Any) -> Any:
    """Take a value back; a field that is missing has its default.  Raises ValueError with what is wrong."""
    if isinstance(value, list):
        return tuple(from_json(item) for item in value)
    if not isinstance(value, dict):
        return value
    if "class" in value:
        return _made(str(value["class"]), {name: from_json(item) for name, item in value.items() if name != "class"})
    ((kind, inside),) = value.items() if len(value) == 1 else (("", None),)
    if kind == "set" and isinstance(inside, list):
        return frozenset(from_json(item) for item in inside)
    if kind == "table" and isinstance(inside, dict):
        return {name: from_json(item) for name, item in inside.items()}
    raise ValueError(f"neither a set, a table nor an object: {str(value)[:60]}")


def _made(name: str, values: dict[str, Any]) -> Any:
    try:
        return KNOWN[name](**values)
    except KeyError:
        raise ValueError(f"{name} is not of the model") from None
    except TypeError as error:
        raise ValueError(f"it is not this version's {name}: {error}") from None
