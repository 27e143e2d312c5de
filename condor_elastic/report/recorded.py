"""The story of a live pool, from what its cycles have recorded (ELASTIC_RECORD)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

from condor_elastic.associate import associate
from condor_elastic.knobs import Settings
from condor_elastic.model import Ledger, Snapshot, Spell, Unknown
from condor_elastic.record import load
from condor_elastic.report.moment import moment, sayings
from condor_elastic.report.story import Moment, Saying, Story, Told
from condor_elastic.report.words import fleet_words, when

Item = TypeVar("Item")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class NoRecord(LookupError):
    """There is nothing to tell of; says what to do."""


def recorded(directory: str, since: str = "") -> Told:
    """Read the files of a record; since is a time as --since takes it.

    Raises NoRecord, ValueError for a file or a time that is wrong.
    """
    paths = _paths(directory)
    begin = earliest(since, _time(paths[-1]))
    paths = [path for path in paths if _time(path) >= begin]
    if not paths:
        raise NoRecord(f"--since={since}: the last cycle in {directory} is of {when(_time(_paths(directory)[-1]))}")
    moments: list[Moment] = []
    said: list[Saying] = []
    bills = Bills()
    fleets: dict[str, None] = {}
    versions: dict[str, None] = {}
    for path in paths:
        try:
            one = load(str(path))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        seen, settings = one.seen, one.settings
        moments.append(moment(settings.fleets, seen, associate(_known(seen.vms), _known(seen.startds))))
        said += sayings(seen.now, one.said)
        bills.see(settings, seen)
        fleets.update(dict.fromkeys(fleet.name for fleet in settings.fleets))
        versions[one.version] = None
    first, last = moments[0].now, moments[-1].now
    story = Story(settings.pool.pool, tuple(fleets), first, last, moments, said, bills.spells())
    words = [
        ("Recorded", f"{len(moments)} cycles of the pool {settings.pool.pool}, from {when(first)} to {when(last)}"),
        ("Decided by", f"condor_elastic {', '.join(versions)}"),
        *fleet_words(settings.fleets),
    ]
    return Told(f"The pool {settings.pool.pool}", words, (story,), live=True)


def _known(source: tuple[Item, ...] | Unknown) -> tuple[Item, ...]:
    return () if isinstance(source, Unknown) else source


class Bills:
    """When each VM was billed, as the cycles saw it; a VM that is seen no more has ended when it last was."""

    def __init__(self) -> None:
        """Begin with none."""
        self._spells: dict[str, Spell] = {}
        self._seen: dict[str, int] = {}
        self._last = 0

    def see(self, settings: Settings, seen: Snapshot) -> None:
        """Note the VM jobs of a cycle, and those of which the history tells."""
        prices = {fleet.name.upper(): fleet.price for fleet in settings.fleets}
        if isinstance(seen.vms, Unknown):
            return
        self._last = seen.now
        for vm in seen.vms:
            if vm.began is not None:
                price = prices.get(vm.fleet.upper(), 0.0) if vm.price is None else vm.price
                self._spells[vm.vm] = Spell(vm.vm, vm.fleet, price, vm.began, vm.ended)
                self._seen[vm.vm] = seen.now
        for spell in seen.ledger.ended if isinstance(seen.ledger, Ledger) else ():
            self._spells[spell.vm], self._seen[spell.vm] = spell, seen.now

    def spells(self) -> list[Spell]:
        """Give them all."""
        return [spell if spell.end is not None or self._seen[name] == self._last
                else replace(spell, end=self._seen[name]) for name, spell in self._spells.items()]  # fmt: skip


def earliest(since: str, last: int) -> int:
    """Give the seconds of a date and time in UTC, or of so long before the last cycle; raises ValueError."""
    if not since:
        return 0
    ago = re.fullmatch(r"(\d+)([mhdw])", since)
    if ago:
        return last - int(timedelta(**{UNITS[ago[2]]: int(ago[1])}).total_seconds())
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        raise ValueError(f"--since={since} is neither a date and time (2026-11-23 06:00, UTC) nor so long before the "
                         "last cycle (90m, 6h, 2d, 1w)") from None  # fmt: skip
    return int((at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp())


def _paths(directory: str) -> list[Path]:
    try:
        found = [path for path in Path(directory).iterdir() if re.fullmatch(r"cycle-\d+-\d+\.json", path.name)]
    except OSError as error:
        raise NoRecord(f"ELASTIC_RECORD_DIRECTORY={directory} cannot be read: {error.strerror or error}") from None
    if not found:
        raise NoRecord(f"no cycle is recorded in {directory}: ELASTIC_RECORD = 1440 keeps those of a day")
    return sorted(found, key=lambda path: (_time(path), path.name))


def _time(path: Path) -> int:
    return int(path.name.split("-")[1])
