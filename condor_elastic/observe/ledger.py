"""What ended VMs have cost this month, from the schedd's history, of which each record is read once.

The history is read backwards to the newest record that was there the time before, whosever that is.  What was read is
kept in a file beside: HTCondor may rotate its history away (MAX_HISTORY_LOG, MAX_HISTORY_ROTATIONS) within a month.
The file is a copy: where it is lost, it is made again from the history, as far as that reaches.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import astuple
from typing import Any

from condor_elastic.knobs import GlobalKnobs
from condor_elastic.model import Ledger, Spell
from condor_elastic.observe.billed import TIMES, billed, price

History = Callable[[str, "list[str]", int, "str | None"], Iterable[Any]]
"""Constraint, attributes, the most to give, and where to stop, as in ended.py."""

ATTRS = ["ClusterId", "ProcId", "JobStatus", "ElasticVM", "ElasticFleet", "ElasticPrice", *TIMES]
LONGEST = 45 * 86400
"""Seconds before the month's first at which the first look stops: a job may stay in the queue long after its end."""
VERSION = 1


def ledger(history: History, pool: str, file: str, now: int, *, keep: bool) -> Ledger:
    """Read what has ended since the last look and add it to what is kept; raises the bindings' errors."""
    day, month = _begin(now)
    mark, known = _load(file, pool)
    newest = next((f"ClusterId == {ad['ClusterId']} && ProcId == {ad['ProcId']}"
                   for ad in history("ProcId >= 0", ["ClusterId", "ProcId"], 1, None)), "")  # fmt: skip
    if newest and newest != mark:
        mine = f'ElasticVM isnt undefined && ElasticPool =?= "{pool}"'
        since = mark or f"EnteredCurrentStatus < {month - LONGEST}"
        for ad in history(mine, ATTRS, -1, since):
            spell = _spell(ad)
            if spell:
                known[spell.vm] = spell
    ended = tuple(spell for spell in known.values() if spell.end is not None and spell.end >= month)
    if keep and newest and newest != mark:
        _save(file, pool, newest, ended)
    return Ledger(day, month, ended)


def read_ledger(knobs: GlobalKnobs, *, keep: bool) -> Ledger:
    """Ask the local schedd; raises LookupError where it keeps no history."""
    import classad2
    import htcondor2

    if not htcondor2.param.get("HISTORY"):
        raise LookupError("HISTORY is not set")

    def history(mine: str, attrs: list[str], most: int, since: str | None) -> Any:
        return htcondor2.Schedd().history(mine, attrs, most, since and classad2.ExprTree(since))

    return ledger(history, knobs.pool, knobs.spent_file, int(time.time()), keep=keep)


def _begin(now: int) -> tuple[int, int]:
    day = now - now % 86400
    return day, day - (time.gmtime(now).tm_mday - 1) * 86400


def _spell(ad: Any) -> Spell | None:
    began, ended = billed(ad, gone=True)
    if began is None:
        return None
    return Spell(str(ad["ElasticVM"]), str(ad.get("ElasticFleet", "")), price(ad) or 0.0, began, ended)


def _load(file: str, pool: str) -> tuple[str, dict[str, Spell]]:
    """Give the record read last and what has ended; nothing where the file is missing, broken or another pool's."""
    try:
        with open(file, encoding="utf-8") as kept:
            said = json.load(kept)
        if (said["version"], said["pool"]) != (VERSION, pool):
            return "", {}
        spells = [Spell(str(v), str(f), float(p), int(start), int(end)) for v, f, p, start, end in said["ended"]]
        return str(said["mark"]), {spell.vm: spell for spell in spells}
    except (OSError, ValueError, TypeError, KeyError):
        return "", {}


def _save(file: str, pool: str, mark: str, ended: Iterable[Spell]) -> None:
    """Put it in place in one step.  If that cannot be done the next cycle reads the same again."""
    said = {"version": VERSION, "pool": pool, "mark": mark, "ended": [astuple(spell) for spell in ended]}
    try:
        handle, fresh = tempfile.mkstemp(".new", ".", os.path.dirname(file))
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            os.fchmod(handle, 0o644)
            json.dump(said, out, separators=(",", ":"))
        os.replace(fresh, file)
    except OSError:
        return
