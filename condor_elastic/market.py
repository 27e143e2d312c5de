"""A cycle's part in spot prices: it has them looked at when that is due."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from condor_elastic.act.sweeps import clear, submit_look
from condor_elastic.decide.prices import done_with, is_due
from condor_elastic.knobs import GlobalKnobs
from condor_elastic.model import SpotAsk
from condor_elastic.observe.prices import price_looks

log = logging.getLogger("condor_elastic")


def tend(knobs: GlobalKnobs, asks: Mapping[str, SpotAsk], lock: int | None) -> None:
    """Submit a look if one is due, and clear away what is needed no more; no trouble of it stops the cycle."""
    import htcondor2

    if not asks or knobs.dry_run:
        return
    try:
        looks = price_looks(htcondor2.Schedd().query, knobs)
        if is_due(asks, looks, int(time.time())):
            log.info("looking at the spot prices of %s: %s", ", ".join(asks), submit_look(knobs, lock))
        clear(knobs, done_with(asks, looks), lock)
    except Exception as error:  # the next cycle tries again; until there is a price, what is bid is the price
        log.error("spot prices are not looked at: %s", " ".join(f"{error}".split()))
