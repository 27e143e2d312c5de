"""One look at EC2's spot price history: the price of each fleet with PRICE = Spot, kept in the look's own job.

It is a job of the elastic user, as a sweep is: only he can read the clouds' credentials.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from condor_elastic.act.elastic_user import INHERITED
from condor_elastic.act.report import report_prices
from condor_elastic.gahp import drivers
from condor_elastic.gahp.driver import CloudError, Credentials, Driver, SpotMarket
from condor_elastic.knobs import BadKnobs
from condor_elastic.knobs.macros import configured
from condor_elastic.knobs.spot import spot_asks
from condor_elastic.model import PriceAnswer, SpotAsk

LONGEST = 200
"""Characters of a reason that are kept."""


def main(job: str | None) -> int:
    """Look once and print what was found; with a job, keep it in its ad."""
    for name in INHERITED:  # the schedd's own session is not the elastic user's
        os.environ.pop(name, None)
    now = int(time.time())
    try:
        asks = spot_asks(configured().fleets)
    except BadKnobs as error:
        print(error, file=sys.stderr)
        return 1
    answers = [answer(fleet, ask) for fleet, ask in asks.items()]
    for one in answers:
        print(f"{one.fleet}: {one.why if one.price is None else f'{one.price:g} an hour'}")
    if not answers:
        print("No fleet has PRICE = Spot.")
    if job is not None:
        report_prices(job, answers, now)
    return 0


def answer(
    fleet: str, ask: SpotAsk, open_driver: Callable[[str, Credentials], Driver] = drivers.open_driver
) -> PriceAnswer:
    """Ask the cloud for one fleet; whatever its trouble is, it means that there is no price."""
    keys = Credentials(ask.account.access_key_file, ask.account.secret_key_file)
    try:
        market = open_driver(ask.account.url, keys)
        if not isinstance(market, SpotMarket):
            raise CloudError("NoSpotPrice", f"{ask.account.url} has no spot market")  # noqa: TRY301
        return PriceAnswer(fleet, ask.key, market.spot_price(ask.types, ask.zones, ask.image))
    except Exception as error:
        return PriceAnswer(fleet, ask.key, None, " ".join(f"{error}".split())[:LONGEST] or type(error).__name__)
