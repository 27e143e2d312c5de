"""Prices that moto's history, which knows one only, cannot have."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from condor_elastic.gahp.driver import CloudError, Credentials
from condor_elastic.gahp.ec2 import Ec2Driver
from condor_elastic.gahp.ec2_client import Place, open_client
from condor_elastic.gahp.ec2_retry import Patience
from condor_elastic.model import Account, SpotAsk
from condor_elastic.prices import answer

LINUX = "Linux/UNIX"
HISTORY = "describe_spot_price_history"


@pytest.fixture
def driver(tmp_path: Path) -> Ec2Driver:
    for name in ("access", "secret"):
        (tmp_path / name).write_text(f"{name}\n")
    keys = Credentials(str(tmp_path / "access"), str(tmp_path / "secret"))
    return Ec2Driver(open_client(Place("us-east-1"), keys), Patience(lambda: 0.0, lambda _: None))


def entry(kind: str, zone: str, price: str, hour: int = 0, system: str = LINUX) -> dict[str, Any]:
    when = datetime(2026, 11, 1, hour, tzinfo=timezone.utc)
    return {"InstanceType": kind, "AvailabilityZone": zone, "SpotPrice": price, "Timestamp": when,
            "ProductDescription": system}  # fmt: skip


ENTRIES = [
    entry("m5.large", "a", "0.05", 9),
    entry("m5.large", "a", "0.30", 1),  # a price of before
    entry("m5a.large", "b", "0.04"),
    entry("m5.large", "c", "0.09"),
]


def ask(driver: Ec2Driver, zones: tuple[str, ...] = (), types: tuple[str, ...] = ("m5.large", "m5a.large"),
        system: str | None = LINUX, told: list[dict[str, Any]] = ENTRIES) -> float:  # fmt: skip
    expected: dict[str, Any] = {"InstanceTypes": [*types], "StartTime": ANY}
    with Stubber(driver._client) as stub:
        if system is None:
            stub.add_client_error("describe_images", "UnauthorizedOperation", "not you")
        else:
            stub.add_response("describe_images", {"Images": [{"PlatformDetails": system}]}, {"ImageIds": ["ami-1"]})
            expected["ProductDescriptions"] = [system, f"{system} (Amazon VPC)"]
        stub.add_response(HISTORY, {"SpotPriceHistory": told[:2], "NextToken": "more"}, expected)
        stub.add_response(HISTORY, {"SpotPriceHistory": told[2:]}, {**expected, "NextToken": "more"})
        found = driver.spot_price(types, zones, "ami-1")
        stub.assert_no_pending_responses()
    return found


def test_the_dearest_in_the_zones_that_are_named_at_the_price_in_force(driver: Ec2Driver) -> None:
    assert ask(driver, ("a", "b")) == 0.05


def test_without_zones_the_dearest_of_the_region(driver: Ec2Driver) -> None:
    assert ask(driver) == 0.09


def test_a_type_without_a_price_leaves_no_price(driver: Ec2Driver) -> None:
    with pytest.raises(CloudError, match=r"no price of m5a.large in a, c"):
        ask(driver, ("a", "c"))


def test_where_the_system_of_the_image_is_not_told_the_dearest_of_any_counts(driver: Ec2Driver) -> None:
    told = [*ENTRIES, entry("m5.large", "a", "0.20", 3, "Windows")]
    assert ask(driver, ("a", "b"), system=None, told=told) == 0.2


def test_names_of_the_vpc_s_age_are_the_same_system(driver: Ec2Driver) -> None:
    told = [entry("m5.large", "a", "0.9", 1, f"{LINUX} (Amazon VPC)"), *ENTRIES]
    assert ask(driver, ("a", "b"), told=told) == 0.05


def test_a_refusal_is_the_answer(driver: Ec2Driver) -> None:
    wanted = SpotAsk(Account("ec2://us-east-1"), ("m5.large",), (), "", 0.5, "k")
    with Stubber(driver._client) as stub:
        stub.add_client_error(HISTORY, "UnauthorizedOperation", "not\nyou")
        found = answer("spot", wanted, lambda *_: driver)
    assert (found.price, found.why) == (None, "UnauthorizedOperation: not you")


def test_what_has_no_spot_market_has_no_price() -> None:
    wanted = SpotAsk(Account("local:///x"), ("m5.large",), (), "", 0.5, "k")
    assert "has no spot market" in answer("spot", wanted, lambda *_: object()).why  # type: ignore[arg-type,return-value]
