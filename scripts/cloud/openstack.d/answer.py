"""Waits until a service answers, whatever it says."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable

PATIENCE = 180.0


class Silent(RuntimeError):
    """A service that does not answer."""


def wait_for_answer(url: str, alive: Callable[[], bool] = lambda: True) -> None:
    """Wait until a URL answers; raises Silent when its process has ended or its time is over."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and alive():
        try:
            urllib.request.urlopen(url, timeout=10).close()
        except urllib.error.HTTPError:  # noqa: PERF203 - it waits anyway
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Silent(f"no answer from {url}")
