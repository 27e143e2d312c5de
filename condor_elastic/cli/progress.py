"""Draw how far a long step is: a bar where somebody looks, else a line now and then on stderr."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec

Advance = Callable[[int], None]
_EVERY = 10.0
"""Seconds between two lines."""


@contextmanager
def drawn() -> Iterator[Callable[[str, int], AbstractContextManager[Advance]]]:
    """Give what opens a step: its name, and its size in bytes, 0 where that is not known."""
    if not sys.stderr.isatty() or find_spec("rich") is None:
        yield _lines
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        @contextmanager
        def bar(what: str, size: int) -> Iterator[Advance]:
            task = bars.add_task(what, total=size or None)
            yield lambda done: bars.advance(task, done)
            bars.remove_task(task)

        yield bar


@contextmanager
def _lines(what: str, size: int) -> Iterator[Advance]:
    lock, done, told = threading.Lock(), 0, time.monotonic()

    def advance(more: int) -> None:
        nonlocal done, told
        with lock:
            done += more
            if size and time.monotonic() - told > _EVERY:
                told = time.monotonic()
                print(f"{what}: {100 * done // size} %", file=sys.stderr)

    yield advance
