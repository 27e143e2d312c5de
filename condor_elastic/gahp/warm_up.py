"""Loads the libraries of the fleets' clouds while there is nothing else to do.

The gridmanager sends its first request five seconds after it has started a GAHP (GAHP_INIT_DELAY in baseresource.cpp);
boto3 and openstacksdk take a good part of a second each.  Nothing is loaded for a user who has no fleets' jobs.
"""

from __future__ import annotations

import contextlib
import getpass
import threading
from collections.abc import Callable, Mapping

from condor_elastic.gahp.host import config_dump, config_value


def _ec2() -> None:
    import boto3

    boto3.client("ec2", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106 - nothing is asked


def _openstack() -> None:
    from openstack import config, connection  # noqa: F401 - to have them loaded


LIBRARIES: Mapping[str, Callable[[], None]] = {"ec2://": _ec2, "openstack://": _openstack}


def warm_up() -> threading.Thread:
    """Begin, and return the thread that does it; what cannot be loaded is told by the first request that needs it."""
    thread = threading.Thread(target=_load, name="warm-up", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    if getpass.getuser() != config_value("ELASTIC_USER", "elastic"):
        return
    fleets = config_dump("ELASTIC_.*_SUBMIT")
    for scheme, load in LIBRARIES.items():
        if scheme in fleets:
            with contextlib.suppress(Exception):
                load()
