"""When spot prices are looked at, and that an unknown price is never a cheap one."""

from dataclasses import replace

import pytest
from build import NOW, booting, busy, fleet, jobs, pool, seen, settings

from condor_elastic.decide import plan
from condor_elastic.decide.prices import AGAIN, EDITED, PERIOD, done_with, is_due, priced
from condor_elastic.knobs.kinds import SPOT
from condor_elastic.model import (
    COMPLETED,
    HELD,
    IDLE,
    REMOVED,
    RUNNING,
    Account,
    Ledger,
    Price,
    PriceAnswer,
    PriceLook,
    Retire,
    SpotAsk,
    SubmitVms,
)

ASK = SpotAsk(Account("ec2://r"), ("m5.large",), (), "ami", 0.5, "k")
ASKS = {"spot": ASK}
FOUND, NONE = PriceAnswer("spot", "k", 0.1), PriceAnswer("spot", "k", None, "AuthFailure: no")
EMPTY = Ledger(NOW - 40_000, NOW - 500_000)


def look(ago, *answers, status=COMPLETED, name="1.0"):
    return PriceLook(name, status, NOW - ago, NOW - ago if answers else 0, answers, 0)


@pytest.mark.parametrize(
    ("looks", "due"),
    [
        ([], True),
        ([look(PERIOD - 1, FOUND)], False),
        ([look(PERIOD, FOUND)], True),
        ([look(AGAIN - 1, NONE)], False),
        ([look(AGAIN, NONE)], True),
        ([look(EDITED - 1, replace(FOUND, key="before"))], False),
        ([look(EDITED, replace(FOUND, key="before"))], True),
        ([look(AGAIN - 1)], False),  # it ended and said nothing
        ([look(AGAIN, status=HELD)], True),
        ([look(9000, status=IDLE)], False),
        ([look(9000, FOUND), look(10, status=RUNNING)], False),
        ([look(10, status=REMOVED)], True),
        ([look(-9000, FOUND)], True),  # the clock went back
    ],
)
def test_a_look_is_due(looks, due):
    assert is_due(ASKS, looks, NOW) is due


def test_nobody_looks_for_fleets_that_ask_for_nothing():
    assert not is_due({}, [], NOW)


def test_the_last_price_of_each_fleet_stays_in_the_queue_while_later_looks_fail():
    oldest, priced_one, failed = look(900, FOUND, name="1.0"), look(600, FOUND, name="2.0"), look(300, NONE, name="3.0")
    last = look(10, NONE, name="4.0")
    assert done_with(ASKS, [oldest, priced_one, failed, last]) == [oldest, failed]
    assert done_with({}, [priced_one, last]) == [priced_one]


def told(price, workers=(), **knobs):
    cloud = fleet(price=SPOT, **{"max_per_cycle": 100, **knobs})
    look = seen(jobs(80), ledger=EMPTY, prices={"cloud": price} if price else {})
    (decided,) = plan(priced(settings(cloud), look.prices), look, pool(*workers))
    launched = sum(action.count for action in decided.actions if isinstance(action, SubmitVms))
    return launched, decided


def test_the_cap_of_a_day_takes_the_market_s_price_or_else_the_bid():
    assert told(Price(0.1, "spot history at noon"), max_cost_per_day=0.55)[0] == 5
    launched, decided = told(Price(0.5, "ec2_spot_price", "AuthFailure: no"), max_cost_per_day=0.55)
    assert launched == 1
    assert decided.verdict.endswith(". A VM counts as ec2_spot_price=0.5 an hour, because AuthFailure: no.")


def test_without_any_price_no_cap_has_room():
    assert told(None, max_cost_per_day=1e9)[0] == 0


def test_a_price_that_rises_or_is_not_known_any_more_gives_no_vm_back():
    workers = [replace(w, vm=replace(w.vm, price=0.1)) for w in (busy("a"), busy("b"), booting("c"))]
    launched, decided = told(Price(0.5, "ec2_spot_price", "silence"), workers, max_price_per_hour=0.85)
    assert launched == 1
    assert not [action for action in decided.actions if isinstance(action, Retire)]
    launched, decided = told(Price(0.5, "ec2_spot_price", "silence"), workers, max_price_per_hour=0.4)
    assert (launched, decided.verdict[:16]) == (0, "Submitting none ")
    assert not [action for action in decided.actions if isinstance(action, Retire)]


def test_the_fleet_with_the_lower_price_comes_first():
    dear, cheap = fleet("dear", price=1.0), fleet("cheap", price=SPOT)
    for hourly, first in ((0.1, "cheap"), (2.0, "dear")):
        both = priced(settings(dear, cheap), {"cheap": Price(hourly, "x")})
        both = replace(both, pool=replace(both.pool, fleet_order="Price"))
        assert plan(both, seen(jobs(1)), pool())[0].name == first
