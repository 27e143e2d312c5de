"""How VM jobs reach their clouds: the GAHP, its libraries, and the gridmanager's limit."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator

from condor_elastic.check.finding import RECONFIG, Finding, told
from condor_elastic.check.rules.daemons import absent, runs
from condor_elastic.check.site import OURS, Site, scheme, url
from condor_elastic.knobs.commands import last, split

LIMIT = "GRIDMANAGER_MAX_SUBMITTED_JOBS_PER_RESOURCE_EC2"
NO_LIMIT = 1000
"""What the gridmanager takes for a limit below one (BaseResource::Reconfig() in baseresource.cpp)."""
LIBRARIES = {"ec2": ("boto3", "python3-boto3"), "openstack": ("openstack", "python3-openstacksdk")}


def limited(site: Site) -> Iterator[Finding]:
    """Find clouds at which fleets may have more VMs than the gridmanager lets run; a cloud is a URL with its keys."""
    places = defaultdict(list)
    for fleet in site.settings.fleets:
        keys = (last(fleet.submit, "ec2_access_key_id"), last(fleet.submit, "ec2_secret_access_key"))
        places[url(fleet), keys].append(fleet)
    for (place, _), fleets in places.items():
        wanted, most = sum(fleet.max_vms for fleet in fleets), limit(site.value(LIMIT), place)
        if place and wanted > most:
            names = ", ".join(fleet.name for fleet in fleets)
            yield Finding(
                "ec2-limit",
                told(LIMIT, site.macros),
                f"fleets ({names}) may have {wanted} VMs at {place}, and {most} of them can run",
                f"{wanted} or more",
                add=f"{LIMIT} = {max(100_000, wanted)}",
                run=RECONFIG,
            )


def limit(text: str, place: str) -> int:
    """Read the limit for a URL: a number, then pairs of a piece of the URL and a number; the last that fits counts."""
    words = split(text)
    found = _number(words[0]) if words else 0
    for piece, number in zip(words[1::2], words[2::2]):
        found = _number(number) if piece in place else found
    return found if found > 0 else NO_LIMIT


def _number(text: str) -> int:
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def ours(site: Site) -> Iterator[Finding]:
    """Find another GAHP than ours, or none, where a fleet needs ours."""
    path = site.value("EC2_GAHP")
    fleets = [fleet.name for fleet in site.settings.fleets if scheme(fleet) in OURS]
    is_ours = os.path.basename(path) == "condor_elastic_gahp"
    if fleets and not (is_ours and runs(site, path)):
        seen = f"{path} {absent(site, path)}" if is_ours else "it does not know the URLs of fleets " + ", ".join(fleets)
        yield Finding(
            "gahp",
            told("EC2_GAHP", site.macros),
            seen,
            "our GAHP, which hands other URLs to HTCondor's own",
            add="EC2_GAHP = $(LIBEXEC)/condor_elastic_gahp",
            run=RECONFIG,
        )


def stock(site: Site) -> Iterator[Finding]:
    """Find a missing stock GAHP where a fleet's URL is for it."""
    path = site.settings.pool.stock_ec2_gahp
    fleets = [fleet.name for fleet in site.settings.fleets if url(fleet) and scheme(fleet) not in OURS]
    if fleets and not runs(site, path):
        yield Finding(
            "stock-gahp",
            told("ELASTIC_STOCK_EC2_GAHP", site.macros),
            f"{path} {absent(site, path)}, and the URLs of fleets {', '.join(fleets)} are for it",
            "HTCondor's own ec2_gahp",
            add="ELASTIC_STOCK_EC2_GAHP = $(SBIN)/ec2_gahp",
        )


def libraries(site: Site) -> Iterator[Finding]:
    """Find libraries that are missing."""
    for kind, (module, package) in LIBRARIES.items():
        fleets = [fleet.name for fleet in site.settings.fleets if scheme(fleet) == kind]
        if fleets and module in site.libraries:
            yield Finding(
                "library",
                f"Python's {module}",
                f"it is not installed, and fleets {', '.join(fleets)} need it",
                f"the package {package}",
                run=f"dnf install {package}",
            )


ALL = (limited, ours, stock, libraries)
