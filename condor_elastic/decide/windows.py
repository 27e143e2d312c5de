"""Back-off windows, replayed from the failed VM jobs that are still in the queue.

A window begins with a failure and is not made longer by others within it, so that a burst counts once (design.md 9:
one failure does not extend another's window).  The next one is longer only if what failed was launched after the window
before had begun: a straggler of the same burst tells nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from condor_elastic.model import VmJob


@dataclass(frozen=True)
class Rule:
    """How long windows are: the first, and the longest to which they are doubled; both alike do not grow."""

    first: int
    longest: int

    def length(self, k: int) -> int:
        """Give how long the window of the k-th failed attempt in a row is."""
        return min(self.first << min(k - 1, 64), self.longest)

    @property
    def enough(self) -> int:
        """Give how many attempts in a row make the longest window: more need not be remembered."""
        return (-(-self.longest // self.first) - 1).bit_length() + 1

    @property
    def memory(self) -> int:
        """Give after how many seconds a failure does not count as the one before in a row any more.

        Twice the longest window: the next attempt comes when the window is over, and needs its time to fail.
        """
        return self.longest if self.first == self.longest else 2 * self.longest


@dataclass(frozen=True)
class Window:
    """A window: the failure that began it, which failed attempt in a row that was, and how long it lasts."""

    vm: VmJob
    k: int
    length: int

    @property
    def ends(self) -> int:
        """Give when it is over."""
        return self.vm.since + self.length


def windows(failures: Iterable[VmJob], joins: Sequence[int], rule: Rule, now: int) -> list[Window]:
    """Give the windows that still count, the last of which may hold; the VM jobs that began them carry the memory.

    joins are the times at which VMs joined the pool: what failed before the last of them does not count as in a row.
    """
    ordered = sorted(failures, key=lambda vm: (vm.since, vm.launched, vm.id)) if rule.first else []
    made = _replay(ordered, joins, rule)
    while len(made) > 1 and max(joins, default=0) > made[-1].vm.since:
        made = _replay(ordered[ordered.index(made[-1].vm) :], joins, rule)
    if not made:
        return []
    last = made[-1]
    joined = max(joins, default=0) > last.vm.since
    if now >= (last.ends if joined else last.vm.since + rule.memory):
        return []
    start = max(place for place, one in enumerate(made) if last.k - one.k + 1 >= min(last.k, rule.enough))
    return made[start:]


def _replay(ordered: Sequence[VmJob], joins: Sequence[int], rule: Rule) -> list[Window]:
    made: list[Window] = []
    for vm in ordered:
        last = made[-1] if made else None
        if last and vm.since < last.ends:
            continue
        k = 1
        if last and vm.since - last.vm.since < rule.memory and not any(last.vm.since < j <= vm.since for j in joins):
            k = last.k + (vm.launched >= last.vm.since)
        else:
            made = []
        made.append(Window(vm, k, rule.length(k)))
    return made
