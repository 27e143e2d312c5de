"""What PanDA said as plain JSON, and back; what does not look right counts as not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from condor_elastic.model import QueueSpec, QueueStats, ResourceType
from condor_elastic.observe.panda.specs import Specs

Read = TypeVar("Read")
SPEC_WORDS = frozenset({"status", "capability", "why"})
SPEC = frozenset(field.name for field in fields(QueueSpec))
TYPE = frozenset(field.name for field in fields(ResourceType))


def stats_to_json(stats: QueueStats) -> dict[str, Any]:
    """Give the jobs of a queue as plain JSON."""
    return {"types": {type_: dict(counts) for type_, counts in stats.types.items()}}


def stats_from_json(value: Any) -> QueueStats | None:
    """Take the jobs of a queue back."""
    types = each(value["types"], _counts) if _has(value, frozenset({"types"})) else None
    return None if types is None else QueueStats(types)


def spec_to_json(spec: QueueSpec) -> dict[str, Any]:
    """Give what a queue is like as plain JSON."""
    return asdict(spec)


def spec_from_json(value: Any) -> QueueSpec | None:
    """Take what a queue is like back."""
    if not _has(value, SPEC):
        return None
    good = all(_is_word(item) if name in SPEC_WORDS else _is_whole(item) for name, item in value.items())
    return QueueSpec(**value) if good else None


def specs_to_json(specs: Specs) -> dict[str, Any]:
    """Give all queues of an answer as plain JSON."""
    return {"found": {name: spec_to_json(spec) for name, spec in specs.found.items()}, "wrong": dict(specs.wrong)}


def specs_from_json(value: Any) -> Specs | None:
    """Take all queues of an answer back."""
    if not _has(value, frozenset({"found", "wrong"})):
        return None
    found = each(value["found"], spec_from_json)
    wrong = each(value["wrong"], lambda why: why if _is_word(why) else None)
    return None if found is None or wrong is None else Specs(found, wrong)


def types_to_json(types: tuple[ResourceType, ...]) -> list[dict[str, Any]]:
    """Give the resource types as plain JSON."""
    return [asdict(type_) for type_ in types]


def types_from_json(value: Any) -> tuple[ResourceType, ...] | None:
    """Take the resource types back."""
    read = [type_from_json(item) for item in value] if isinstance(value, list) else [None]
    found = tuple(type_ for type_ in read if type_ is not None)
    return found if len(found) == len(read) else None


def type_from_json(value: Any) -> ResourceType | None:
    """Take one resource type back."""
    if not _has(value, TYPE) or not _is_word(value["name"]) or not _is_whole(value["mincore"]):
        return None
    bounds = (value["maxcore"], value["minram"], value["maxram"])
    return ResourceType(**value) if all(bound is None or _is_whole(bound) for bound in bounds) else None


def each(value: Any, read: Callable[[Any], Read | None]) -> dict[str, Read] | None:
    """Take a table back, None if any of its values is not right."""
    if not isinstance(value, dict):
        return None
    found = {name: read(item) for name, item in value.items()}
    good = {name: item for name, item in found.items() if item is not None}
    return good if len(good) == len(found) else None


def _counts(value: Any) -> Mapping[str, int] | None:
    return each(value, lambda count: count if _is_whole(count) else None)


def _has(value: Any, names: frozenset[str]) -> bool:
    return isinstance(value, dict) and value.keys() == names


def _is_word(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
