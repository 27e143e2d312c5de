"""Ask a server once in a cycle, and once in a period, whatever it answers; between, what it last said is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from condor_elastic.observe.panda.kept import Kept

Good = TypeVar("Good")
SOONER = 5
"""So many times in a period a question that failed is asked."""


@dataclass(frozen=True)
class Question(Generic[Good]):
    """What is asked: ask gets the last good answer and raises ValueError; to_json and from_json are for the disk."""

    key: str
    ask: Callable[[Good | None], Good]
    to_json: Callable[[Good], Any]
    from_json: Callable[[Any], Good | None]


@dataclass(frozen=True)
class Said(Generic[Good]):
    """The last good answer, None if there never was one; at is when it was asked last, why what went wrong then."""

    at: int
    good: Good | None
    why: str = ""


@dataclass
class Asked:
    """What was asked in one cycle; troubles are the reasons why answers could not be kept."""

    kept: Kept
    period: int
    now: int
    troubles: list[str] = field(default_factory=list)
    _said: dict[str, Said[Any]] = field(default_factory=dict)

    def said(self, question: Question[Good]) -> Said[Good]:
        """Give the answer of this cycle, of this period, or ask; a clock that went back makes it ask."""
        if question.key not in self._said:
            self._said[question.key] = self._recent(question)
        return self._said[question.key]

    def _recent(self, question: Question[Good]) -> Said[Good]:
        old = self._load(question)
        # What failed is asked for again sooner, but not each cycle: the wait for one who is gone would slow them all.
        wait = self.period // SOONER if old and old.why else self.period
        if old and 0 <= self.now - old.at < wait:
            return old
        new = self._ask(question, old.good if old else None)
        good = None if new.good is None else question.to_json(new.good)
        trouble = self.kept.save(question.key, {"at": new.at, "why": new.why, "good": good})
        if trouble:
            self.troubles.append(trouble)
        return new

    def _ask(self, question: Question[Good], good: Good | None) -> Said[Good]:
        try:
            return Said(self.now, question.ask(good))
        except ValueError as error:
            return Said(self.now, good, str(error) or "it gave no reason")

    def _load(self, question: Question[Good]) -> Said[Good] | None:
        kept = self.kept.load(question.key) or {}
        at, why, good = kept.get("at"), kept.get("why"), kept.get("good")
        if isinstance(at, bool) or not isinstance(at, int) or not isinstance(why, str):
            return None
        read = None if good is None else question.from_json(good)
        return Said(at, read, why) if read is not None or (good is None and why) else None
