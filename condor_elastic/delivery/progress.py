"""How a long step tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

Advance = Callable[[int], None]
"""Called with the number of bytes that are done since the last call; from several threads at once."""
Progress = Callable[[str, int], AbstractContextManager[Advance]]
"""Opens a step: its name, and its size in bytes."""


def nothing(_: int) -> None:
    """Take note of nothing."""


def silent(_what: str, _size: int) -> AbstractContextManager[Advance]:
    """Open a step that tells nobody."""
    return nullcontext(nothing)
