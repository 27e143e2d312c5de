"""openstack://CLOUD[/REGION][?build_timeout=SECONDS]: which cloud of a clouds.yaml is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from condor_elastic.gahp.driver import CloudError
from condor_elastic.gahp.openstack_faults import HOLD

BUILD_TIMEOUT = 1800.0
"""Seconds that a server may be in BUILD before it is given up."""
_NAME = re.compile(r"[A-Za-z0-9_.+@ -]+")


@dataclass(frozen=True)
class Address:
    """A cloud's name in clouds.yaml, a region, or None for the one that stands there, and seconds a build may take."""

    cloud: str
    region: str | None = None
    build_timeout: float = BUILD_TIMEOUT


def parse(url: str) -> Address:
    """Return what a URL says.  Raises CloudError."""
    parts = urlsplit(url)
    cloud, region = unquote(parts.netloc), unquote(parts.path.strip("/"))
    if not _NAME.fullmatch(cloud) or (region and not _NAME.fullmatch(region)) or parts.fragment:
        raise _nonsense(f"{url}: want openstack://CLOUD or openstack://CLOUD/REGION")
    address = Address(cloud, region or None)
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name != "build_timeout" or not re.fullmatch(r"[0-9]{1,7}", value) or not int(value):
            raise _nonsense(f"{url}: {name}={value} makes no sense; want build_timeout=SECONDS")
        address = Address(address.cloud, address.region, float(value))
    return address


def _nonsense(text: str) -> CloudError:
    # The first to hear of it is the gridmanager's ping.
    return CloudError("InvalidURL" + HOLD, f"InvalidURL: {text}")
