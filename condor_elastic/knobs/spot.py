"""PRICE = Spot: what a fleet's submit text asks of EC2's spot market."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable

from condor_elastic.knobs import kinds
from condor_elastic.knobs.commands import last, split
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.model import Account, SpotAsk

TYPE = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")
"""An instance type, as in m5.xlarge and u-6tb1.metal."""
NUMBER = re.compile(r"[0-9]*\.?[0-9]+")
"""A price as EC2 takes it."""
OTHER_IMAGE = re.compile(r"^\s*ec2_parameter_ImageId\s*=", re.IGNORECASE | re.MULTILINE)
"""Wins over ec2_ami_id (gahp/ec2_request.py)."""


def spot_ask(submit: str) -> SpotAsk:
    """Read the ask; raises ValueError with the submit command, its value and what would be right."""
    grid, url = (*last(submit, "grid_resource").split(), "", "")[:2]
    if grid.lower() != "ec2" or not url.lower().startswith("ec2://"):
        raise ValueError(f'ec2://REGION in grid_resource, as no other cloud has spot prices (it is "{grid} {url}")')
    types = tuple(split(last(submit, "ec2_instance_type")))
    image = "" if OTHER_IMAGE.search(submit) else last(submit, "ec2_ami_id")
    if not types or not all(TYPE.fullmatch(one) for one in types):
        raise ValueError(f'ec2_instance_type with one type or more (it is "{" ".join(types)}")')
    account = Account(url, last(submit, "ec2_access_key_id"), last(submit, "ec2_secret_access_key"))
    zones = tuple(split(last(submit, "ec2_availability_zone")))
    key = hashlib.sha256(repr((url, types, zones, image)).encode()).hexdigest()[:12]
    return SpotAsk(account, types, zones, image, _bid(last(submit, "ec2_spot_price")), key)


def _bid(text: str) -> float:
    if not NUMBER.fullmatch(text) or not float(text):
        raise ValueError(f'ec2_spot_price, the most that is paid an hour, a number above 0 (it is "{text}")')
    return float(text)


def spot_asks(fleets: Iterable[FleetKnobs]) -> dict[str, SpotAsk]:
    """Give the asks of the fleets whose PRICE is Spot, by name; raises ValueError."""
    return {fleet.name: spot_ask(fleet.submit) for fleet in fleets if fleet.price == kinds.SPOT}


def wrong_spot(fleet: FleetKnobs, prefix: str, place: Callable[[str], str]) -> list[str]:
    """Say what a fleet's submit text lacks for PRICE = Spot, if it says that; place as in read()."""
    name = f"{prefix}{fleet.name.upper()}_PRICE"
    try:
        spot_asks([fleet] if fleet.submit else [])  # a submit text that is missing is told already
    except ValueError as error:
        return [f"{name} = Spot{place(name)} needs, in {name.removesuffix('PRICE')}SUBMIT, {error}"]
    return []
