"""Acts by what they do, from the line of text that a record has of each (condor_elastic/model/plan.py writes them)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

QUIET = "no act"
LANES = ("launch", "un-retire", "retire", "remove", "hold", "submit pilots", "remove pilots", QUIET)
"""In the order in which they are drawn, from above."""
FORMS = (
    ("launch", re.compile(r"submit (\d+) VM jobs$")),
    ("submit pilots", re.compile(r"submit (\d+) (?:.+ )?pilots$")),
    ("remove pilots", re.compile(r"remove (\d+) idle pilots\b")),
    ("un-retire", re.compile(r"un-retire ")),
    ("retire", re.compile(r"retire ")),
    ("remove", re.compile(r"remove VM job ")),
    ("hold", re.compile(r"hold VM job ")),
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def lanes(acts: Iterable[str]) -> Counter[str]:
    """Count what acts do; what has merely joined the pool is no act."""
    found: Counter[str] = Counter()
    for act in acts:
        what = act.partition(": ")[2]
        for lane, form in FORMS:
            match = form.match(what)
            if match:
                found[lane] += int(match.group(1)) if match.groups() else 1
                break
    return found


def alike(verdict: str) -> str:
    """Give a verdict without its numbers: two that differ in those alone say the same."""
    return NUMBER.sub("#", verdict)
