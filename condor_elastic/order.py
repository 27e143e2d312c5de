"""Pause, drain and resume a pilot queue, out of band: the next cycle heeds it."""

from __future__ import annotations

import getpass
import json
import os
import tempfile
import time

from condor_elastic.knobs.macros import configured
from condor_elastic.knobs.near import near
from condor_elastic.observe.orders import path


def order(what: str, queue: str, why: str) -> tuple[str, str]:
    """Write or take back a queue's order; give the queue and what was done.  Raises BadKnobs, LookupError, OSError."""
    knobs = configured()
    name = _named(queue, [each.name for each in knobs.queues])
    if what == "resume":
        return name, _resume(knobs.pool.order_directory, name)
    return name, _write(knobs.pool.order_directory, name, what, why)


def _named(queue: str, names: list[str]) -> str:
    for name in names:
        if name.upper() == queue.upper():
            return name
    has = f"; ELASTIC_PILOT_NAMES has {', '.join(names) or 'none'}"
    raise LookupError(f"there is no pilot queue {queue}{near(queue, names) or has}")


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
