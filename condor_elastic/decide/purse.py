"""What the caps on money leave one fleet."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

TINY = 1e-9
"""The smallest of errors in a floating-point sum or quotient must not cost a VM."""


@dataclass(frozen=True)
class Purse:
    """The price of a VM for the hour that it begins, what the tightest cap leaves, and the sentence that says so.

    left is None where no cap is set, below zero when one is passed; gone is how many VMs are to leave then.  unknown
    says why nobody knows what was spent.
    """

    price: float = 0.0
    left: float | None = None
    why: str = ""
    gone: int = 0
    unknown: str = ""

    @property
    def holds(self) -> bool:
        """Tell whether there is any cap to heed."""
        return self.left is not None or bool(self.unknown)

    @property
    def is_over(self) -> bool:
        """Tell whether a cap is passed by what runs, if that runs to the end of its hour."""
        return self.left is not None and self.left < -TINY

    def room(self, lots: int) -> int:
        """Give how many VMs may begin an hour."""
        if self.left is None or not self.price:
            return lots
        return max(0, floor(self.left / self.price + TINY))


NO_CAPS = Purse()
