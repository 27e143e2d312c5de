"""Lines on standard error that say how far it is."""

from __future__ import annotations

import sys
import time

_START = time.monotonic()
_PAUSE = 10.0
_last = [_START]


def say(text: str, *, often: bool = True) -> None:
    """Say a line; one that comes often is said every ten seconds."""
    now = time.monotonic()
    if often or now - _last[0] > _PAUSE:
        _last[0] = now
        print(f"{now - _START:6.0f} s  {text}", file=sys.stderr, flush=True)
