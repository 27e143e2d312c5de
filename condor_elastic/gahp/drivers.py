"""Which driver serves which URL."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from condor_elastic.gahp.driver import CloudError, Credentials, Driver


def _open_local(url: str, credentials: Credentials) -> Driver:
    from condor_elastic.gahp.local import LocalDriver

    return LocalDriver.at(url, credentials)


def _open_ec2(url: str, credentials: Credentials) -> Driver:
    from condor_elastic.gahp.ec2 import Ec2Driver

    return Ec2Driver.at(url, credentials)


def _open_openstack(url: str, credentials: Credentials) -> Driver:
    from condor_elastic.gahp.openstack import OpenStackDriver

    return OpenStackDriver.at(url, credentials)


_DRIVERS: dict[str, Callable[[str, Credentials], Driver]] = {
    "local": _open_local,
    "ec2": _open_ec2,
    "openstack": _open_openstack,
}
"""Each imports its libraries only when it is needed."""


def scheme(url: str) -> str:
    """Return the scheme of a URL in small letters, empty when it has none."""
    return url.partition("://")[0].lower() if "://" in url else ""


def is_foreign(url: str) -> bool:
    """Tell whether a URL belongs to the stock GAHP."""
    return scheme(url) not in _DRIVERS


def open_driver(url: str, credentials: Credentials) -> Driver:
    """Return a driver for a URL.  Raises CloudError when none serves it, or the URL makes no sense to it."""
    try:
        urlsplit(url)
    except ValueError as error:
        raise CloudError("InvalidURL", f"{error}") from None
    if is_foreign(url):
        raise CloudError(
            "InvalidURL",
            f"{scheme(url)}:// is for the stock GAHP, but this process already serves another URL,"
            " or ELASTIC_STOCK_EC2_GAHP names no program",
        )
    return _DRIVERS[scheme(url)](url, credentials)
