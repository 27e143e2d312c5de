"""Read what PanDA's queues are like: from the server's site specs, its schedconfig cache, or CRIC.

Where catchall has per_core_attr, maxrss, minrss and maxwdir are those of one core.  In its site specs the server has
multiplied them (since 0.6.13, taskbuffer/db_proxy_mods/entity_module.py); the cache and CRIC hold the rows as they were
written, so it is done here for these, as Harvester does it (harvestermisc/info_utils.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from condor_elastic.model import QueueSpec, ResourceType
from condor_elastic.observe.panda.answer import data, document, table

SITE_SPECS = "/api/v1/metaconfig/get_site_specs"
SCHEDCONFIG = "/cache/schedconfig/{}.all.json"
RESOURCE_TYPES = "/api/v1/metaconfig/get_resource_types"
NULL = "null"
"""The key the server writes for a queue that has no nickname."""
UNDEFINED = "Undefined"
"""The resource type that no job has."""
PER_CORE = "per_core_attr"
NUMBER = re.compile(r"\s*[0-9]{1,15}(\.[0-9]*)?\s*")
MOST = 10**15


@dataclass(frozen=True)
class Specs:
    """The queues of an answer; wrong are those that cannot be read, with the reason."""

    found: Mapping[str, QueueSpec] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


class _Reads(Protocol):
    def __call__(self, name: str, row: Mapping[str, Any]) -> QueueSpec: ...


def site_specs(body: bytes, now: int) -> Specs:
    """Read get_site_specs?type=all; the queues that the server derives for each resource type are left out."""
    rows = table(data(body), "data")
    named = {name: row for name, row in rows.items() if name != NULL and not _is_derived(row)}
    return _each(named, partial(_spec, cores="coreCount", now=now))


def schedconfig(body: bytes, now: int) -> QueueSpec:
    """Read one queue's file of the server's cache; raises ValueError when any field that we read is wrong."""
    row = table(document(body), "the queue")
    return _row(str(row.get("nickname") or "the queue"), row, now=now)


def cric(body: bytes, now: int) -> Specs:
    """Read CRIC's answer with all queues."""
    return _each(table(document(body), "the queues"), partial(_row, now=now))


def resource_types(body: bytes) -> tuple[ResourceType, ...]:
    """Read get_resource_types: everything or nothing."""
    rows = data(body)
    if not isinstance(rows, list):
        raise ValueError(f"it answered {rows!r:.60} for data, where a list belongs")  # noqa: TRY004
    found = tuple(_type(table(row, f"resource type {number}")) for number, row in enumerate(rows, 1))
    known = tuple(type_ for type_ in found if type_.name != UNDEFINED)
    if not known:
        raise ValueError("it answered no resource type")
    return known


def _is_derived(row: Any) -> bool:
    return isinstance(row, dict) and bool(row.get("unified_name"))


def _each(rows: Mapping[str, Any], read: _Reads) -> Specs:
    seen = {name: _try(name, row, read) for name, row in rows.items()}
    found = {name: spec for name, spec in seen.items() if isinstance(spec, QueueSpec)}
    wrong = {name: why for name, why in seen.items() if isinstance(why, str)}
    if not found:
        raise ValueError(next(iter(wrong.values()), "it answered no queue"))
    return Specs(found, wrong)


def _try(name: str, row: Any, read: _Reads) -> QueueSpec | str:
    try:
        return read(name, table(row, name))
    except ValueError as error:
        return str(error)


def _row(name: str, row: Mapping[str, Any], now: int) -> QueueSpec:
    cores = _amount(row, "corecount", name)
    items = _word(row, "catchall", name).split(",")
    per_core = any(item.startswith(PER_CORE) for item in items)
    state = _word(row, "state", name).upper()
    spec = _spec(name, row if state in ("", "ACTIVE") else {**row, "status": "offline"}, "corecount", now)
    return _times(spec, max(1, cores)) if per_core else spec


def _times(spec: QueueSpec, cores: int) -> QueueSpec:
    return replace(spec, maxrss=spec.maxrss * cores, minrss=spec.minrss * cores, maxwdir=spec.maxwdir * cores)


def _spec(name: str, row: Mapping[str, Any], cores: str, now: int) -> QueueSpec:
    return QueueSpec(
        status=_word(row, "status", name).lower(),
        corecount=_amount(row, cores, name),
        maxrss=_amount(row, "maxrss", name),
        minrss=_amount(row, "minrss", name),
        maxwdir=_amount(row, "maxwdir", name),
        maxtime=_amount(row, "maxtime", name),
        capability=_word(row, "capability", name),
        read=now,
    )


def _type(row: Mapping[str, Any]) -> ResourceType:
    name = _word(row, "resource_name", "the resource types")
    if not name:
        raise ValueError("it answered a resource type without a name")
    bounds = [_amount(row, key, name) or None for key in ("mincore", "maxcore", "minrampercore", "maxrampercore")]
    return ResourceType(name, bounds[0] or 1, *bounds[1:])


def _amount(row: Mapping[str, Any], key: str, where: str) -> int:
    """Give a whole number, 0 for what is not said; a text of digits and a fraction are numbers to CRIC."""
    value = row.get(key)
    if value is None or (isinstance(value, str) and not value.strip()):
        return 0
    text = isinstance(value, str) and NUMBER.fullmatch(value)
    number = float(value) if text else value
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number < MOST:
        raise ValueError(f"it answered {value!r:.60} for {where}, {key}, where a number belongs")
    return int(number)


def _word(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"it answered {value!r:.60} for {where}, {key}, where a word belongs")  # noqa: TRY004
    return value.strip()
