"""What EC2's spot market asks: what a look at its history found, and what a VM of a fleet counts as."""

from __future__ import annotations

from dataclasses import dataclass

from condor_elastic.model.clouds import Account


@dataclass(frozen=True)
class SpotAsk:
    """What a fleet's submit text asks of the spot market.

    No zones: all of the region; no image: one of any system.  bid is the most that is paid, money an hour; key
    tells one ask from another, the bid aside.
    """

    account: Account
    types: tuple[str, ...]
    zones: tuple[str, ...]
    image: str
    bid: float
    key: str


@dataclass(frozen=True)
class PriceAnswer:
    """What a look found for one fleet: the dearest price of its ask (money an hour), or why there is none."""

    fleet: str
    key: str
    price: float | None = None
    why: str = ""


@dataclass(frozen=True)
class PriceLook:
    """A look at the spot price history, as its job's ad tells of it; looked is when, 0 while it has not.

    since and looked are in seconds since 1970; exit is the status it ended with.
    """

    id: str
    status: int
    since: int
    looked: int = 0
    answers: tuple[PriceAnswer, ...] = ()
    exit: int | None = None

    def answer(self, fleet: str, key: str) -> PriceAnswer | None:
        """Give what it found for this ask of a fleet."""
        return next((one for one in self.answers if (one.fleet, one.key) == (fleet, key)), None)


@dataclass(frozen=True)
class Price:
    """What a VM that is launched now counts as, money an hour; why says why that is the bid and not the market's."""

    hourly: float
    source: str
    why: str = ""
