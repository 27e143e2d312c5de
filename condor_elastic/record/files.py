"""The files of the record: written in one step, the oldest deleted, read with words for what is wrong."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from condor_elastic import __version__
from condor_elastic.knobs import Settings
from condor_elastic.model import Plan, Snapshot
from condor_elastic.record.form import from_json, to_json

FORM = 1
MODE = 0o640
"""Jobs and machines of the pool are not for everyone to read."""


@dataclass(frozen=True)
class Recorded:
    """What a cycle knew and saw, what it said of each queue and fleet, and the version that said it."""

    settings: Settings
    seen: Snapshot
    said: tuple[tuple[str, tuple[str, ...]], ...]
    version: str


def said(plans: Iterable[Plan]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give a line for each plan, and for each of its actions."""
    return tuple((f"{p.kind} {p.name}: {p.verdict}", tuple(str(action) for action in p.actions)) for p in plans)


def keep(settings: Settings, seen: Snapshot, plans: Sequence[Plan]) -> str:
    """Write this cycle's file and delete all but the last ELASTIC_RECORD; give the reason if that cannot be done."""
    number, directory = settings.pool.record, settings.pool.record_directory
    if not number:
        return ""
    whole = {"form": FORM, "version": __version__, "settings": to_json(_without_secrets(settings)),
             "seen": to_json(seen), "said": to_json(said(plans))}  # fmt: skip
    try:
        _write(_free(Path(directory), seen.now), whole)
        for old in sorted(Path(directory).glob("cycle-*.json"))[:-number]:
            old.unlink()
    except OSError as error:
        return f"what was seen cannot be kept in ELASTIC_RECORD_DIRECTORY={directory}: {error.strerror or error}"
    return ""


def load(path: str) -> Recorded:
    """Read a file; raises ValueError with what is wrong with it."""
    try:
        whole = json.loads(Path(path).read_text())
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror or error}") from None
    if not isinstance(whole, dict) or whole.get("form") != FORM:
        raise ValueError(f"it is not a record of a cycle, form {FORM}")
    settings, seen = from_json(whole.get("settings")), from_json(whole.get("seen"))
    if not isinstance(settings, Settings) or not isinstance(seen, Snapshot):
        raise ValueError("it has no settings, or nothing that was seen")  # noqa: TRY004  it is the file that is wrong
    return Recorded(settings, seen, from_json(whole.get("said") or []), str(whole.get("version", "")))


def _without_secrets(settings: Settings) -> Settings:
    """Leave out the submit text, where an administrator may have put a secret: no decision looks at it."""
    queues = tuple(replace(queue, submit="") for queue in settings.queues)
    return replace(settings, queues=queues, fleets=tuple(replace(fleet, submit="") for fleet in settings.fleets))


def _free(directory: Path, now: int) -> Path:
    """Give the cycle's file a name of its own, in the order of time."""
    names = (directory / f"cycle-{now}-{i:03}.json" for i in range(1000))
    return next((name for name in names if not name.exists()), directory / f"cycle-{now}-999.json")


def _write(path: Path, whole: dict[str, Any]) -> None:
    handle, fresh = tempfile.mkstemp(".new", ".", path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            os.fchmod(handle, MODE)
            json.dump(whole, file, separators=(",", ":"))
        os.replace(fresh, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh)
        raise
