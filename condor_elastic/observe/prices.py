"""The looks at EC2's spot price history in the schedd's queue: jobs of the elastic user, in whose ads stand prices."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from condor_elastic.decide.prices import last_price, latest
from condor_elastic.knobs import GlobalKnobs
from condor_elastic.model import HELD, Price, PriceAnswer, PriceLook, SpotAsk, Unknown
from condor_elastic.observe.jobs import Query
from condor_elastic.observe.values import values_of

ATTRS = ["ClusterId", "ProcId", "JobStatus", "EnteredCurrentStatus", "QDate", "ExitCode", "ElasticPool",
         "ElasticLooked", "ElasticPrices"]  # fmt: skip
STALE = 6 * 3600
"""Seconds after which a price is not believed any more."""
SKEW = 60
"""Seconds that a price may be from the future."""
BID = "ec2_spot_price"


def price_looks(query: Query, pool: GlobalKnobs) -> tuple[PriceLook, ...]:
    """List the looks of this pool, under way and ended; only those of the elastic user, as anybody may submit jobs."""
    found = (values_of(ad) for ad in query(f'ElasticPriceLook isnt undefined && Owner == "{pool.user}"', ATTRS))
    return tuple(_look(ad) for ad in found if ad.get("ElasticPool") == pool.pool)


def prices(asks: Mapping[str, SpotAsk], looks: Sequence[PriceLook] | Unknown, now: int) -> dict[str, Price]:
    """Give what a VM of each fleet counts as: never less than it can cost when it is launched now."""
    return {name: price_of(name, ask, looks, now) for name, ask in asks.items()}


def price_of(name: str, ask: SpotAsk, looks: Sequence[PriceLook] | Unknown, now: int) -> Price:
    """Give one fleet's: the last price found if it is fresh; the bid where there is none, or it is above the bid."""
    if isinstance(looks, Unknown):
        return Price(ask.bid, BID, f"{looks}")
    look = last_price(name, ask, looks)
    found = look.answer(name, ask.key) if look else None
    if not look or not found or found.price is None:
        return Price(ask.bid, BID, _no_price(name, ask, looks))
    when = f"spot history at {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(look.looked))} UTC"
    if not -SKEW <= now - look.looked < STALE:
        return Price(ask.bid, BID, f"the {when} is too old, and {_no_price(name, ask, looks)}")
    if found.price > ask.bid:
        return Price(ask.bid, BID, f"the {when} says {found.price:g}")
    return Price(found.price, when)


def _no_price(name: str, ask: SpotAsk, looks: Sequence[PriceLook]) -> str:
    last = latest(looks)
    if last and not last.looked:
        how = "could not be started" if last.status == HELD else f"ended with status {last.exit}"
        return f"look {last.id} at the spot price history {how}"
    answer = last.answer(name, ask.key) if last else None
    if answer and answer.why:
        return answer.why
    return "none has been read since" if answer else "the spot price history has not been read for it yet"


def _look(ad: Mapping[str, Any]) -> PriceLook:
    said = ad.get("ElasticPrices")
    return PriceLook(
        id=f"{ad['ClusterId']}.{ad['ProcId']}",
        status=int(ad["JobStatus"]),
        since=_whole(ad, "EnteredCurrentStatus") or _whole(ad, "QDate"),
        looked=_whole(ad, "ElasticLooked"),
        answers=tuple(_answer(str(line)) for line in said) if isinstance(said, list) else (),
        exit=_whole(ad, "ExitCode") if "ExitCode" in ad else None,
    )


def _answer(line: str) -> PriceAnswer:
    """Read what act/report.py writes: the fleet, the key of its ask, and a price or the reason why there is none."""
    fleet, key, rest = (*line.split(" ", 2), "", "", "")[:3]
    try:
        price = float(rest)
    except ValueError:
        return PriceAnswer(fleet, key, None, rest or "a look said nothing of it")
    return PriceAnswer(fleet, key, price) if 0 < price < float("inf") else PriceAnswer(fleet, key, None, f"{rest}?")


def _whole(ad: Mapping[str, Any], name: str) -> int:
    value = ad.get(name)
    return value if type(value) is int else 0
