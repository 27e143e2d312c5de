"""PRICE = Spot: what a submit text must say, and what is asked of the market then."""

import pytest

from condor_elastic.knobs.kinds import SPOT
from condor_elastic.knobs.read import BadKnobs, read
from condor_elastic.knobs.spot import spot_ask
from condor_elastic.model import Account

SUBMIT = {
    "grid_resource": "ec2 ec2://us-east-1?profile=x",
    "ec2_access_key_id": "/a",
    "ec2_secret_access_key": "/s",
    "ec2_ami_id": "ami-1",
    "ec2_instance_type": "m5.large, m5a.large",
    "ec2_availability_zone": "us-east-1a us-east-1b",
    "ec2_spot_price": "0.156",
}


def text(**changes):
    return "\n".join(f"{name} = {value}" for name, value in {**SUBMIT, **changes}.items() if value is not None)


def knobs(word="Spot", **changes):
    return {
        "ELASTIC_POOL": "p", "ELASTIC_TRUST_DOMAIN": "t", "ELASTIC_COLLECTOR": "c", "ELASTIC_FLEET_NAMES": "aws",
        "ELASTIC_AWS_TEMPLATE": "Cpus = 2; Memory = 2048", "ELASTIC_AWS_PRICE": word,
        "ELASTIC_AWS_SUBMIT": text(**changes),
    }  # fmt: skip


def test_what_is_asked():
    ask = spot_ask(text())
    assert ask.account == Account("ec2://us-east-1?profile=x", "/a", "/s")
    assert (ask.types, ask.zones) == (("m5.large", "m5a.large"), ("us-east-1a", "us-east-1b"))
    assert (ask.image, ask.bid) == ("ami-1", 0.156)


def test_an_ask_is_another_when_types_zones_or_image_are_and_not_when_the_bid_is():
    key = spot_ask(text()).key
    assert spot_ask(text(ec2_spot_price="0.2", ec2_user_data="x")).key == key
    for name in ("grid_resource", "ec2_instance_type", "ec2_availability_zone", "ec2_ami_id"):
        assert spot_ask(text(**{name: SUBMIT[name] + "2"})).key != key


def test_an_image_that_a_parameter_names_is_not_that_of_ec2_ami_id():
    assert spot_ask(text(ec2_parameter_ImageId="ami-2")).image == ""


@pytest.mark.parametrize("word", ["Spot", " spot ", "SPOT"])
def test_the_word_is_dearer_than_any_cap(word):
    assert read(knobs(word)).fleets[0].price == SPOT


def test_caps_may_be_set_beside_it():
    assert read({**knobs(), "ELASTIC_AWS_MAX_COST_PER_DAY": "5", "ELASTIC_MAX_COST_PER_DAY": "9"})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"grid_resource": "ec2 openstack://cern"}, 'no other cloud has spot prices (it is "ec2 openstack://cern")'),
        ({"grid_resource": "ec2 local:///v"}, 'spot prices (it is "ec2 local:///v")'),
        ({"grid_resource": "ec2 https://ec2.amazonaws.com/"}, "ec2://REGION in grid_resource"),
        ({"grid_resource": None}, "ec2://REGION in grid_resource"),
        ({"ec2_spot_price": None}, 'ec2_spot_price, the most that is paid an hour, a number above 0 (it is "")'),
        ({"ec2_spot_price": "cheap"}, 'a number above 0 (it is "cheap")'),
        ({"ec2_spot_price": "0.0"}, 'a number above 0 (it is "0.0")'),
        ({"ec2_instance_type": None}, 'ec2_instance_type with one type or more (it is "")'),
        ({"ec2_instance_type": "m5.large $(TYPE)"}, '(it is "m5.large $(TYPE)")'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_knob_and_value(changes, said):
    with pytest.raises(BadKnobs) as error:
        read(knobs(**changes), lambda name: f" (set in {name})")
    told = str(error.value)
    assert "ELASTIC_AWS_PRICE = Spot (set in ELASTIC_AWS_PRICE) needs, in ELASTIC_AWS_SUBMIT, " in told
    assert said in told
    assert read(knobs("0.1", **changes)).fleets[0].price == 0.1


def test_a_missing_submit_text_is_said_once():
    with pytest.raises(BadKnobs) as error:
        read({**knobs(), "ELASTIC_AWS_SUBMIT": ""})
    assert len(str(error.value).splitlines()) == 1


def test_another_word_is_none():
    with pytest.raises(BadKnobs, match='ELASTIC_AWS_PRICE = "Market" is not a number, 0 or more, or Spot'):
        read(knobs("Market"))
