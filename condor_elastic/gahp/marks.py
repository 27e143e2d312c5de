"""What our own submit text says to a driver in the tail of EC2_VM_START, where RunInstances parameters stand.

The gridmanager sends tags only when it first sees an instance run, and neither parameters nor tags with a spot request
(associate_n_attach() and GM_SPOT_START in ec2job.cpp).  So act/submit.py adds parameters that no cloud ever sees:
ElasticTag.<name>, a tag to be set at launch, and ElasticSpotPrice, which makes the launch a spot launch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from condor_elastic.gahp.driver import Launch

TAG = "elastictag"
SPOT_PRICE = "elasticspotprice"


def with_marks(launch: Launch, parameters: Iterable[tuple[str, str]]) -> Launch:
    """Return the launch with our marks in tags and spot_price, and with what is the site's own in parameters."""
    tags, rest, price = [], [], launch.spot_price
    for name, value in parameters:
        word = name.lower()
        if word.startswith((TAG + ".", TAG + "_")):
            tags.append((name[len(TAG) + 1 :], value))
        elif word == SPOT_PRICE:
            price = value
        else:
            rest.append((name, value))
    return replace(launch, tags=(*launch.tags, *tags), parameters=tuple(rest), spot_price=price)
