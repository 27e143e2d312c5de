"""What is seen of each pilot queue: in PanDA, in the schedd's history, and what was ordered out of band."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from condor_elastic.knobs import QueueKnobs, Settings
from condor_elastic.model import QueueSeen
from condor_elastic.observe.ended import ended_pilots
from condor_elastic.observe.orders import order
from condor_elastic.observe.panda.look import look


def queues(
    settings: Settings, attempt: Callable[[str, Callable[[], Any]], Any], *, keep: bool
) -> dict[str, QueueSeen]:
    """Look at all pilot queues; attempt(source, ask) gives Unknown where asking fails."""
    now = int(time.time())
    seen = look(settings, now, keep=keep)
    for queue in settings.queues:
        seen[queue.name] = replace(seen[queue.name], order=order(settings.pool.order_directory, queue.name))
        if "Throttle" in queue.policies:
            ended = attempt("the schedd's history", partial(_ended, settings, queue, now))
            seen[queue.name] = replace(seen[queue.name], ended=ended)
    return seen


def _ended(settings: Settings, queue: QueueKnobs, now: int) -> Any:
    import classad2
    import htcondor2

    def history(mine: str, attrs: list[str], most: int, since: str) -> Any:
        return htcondor2.Schedd().history(mine, attrs, most, classad2.ExprTree(since))

    return ended_pilots(history, settings.pool.pool, queue, now)
