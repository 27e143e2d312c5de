"""What a VM of a fleet with PRICE = Spot counts as: the market's price where it is known, else the bid."""

import pytest
from build import settings

from condor_elastic.model import COMPLETED, HELD, Account, PriceAnswer, PriceLook, SpotAsk, Unknown
from condor_elastic.observe.prices import STALE, price_looks, price_of

NOON = 1_800_014_400
ASK = SpotAsk(Account("ec2://r"), ("m5.large",), (), "ami", 0.5, "k")


def look(ago, price=None, why="", key="k", name="1.0"):
    return PriceLook(name, COMPLETED, NOON - ago, NOON - ago, (PriceAnswer("spot", key, price, why),), 0)


def price(*looks, now=NOON):
    found = price_of("spot", ASK, looks, now)
    return found.hourly, found.source, found.why


def test_a_fresh_price_is_the_price():
    assert price(look(0, 0.1)) == (0.1, "spot history at 2027-01-15 12:00:00 UTC", "")


def test_a_look_that_fails_leaves_the_price_of_before_until_that_is_stale():
    both = look(0, why="E_CURL_IO: no", name="2.0"), look(STALE - 1, 0.1)
    assert price(*both)[0] == 0.1
    hourly, source, why = price(*both, now=NOON + 1)
    assert (hourly, source) == (0.5, "ec2_spot_price")
    assert why == "the spot history at 2027-01-15 06:00:01 UTC is too old, and E_CURL_IO: no"


@pytest.mark.parametrize(
    ("looks", "why"),
    [
        ((), "the spot price history has not been read for it yet"),
        ((look(0, 0.1, key="before"),), "the spot price history has not been read for it yet"),
        ((look(0, why="AuthFailure: no"),), "AuthFailure: no"),
        ((look(0, 0.7),), "the spot history at 2027-01-15 12:00:00 UTC says 0.7"),
        ((look(-3600, 0.1),), "the spot history at 2027-01-15 13:00:00 UTC is too old, and none has been read since"),
        ((PriceLook("7.0", COMPLETED, NOON, exit=1),), "look 7.0 at the spot price history ended with status 1"),
        ((PriceLook("7.0", HELD, NOON),), "look 7.0 at the spot price history could not be started"),
    ],
)
def test_what_is_not_known_costs_the_bid(looks, why):
    assert price(*looks) == (0.5, "ec2_spot_price", why)


def test_a_silent_schedd_costs_the_bid():
    found = price_of("spot", ASK, Unknown("the queue", "no answer"), NOON)
    assert (found.hourly, found.source) == (0.5, "ec2_spot_price")
    assert "no answer" in found.why


AD = {"ClusterId": 3, "ProcId": 0, "JobStatus": 4, "EnteredCurrentStatus": NOON, "ElasticPool": "test", "ExitCode": 0,
      "ElasticLooked": NOON, "ElasticPrices": ["spot k 0.1"]}  # fmt: skip


def answers(**changes):
    looks = price_looks(lambda *_: [{**AD, **changes}], settings().pool)
    return [one for look in looks for one in look.answers]


def test_the_ad_of_a_look_is_read():
    assert answers() == [PriceAnswer("spot", "k", 0.1)]
    assert answers(ElasticPool="another") == []
    refused = PriceAnswer("spot", "k", None, "AuthFailure: not you")
    assert answers(ElasticPrices=["spot k AuthFailure: not you"]) == [refused]


@pytest.mark.parametrize("rest", ["0", "-1", "nan", "inf", "", "1 dollar"])
def test_what_is_no_price_is_none(rest):
    (one,) = answers(ElasticPrices=[f"spot k {rest}"])
    assert one.price is None
    assert one.why


def test_only_the_elastic_user_says_prices():
    asked = []
    price_looks(lambda constraint, _: asked.append(constraint) or [], settings().pool)
    assert asked == ['ElasticPriceLook isnt undefined && Owner == "elastic"']
