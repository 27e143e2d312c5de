"""What VMs have cost: when each was billed, and at which price."""

from __future__ import annotations

from dataclasses import dataclass

HOUR = 3600
MINIMUM = 60
"""Seconds that are billed at least; after that each second (EC2's terms for Linux, and what OpenStack sites count)."""


@dataclass(frozen=True)
class Spell:
    """One VM from its first second to its last; end is None while it runs, price is money an hour."""

    vm: str
    fleet: str
    price: float
    start: int
    end: int | None = None

    def cost(self, since: int, now: int) -> float:
        """Give what it has cost from one time to another."""
        end = max(now if self.end is None else self.end, self.start + MINIMUM)
        return self.price * max(0, end - max(self.start, since)) / HOUR

    def ahead(self, now: int) -> float:
        """Give what it will cost until the end of the hour that it has begun."""
        return 0.0 if self.end is not None else self.price * (HOUR - max(0, now - self.start) % HOUR) / HOUR


@dataclass(frozen=True)
class Ledger:
    """The VMs that have ended and were billed since the month's first second; day and month begin in UTC."""

    day: int
    month: int
    ended: tuple[Spell, ...] = ()
