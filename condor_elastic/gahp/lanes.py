"""Which request waits for which: starts, stops and looks have threads of their own, and a list waits for a pause.

With one queue for all a removal would wait behind a thousand launches.  A list that is read in the middle of a burst
costs the cloud as much as hundreds of launches and tells the gridmanager half of it; the other half would wait for
the next list, GRIDMANAGER_JOB_PROBE_INTERVAL later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from condor_elastic.gahp import commands

THREADS = 32
"""Launches under way at once, at least; each thread waits for one call of the cloud, and launches come by the hundred.

The gridmanager's default of 5 is for a GAHP whose threads wait for one another.
"""
STOPS = 100
"""Requests to stop that are taken on at once: a driver may end so many instances with one call."""
LOOKS = 2
PATIENCE = 60.0
"""Seconds that a list waits for a pause at most."""
_STOPS = (commands.Stop, commands.StopSpot)
_LISTS = (commands.StatusAll, commands.StatusAllSpot)
_LOOKS = (*_LISTS, commands.Status, commands.StatusSpot, commands.ServerType)

Work = Callable[[commands.Request], None]


class Lanes:
    """Carries out requests in threads; work is to raise nothing."""

    def __init__(self, work: Work, starts: int = THREADS, patience: float = PATIENCE) -> None:
        """Work with so many threads for all that changes something, stops apart."""
        self._work = work
        self._patience = patience
        self._starts = ThreadPoolExecutor(starts, "start")
        self._stops = ThreadPoolExecutor(STOPS, "stop")
        self._looks = ThreadPoolExecutor(LOOKS, "look")
        self._pause = threading.Condition()
        self._busy = 0
        self._closing = False

    def take(self, request: commands.Request) -> None:
        """Have a request done; returns at once."""
        if isinstance(request, _LOOKS):
            self._looks.submit(self._look, request)
            return
        with self._pause:
            self._busy += 1
        (self._stops if isinstance(request, _STOPS) else self._starts).submit(self._change, request)

    def _change(self, request: commands.Request) -> None:
        try:
            self._work(request)
        finally:
            with self._pause:
                self._busy -= 1
                self._pause.notify_all()

    def _look(self, request: commands.Request) -> None:
        if isinstance(request, _LISTS):
            with self._pause:
                self._pause.wait_for(lambda: not self._busy or self._closing, self._patience)
        self._work(request)

    def close(self) -> None:
        """Let the work that has begun come to its end, and drop the rest."""
        with self._pause:
            self._closing = True
            self._pause.notify_all()
        for lane in (self._starts, self._stops, self._looks):
            lane.shutdown(wait=False, cancel_futures=True)
        for lane in (self._starts, self._stops, self._looks):
            lane.shutdown(wait=True)
