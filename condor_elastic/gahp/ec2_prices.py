"""What a spot instance costs now, from EC2's spot price history.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html: a price stands until the next
one, and with a StartTime of now the price in force is told of each type, zone and system.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from condor_elastic.gahp.driver import CloudError
from condor_elastic.gahp.ec2_retry import Patience

VPC = " (Amazon VPC)"
"""What the history appends to the name of a system where the account is of a certain age."""


def product(patience: Patience, client: Any, image: str) -> str:
    """Give the system of an image as prices name it (Linux/UNIX), or nothing if the cloud does not tell."""
    if not image:
        return ""
    try:
        images = patience.call(lambda: client.describe_images(ImageIds=[image])).get("Images", [])
    except CloudError:  # it may refuse this and tell the prices all the same: then the dearest of any system counts
        return ""
    return str(images[0].get("PlatformDetails", "")) if images else ""


def history(patience: Patience, client: Any, types: Sequence[str], system: str) -> list[Mapping[str, Any]]:
    """Give the prices that are in force; all zones are asked for, as a filter costs no less.  Raises CloudError."""
    asked: dict[str, Any] = {"InstanceTypes": [*types], "StartTime": time.time()}
    if system:
        asked["ProductDescriptions"] = [system, system + VPC]
    pages = client.get_paginator("describe_spot_price_history").paginate(**asked)
    return patience.call(lambda: [one for page in pages for one in page["SpotPriceHistory"]])  # type: ignore[no-any-return]


def dearest(told: Iterable[Mapping[str, Any]], types: Sequence[str], zones: Sequence[str]) -> float:
    """Give the highest price in force in the zones, all if none is named; raises CloudError if a type has none."""
    last: dict[tuple[str, str, str], tuple[Any, float]] = {}
    for one in told:
        place = one["InstanceType"], one["AvailabilityZone"], one["ProductDescription"].removesuffix(VPC)
        if not zones or place[1] in zones:
            last[place] = max(last.get(place, (one["Timestamp"], 0.0)), (one["Timestamp"], float(one["SpotPrice"])))
    without = [name for name in types if not any(kind == name for kind, _, _ in last)]
    if without:
        where = ", ".join(zones) or "the region"
        raise CloudError("NoSpotPrice", f"the spot price history has no price of {', '.join(without)} in {where}")
    return max(price for _, price in last.values())
