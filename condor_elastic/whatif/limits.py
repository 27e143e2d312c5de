"""Concurrency limits: idle jobs beyond them cannot run, however many machines there are.

(manual: Concurrency Limits.  A limit is <NAME>_LIMIT; NAME.SUB falls back to NAME_LIMIT_DEFAULT, and all of them to
CONCURRENCY_LIMIT_DEFAULT.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Configured = Callable[[str], Any]
_NUMBER = re.compile(r"\d+(\.\d*)?")
UNLIMITED = 2_308_032  # HTCondor's own CONCURRENCY_LIMIT_DEFAULT


class Limits:
    """What is left of each concurrency limit; what is granted here is taken off."""

    def __init__(self, configured: Configured, used: Mapping[str, float]) -> None:
        """Take the limits from HTCondor's knobs, and what is in use, by lower-case name."""
        self._configured = configured
        self._left: dict[str, float] = {}
        self._used = used

    def grant(self, ad: Any, count: int) -> int:
        """Give how many of so many jobs may run under the limits that their ad names."""
        named = asked(ad)
        for name, each in named.items():
            count = min(count, max(0, int(self._room(name) / each)))
        for name, each in named.items():
            self._left[name] = self._room(name) - count * each
        return count

    def _room(self, name: str) -> float:
        if name not in self._left:
            self._left[name] = self._limit(name) - self._used.get(name, 0)
        return self._left[name]

    def _limit(self, name: str) -> float:
        knobs = [f"{name}_LIMIT", *([f"{name.split('.')[0]}_LIMIT_DEFAULT"] if "." in name else []),
                 "CONCURRENCY_LIMIT_DEFAULT"]  # fmt: skip
        said = (self._configured(knob.upper()) for knob in knobs)
        return next((float(value) for value in said if _NUMBER.fullmatch(str(value).strip())), UNLIMITED)


def asked(ad: Any) -> dict[str, float]:
    """Read the limits a job's ad names, and how much of each it takes: "sw.a:2, db" is 2 of sw.a and 1 of db."""
    text = ad.eval("ConcurrencyLimits") if "ConcurrencyLimits" in ad else ""
    found: dict[str, float] = {}
    for word in text.replace(",", " ").split() if isinstance(text, str) else ():
        name, _, each = word.lower().partition(":")
        try:
            found[name] = float(each or 1)
        except ValueError:
            found[name] = 1.0
    return {name: each for name, each in found.items() if each > 0}
