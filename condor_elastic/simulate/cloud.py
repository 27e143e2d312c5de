"""A cloud as a simulation has it: how long a VM boots, what fails, when there are none, what is taken back."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Cloud:
    """Seconds unless said: a VM runs launch after it was asked for, and its startd joins boot later.

    boot is a median; spread the sigma of its log-normal distribution, 0 for always the same.  failures is the part of
    the VMs that never join; droughts are pairs of times (from the start) between which there is no capacity; reclaim is
    the mean time after which a VM is taken back, 0 for never; leave is how long a VM is billed after its last job;
    quantum what is billed at least, and in steps of.
    """

    launch: int = 0
    boot: int = 180
    spread: float = 0.0
    failures: float = 0.0
    droughts: tuple[tuple[int, int], ...] = ()
    reclaim: int = 0
    leave: int = 30
    quantum: int = 1

    def has_capacity(self, now: int) -> bool:
        """Tell whether a VM can be had now, seconds from the start."""
        return not any(begin <= now < end for begin, end in self.droughts)

    def boots(self, chance: random.Random) -> int | None:
        """Draw how long a VM boots; None if it never joins."""
        if self.failures and chance.random() < self.failures:
            return None
        return round(self.boot * math.exp(self.spread * chance.gauss(0, 1))) if self.spread else self.boot

    def lasts(self, chance: random.Random) -> int | None:
        """Draw after how long a VM is taken back; None if it is not."""
        return 1 + round(chance.expovariate(1 / self.reclaim)) if self.reclaim else None

    def billed(self, seconds: int) -> int:
        """Give for how long a VM is billed that has run for so long."""
        return math.ceil(max(1, seconds) / self.quantum) * self.quantum
