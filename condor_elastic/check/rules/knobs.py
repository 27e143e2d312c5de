"""Knobs that cannot be read: from the sentence that says so to the line that would be right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from condor_elastic.check.finding import Finding, Macro, told
from condor_elastic.knobs import FleetKnobs, GlobalKnobs, QueueKnobs
from condor_elastic.knobs.row import REQUIRED
from condor_elastic.knobs.table import FLEET_POLICIES, PREFIX, QUEUE_POLICIES

UNKNOWN = re.compile(r'(\S+) = ".*" is unknown')
KNOB = re.compile(PREFIX + r"\w+")
NEEDED = re.compile(r"needs (" + PREFIX + r"\w+)")
POLICY = re.compile(r"(\S+) names an unknown policy, (\w+)")
EXAMPLES = {
    "POOL": "$(FULL_HOSTNAME)", "TRUST_DOMAIN": "$(TRUST_DOMAIN)", "COLLECTOR": "$(COLLECTOR_HOST)",
    "TEMPLATE": "Cpus = 8; Memory = 16000", "PANDA_URL": "https://pandaserver.example.org:25443", "MAX_VMS": "10",
    "SUBMIT": "@=end\n  grid_resource = ec2 ec2://us-east-1\n@end", "FIXED": "1", "KEEP_RUNNING": "1", "EXPR": "N",
    "HEADROOM": "1", "MAX_CORES": "100", "MAX_MEMORY": "200000", "MAX_PRICE_PER_HOUR": "5", "PRICE": "0.2",
    "PANDA_TOKEN_FILE": "/etc/condor/elastic.d/panda.token", "PANDA_PROXY": "/etc/condor/elastic.d/pilot.proxy",
    "QUEUE_DATA_URL": "https://cric.example.org/pandaqueue.json", "USER_DATA": "/etc/condor/elastic.d/user-data",
    "LIFETIME": "0",
}  # fmt: skip
"""What stands in a line where a knob has no default, or one that would not help."""
FLEET = {row.name.upper() for row in fields(FleetKnobs)} - {"NAME"}
QUEUE = {row.name.upper() for row in fields(QueueKnobs)} - {"NAME"}
ALIKE = 0.75
"""From here on a name is taken for a misspelt one."""


def wrong_knobs(said: str, macros: Mapping[str, Macro], fleets: Iterable[str], queues: Iterable[str]) -> list[Finding]:
    """Make a finding of each line of BadKnobs; fleets and queues are the names that are configured."""
    names = {"FLEET": list(fleets), "PILOT": list(queues)}
    return [_finding(line, macros, names) for line in said.splitlines()]


def _finding(line: str, macros: Mapping[str, Macro], names: Mapping[str, list[str]]) -> Finding:
    found = KNOB.search(line)
    knob = found.group() if found else ""
    add, right = _unknown(line, macros, names) or _policy(line, macros) or _needed(line) or _value(knob)
    what = told(knob, macros) if knob else "the configuration"
    run = "" if add else f"condor_config_val -v {knob}" if knob else "condor_config_val -summary"
    return Finding("knob", what, line, right, add=add, run=run)


def _unknown(line: str, macros: Mapping[str, Macro], names: Mapping[str, list[str]]) -> tuple[str, str] | None:
    found = UNKNOWN.match(line)
    if not found:
        return None
    name, value = found.group(1), _value_of(found.group(1), macros)
    for kind, known in (("FLEET", FLEET), ("PILOT", QUEUE)):
        owner = _owner(name, known)
        named = [one.upper() for one in [*names["FLEET"], *names["PILOT"]]]
        if owner and not difflib.get_close_matches(owner, named, 1):
            word = "fleet" if kind == "FLEET" else "pilot queue"
            add = f"{PREFIX}{kind}_NAMES = $({PREFIX}{kind}_NAMES) {owner.lower() if kind == 'FLEET' else owner}"
            return add, f"a {word} {owner} that is named; or remove the line"
    nearest = _nearest(name, names)
    if nearest:
        return f"{nearest} = {value}", f"{nearest}, in place of {name}"
    return f"# {name} = {value}", "no such line: nobody reads it"


def _owner(name: str, known: Iterable[str]) -> str:
    """Give X of ELASTIC_X_KNOB."""
    tails = [one for one in known if name.endswith("_" + one)]
    return name[len(PREFIX) : -len(max(tails, key=len)) - 1] if tails else ""


def _nearest(name: str, names: Mapping[str, list[str]]) -> str:
    return _near(name, known_knobs(names["FLEET"], names["PILOT"]))


def _near(name: str, known: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(name, sorted(known), 1, ALIKE)), "")


def _policy(line: str, macros: Mapping[str, Macro]) -> tuple[str, str] | None:
    found = POLICY.match(line)
    if not found:
        return None
    name, policy = found.groups()
    chain = [word for word in re.split(r"[,\s]+", _value_of(name, macros)) if word]
    known = sorted({*FLEET_POLICIES, *QUEUE_POLICIES})
    near = next(iter(difflib.get_close_matches(policy, known, 1)), "")
    kept = [near if word == policy else word for word in chain if word != policy or near]
    return f"{name} = {', '.join(kept)}", "policies that there are"


def _needed(line: str) -> tuple[str, str] | None:
    found = NEEDED.search(line)
    return (_line(found.group(1)), f"with {found.group(1)}") if found else None


def _value(knob: str) -> tuple[str, str]:
    return (_line(knob), "a value as README's table of knobs says") if knob else ("", "what README says of it")


def _line(knob: str) -> str:
    """Write a line for a knob: an example, or its default; empty where there is neither."""
    rows: list[Any] = [*fields(FleetKnobs), *fields(QueueKnobs), *fields(GlobalKnobs)]
    tails = [row for row in rows if knob.endswith("_" + row.name.upper())]
    row = max(tails, key=lambda one: len(one.name), default=None)
    if row is None:
        return ""
    text = EXAMPLES.get(row.name.upper(), "" if row.default in (None, REQUIRED) else row.default)
    if text == "" or not isinstance(text, (str, int, float, tuple)) or (isinstance(text, tuple) and not _words(text)):
        return ""
    value = ", ".join(text) if isinstance(text, tuple) else str(text)
    return f"{knob} {value}" if value.startswith("@=") else f"{knob} = {value}"


def _words(text: tuple[Any, ...]) -> bool:
    return bool(text) and all(isinstance(word, str) for word in text)


def _value_of(name: str, macros: Mapping[str, Macro]) -> str:
    macro = macros.get(name)
    return " ".join(macro.value.split()) if macro else ""


def misspelt(macros: Mapping[str, Macro], known: Iterable[str]) -> Iterator[Finding]:
    """Find macros that would be knobs of ours if they began with ELASTIC_; known are the knobs that there may be."""
    right = {one.removeprefix(PREFIX): one for one in known}
    for name, macro in macros.items():
        head, _, tail = name.upper().partition("_")
        near = difflib.SequenceMatcher(None, head + "_", PREFIX).ratio() >= ALIKE
        if head + "_" != PREFIX and near and tail in right:
            add = f"{right[tail]} = {' '.join(macro.value.split())}"
            yield Finding("knob-prefix", told(name, macros), f"nobody reads {name}", f"{right[tail]}", add=add)


def known_knobs(fleets: Iterable[str], queues: Iterable[str]) -> list[str]:
    """List the knobs that there may be with these fleets and queues."""
    known = [PREFIX + row.name.upper() for row in fields(GlobalKnobs)]
    known += [f"{PREFIX}{owner.upper()}_{knob}" for owner in fleets for knob in FLEET]
    return known + [f"{PREFIX}{owner.upper()}_{knob}" for owner in queues for knob in QUEUE]
