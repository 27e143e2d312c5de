"""When the spot prices are looked at, which looks are done with, and what the price of each fleet is then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from condor_elastic.decide.sweeps import ENDED
from condor_elastic.knobs.kinds import SPOT
from condor_elastic.knobs.table import Settings
from condor_elastic.model import REMOVED, Price, PriceLook, SpotAsk

PERIOD = 3600
"""Seconds between two looks: since 2017 the market moves over days, not minutes."""
AGAIN = 300
"""Seconds after which is looked again where a cloud gave no price."""
EDITED = 60
"""Seconds after which is looked again for a fleet that the last look did not know."""


def is_due(asks: Mapping[str, SpotAsk], looks: Sequence[PriceLook], now: int) -> bool:
    """Tell whether to look: a fleet wants a price, no look is under way, and the last was long enough ago."""
    if not asks or any(one.status not in (*ENDED, REMOVED) for one in looks):
        return False
    last = latest(looks)
    return last is None or not 0 <= now - last.since < _patience(asks, last)


def _patience(asks: Mapping[str, SpotAsk], last: PriceLook) -> int:
    answers = [last.answer(name, ask.key) for name, ask in asks.items()]
    if last.looked and not all(answers):
        return EDITED
    return PERIOD if all(one and one.price is not None for one in answers) else AGAIN


def latest(looks: Sequence[PriceLook]) -> PriceLook | None:
    """Give the look that ended last."""
    return max((one for one in looks if one.status in ENDED), key=lambda one: one.since, default=None)


def last_price(name: str, ask: SpotAsk, looks: Sequence[PriceLook]) -> PriceLook | None:
    """Give the last look that found a price for this ask of a fleet."""
    found = [(one, one.answer(name, ask.key)) for one in looks if one.looked]
    priced = [look for look, answer in found if answer and answer.price is not None]
    return max(priced, key=lambda one: one.looked, default=None)


def done_with(asks: Mapping[str, SpotAsk], looks: Sequence[PriceLook]) -> list[PriceLook]:
    """List the looks that are needed no more: the last stays, and of each fleet the last that found a price."""
    kept = [latest(looks), *(last_price(name, ask, looks) for name, ask in asks.items())]
    return [one for one in looks if one.status in ENDED and one not in kept]


def priced(settings: Settings, prices: Mapping[str, Price]) -> Settings:
    """Give the settings with a number for each PRICE = Spot; without one it stays too dear for any cap."""
    fleets = tuple(
        replace(one, price=prices[one.name].hourly) if one.price == SPOT and one.name in prices else one
        for one in settings.fleets
    )
    return replace(settings, fleets=fleets)


def verdict(price: Price | None) -> str:
    """Say why a fleet's VMs count as what is bid; empty when they do not."""
    if not price or not price.why:
        return ""
    return f" A VM counts as {price.source}={price.hourly:g} an hour, because {price.why}."
