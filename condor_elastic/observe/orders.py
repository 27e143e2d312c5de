"""What administrators ordered out of band: one small file for each pilot queue that is paused or drained."""

from __future__ import annotations

import json
from pathlib import Path

from condor_elastic.model import Order

DONE = {"pause": "paused", "drain": "drained"}


def path(directory: str, queue: str) -> Path:
    """Give the file in which a queue's order stands."""
    return Path(directory) / queue.upper()


def order(directory: str, queue: str) -> Order | None:
    """Read a queue's order; one that cannot be read pauses the queue, as somebody wanted something of it."""
    file = path(directory, queue)
    try:
        said = json.loads(file.read_text())
        wanted, by, when, why = said["order"], said["by"], said["when"], said.get("why", "")
        done = DONE[wanted]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Order("pause", f"the order in {file} cannot be read; condor_elastic resume {queue} takes it back")
    return Order(wanted, f"it was {done} by {by} at {when}" + (f" ({why})" if why else ""))
