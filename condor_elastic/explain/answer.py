"""What an explanation is, and its two forms: short lines, and one JSON document."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reason:
    """One thing that stops what is asked about, or lets it wait; change says what would change it.

    kind is a word for programs (clause, cap, window, breaker, ...); until is when it ends by itself, seconds since the
    epoch; figures are what was seen, by name.
    """

    kind: str
    said: str
    change: tuple[str, ...] = ()
    until: int | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """What is told of one fleet: a sentence, and the reasons for it."""

    name: str
    said: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Answer:
    """All that is told of a job, a VM or a fleet; state is one word, said are sentences, figures what was seen.

    reasons are those of the thing itself and of the whole controller, fleets those of each fleet, in their order.
    """

    kind: str
    id: str
    state: str
    said: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    fleets: tuple[Part, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    found: bool = True


def at(when: int, now: int) -> str:
    """Say a time, and how far away it is."""
    far = f"in {when - now} s" if when > now else f"{now - when} s ago"
    return f"{time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(when))} ({far})"


def lines(answer: Answer, now: int) -> Iterable[str]:
    """Make the lines for people."""
    yield from answer.said
    yield from _reasons(answer.reasons, now, "")
    for part in answer.fleets:
        yield f"Fleet {part.name}: {part.said}"
        yield from _reasons(part.reasons, now, "  ")


def _reasons(reasons: Iterable[Reason], now: int, margin: str) -> Iterable[str]:
    for reason in reasons:
        yield f"{margin}{reason.kind}: {reason.said}"
        if reason.until is not None:
            yield f"{margin}  until {at(reason.until, now)}"
        yield from (f"{margin}  what would change it: {change}" for change in reason.change)


def document(answer: Answer, now: int) -> str:
    """Make the JSON document: times are seconds since the epoch, a sentence is for people, all else for programs."""
    said = {
        "kind": answer.kind,
        "id": answer.id,
        "found": answer.found,
        "time": now,
        "state": answer.state,
        "said": list(answer.said),
        "reasons": [_reason(reason) for reason in answer.reasons],
        "fleets": [{"name": part.name, "said": part.said, "reasons": [_reason(one) for one in part.reasons]}
                   for part in answer.fleets],
        **answer.figures,
    }  # fmt: skip
    return json.dumps(said, indent=2, default=str)


def _reason(reason: Reason) -> dict[str, Any]:
    told = {"kind": reason.kind, "said": reason.said, "change": list(reason.change), "until": reason.until}
    return {**told, **reason.figures}
