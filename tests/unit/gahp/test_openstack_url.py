from __future__ import annotations

import pytest

from condor_elastic.gahp.driver import CloudError
from condor_elastic.gahp.openstack_url import BUILD_TIMEOUT, Address, parse


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("openstack://cern", Address("cern", None, BUILD_TIMEOUT)),
        ("openstack://My-Cloud/RegionOne", Address("My-Cloud", "RegionOne", BUILD_TIMEOUT)),
        ("openstack://cern/?build_timeout=60", Address("cern", None, 60.0)),
        ("openstack://a%20b/r?build_timeout=5", Address("a b", "r", 5.0)),
    ],
)
def test_a_url_names_cloud_region_and_patience(url: str, address: Address) -> None:
    assert parse(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "openstack://",
        "openstack:///RegionOne",
        "openstack://cern/a/b",
        "openstack://cern?build_timeout=0",
        "openstack://cern?build_timeout=",
        "openstack://cern?build_timeout=1e3",
        "openstack://cern?timeout=5",
        "openstack://cern#x",
    ],
)
def test_a_url_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(CloudError, match="InvalidURL"):
        parse(url)
