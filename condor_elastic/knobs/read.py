"""From HTCondor's macros to Settings; whatever is wrong is named with knob, value and place, all of it at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, fields, replace
from typing import Any, TypeVar

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.lifetime import wrong_lifetime
from condor_elastic.knobs.panda import panda
from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.knobs.row import REQUIRED
from condor_elastic.knobs.spot import wrong_spot
from condor_elastic.knobs.table import (
    FLEET_POLICIES,
    MONEY,
    NEEDS,
    PREFIX,
    QUEUE_POLICIES,
    GlobalKnobs,
    Settings,
)

Place = Callable[[str], str]
SHORT = 60
Rows = TypeVar("Rows", GlobalKnobs, QueueKnobs, FleetKnobs)


class BadKnobs(ValueError):
    """The configuration cannot be used; the message has one line for each thing that is wrong."""


def read(macros: Mapping[str, str], place: Place = lambda _: "") -> Settings:
    """Read all ``ELASTIC_`` macros; names are case-insensitive as everywhere in HTCondor, empty means unset.

    place(name) says where a macro was set, such as `` (set in FILE, line 3)``.  Raises BadKnobs.
    """
    given = {name.upper(): value for name, value in macros.items() if name.upper().startswith(PREFIX)}
    wrong: list[str] = []
    pool = _rows(GlobalKnobs, "", given, wrong, place)
    if wrong:
        raise BadKnobs("\n".join(wrong))
    known = {PREFIX + f.name.upper() for f in fields(GlobalKnobs)}
    queues = tuple(_rows(QueueKnobs, name, given, wrong, place) for name in pool.pilot_names)
    fleets = tuple(_rows(FleetKnobs, name, given, wrong, place) for name in pool.fleet_names)
    for kind, names in ((QueueKnobs, pool.pilot_names), (FleetKnobs, pool.fleet_names)):
        known |= {_knob(name, f) for name in names for f in fields(kind) if f.name != "name"}
    both = {n.upper() for n in pool.pilot_names} & {n.upper() for n in pool.fleet_names}
    wrong += [f"{PREFIX}FLEET_NAMES and {PREFIX}PILOT_NAMES both name {name}; only one may" for name in sorted(both)]
    for q in queues:
        wrong += [*_policies(q, QUEUE_POLICIES, place), *panda(q, place)]
    for fleet in fleets:
        wrong += [*_policies(fleet, FLEET_POLICIES, place), *_price(fleet, place)]
        wrong += [*wrong_spot(fleet, PREFIX, place), *wrong_lifetime(fleet, place)]
    wrong += _sums(pool, fleets, place)
    wrong += [_unknown(name, given[name], known, place) for name in sorted(set(given) - known)]
    if wrong:
        raise BadKnobs("\n".join(wrong))
    return Settings(pool, queues, tuple(replace(f, user_data=f.user_data or pool.user_data) for f in fleets))


def _knob(owner: str, row: Field[Any]) -> str:
    return PREFIX + (owner.upper() + "_" if owner else "") + row.name.upper()


def _rows(table: type[Rows], owner: str, given: Mapping[str, str], wrong: list[str], place: Place) -> Rows:
    values: dict[str, Any] = {"name": owner} if owner else {}
    for row in fields(table):
        if row.name == "name":
            continue
        name = _knob(owner, row)
        raw = given.get(name, "")
        values[row.name] = None if row.default is REQUIRED else row.default
        if raw.strip():
            try:
                values[row.name] = row.metadata["kind"](raw)
            except ValueError as error:
                wrong.append(f"{name} = {_short(raw)} is not {error}{place(name)}")
        elif row.default is REQUIRED:
            wrong.append(f"{name} is not set; it is needed: {row.metadata['meaning']}")
    return table(**values)


def _policies(row: QueueKnobs | FleetKnobs, known: Iterable[str], place: Place) -> list[str]:
    name = f"{PREFIX}{row.name.upper()}_POLICIES"
    right = ", ".join(known)
    bad = [policy for policy in row.policies if policy not in known]
    wrong = [f"{name} names an unknown policy, {policy}{place(name)}; it may name {right}" for policy in bad]
    for policy, needed in NEEDS.items():
        if policy in row.policies and getattr(row, needed.lower(), None) in (None, ""):
            wrong.append(f"{name} names {policy}{place(name)}, which needs {PREFIX}{row.name.upper()}_{needed}")
    if {"KeepNRunning", "Headroom"} <= set(row.policies):  # one would give back what the other has launched
        wrong.append(f"{name} names both KeepNRunning and Headroom{place(name)}; only one may")
    return wrong


def _price(fleet: FleetKnobs, place: Place) -> list[str]:
    own = f"{PREFIX}{fleet.name.upper()}_"
    said = [] if fleet.price else [cap for cap in MONEY if getattr(fleet, cap.lower()) is not None]
    return [f"{own}{cap} = {getattr(fleet, cap.lower())}{place(own + cap)} needs {own}PRICE" for cap in said]


def _sums(pool: GlobalKnobs, fleets: Iterable[FleetKnobs], place: Place) -> list[str]:
    if any(fleet.price for fleet in fleets):
        return []
    said = [cap for cap in MONEY if getattr(pool, cap.lower()) is not None]
    needs = f"needs {PREFIX}<FLEET>_PRICE, and no fleet has one"
    return [f"{PREFIX}{cap} = {getattr(pool, cap.lower())}{place(PREFIX + cap)} {needs}" for cap in said]


def _unknown(name: str, value: str, known: set[str], place: Place) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]}?" if near else "; no knob, fleet or pilot queue has this name"
    return f"{name} = {_short(value)} is unknown{place(name)}{hint}"


def _short(value: str) -> str:
    line = " ".join(value.split())
    return f'"{line}"' if len(line) <= SHORT else f'"{line[:SHORT]}..."'
