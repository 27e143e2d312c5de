"""Pause, drain and resume a pilot queue, out of band: the next cycle heeds it."""

from __future__ import annotations

import getpass
import json
import os
import sys
import tempfile
import time

from condor_elastic.knobs import BadKnobs
from condor_elastic.knobs.macros import configured
from condor_elastic.observe.orders import path


def order(what: str, queue: str, why: str) -> int:
    """Write or take back a queue's order and say so; exit status 1 when that cannot be."""
    try:
        knobs = configured()
        name = _named(queue, [each.name for each in knobs.queues])
        print(_resume(knobs.pool.order_directory, name) if what == "resume" else
              _write(knobs.pool.order_directory, name, what, why))  # fmt: skip
    except (BadKnobs, ValueError, OSError) as error:
        print(f"condor_elastic {what}: {error}", file=sys.stderr)
        return 1
    return 0


def _named(queue: str, names: list[str]) -> str:
    for name in names:
        if name.upper() == queue.upper():
            return name
    raise ValueError(f"there is no pilot queue {queue}; ELASTIC_PILOT_NAMES has {', '.join(names) or 'none'}")


def _write(directory: str, queue: str, what: str, why: str) -> str:
    said = {"order": what, "by": _who(), "when": time.strftime("%Y-%m-%d %H:%M:%S %z"), "why": why}
    handle, new = tempfile.mkstemp(dir=directory)
    with os.fdopen(handle, "w") as file:
        json.dump(said, file)
    os.chmod(new, 0o644)
    os.replace(new, path(directory, queue))
    also = " and its idle pilots are removed" if what == "drain" else ""
    return f"{queue} gets no more pilots{also}, until: condor_elastic resume {queue}"


def _resume(directory: str, queue: str) -> str:
    try:
        path(directory, queue).unlink()
    except FileNotFoundError:
        return f"{queue} was neither paused nor drained"
    return f"{queue} gets pilots again"


def _who() -> str:
    return os.environ.get("SUDO_USER") or getpass.getuser()
