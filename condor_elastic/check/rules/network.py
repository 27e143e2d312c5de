"""How workers find the central manager, and it them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from condor_elastic.check.finding import RECONFIG, Finding, told
from condor_elastic.check.site import Site
from condor_elastic.model import Unknown

ADDRESS = re.compile(r"<\[?((?<=\[)[^\]]+|[0-9.]+)\]?:\d+")
NO = ("false", "f", "no", "0")


def is_loopback(address: str) -> bool:
    """Tell whether an address is of this machine alone."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def hosts(collector: str) -> list[str]:
    """Give the host names, or addresses, in a COLLECTOR_HOST."""
    found = [re.sub(r"\?.*", "", word) for word in re.split(r"[,\s]+", collector) if word]
    is_bare = [word.count(":") > 1 and "[" not in word for word in found]  # an address of IPv6 without a port
    return [
        word if bare else re.sub(r"^<?\[?([^\]>]*?)\]?(:\d+)?>?$", r"\1", word) for word, bare in zip(found, is_bare)
    ]


def loopback(site: Site) -> Iterator[Finding]:
    """Find a collector that no other machine can reach, where VMs are other machines."""
    if isinstance(site.collector_ad, Unknown) or not site.remote:
        return
    found = ADDRESS.search(str(site.collector_ad.get("MyAddress", "")))
    if found and is_loopback(found.group(1)):
        yield Finding(
            "collector-loopback",
            told("NETWORK_INTERFACE", site.macros),
            f"the collector's address is {found.group(1)}, as is the one in workers' CCB contacts: they join and "
            "can never be called",
            "an address that VMs can reach",
            add="NETWORK_INTERFACE = 192.0.2.1",
            run="condor_restart",
        )


def told_to_workers(site: Site) -> Iterator[Finding]:
    """Find workers that are sent to themselves."""
    if not site.remote:
        return
    for host in hosts(site.settings.pool.collector):
        addresses = site.addresses.get(host, (host,))
        if addresses and all(is_loopback(one) for one in addresses):
            yield Finding(
                "told-loopback",
                told("ELASTIC_COLLECTOR", site.macros),
                f"{host} is {addresses[0]}, an address of each machine's own",
                "the name, or address, by which VMs reach the collector",
                add="ELASTIC_COLLECTOR = cm.example.org",
            )


def ports(site: Site) -> Iterator[Finding]:
    """Find a collector that does no CCB, and daemons that share no port."""
    running = {} if isinstance(site.collector, Unknown) else site.collector
    if site.settings.fleets and running.get("ENABLE_CCB_SERVER", "").strip().lower() in NO:
        yield Finding(
            "ccb-off",
            told("ENABLE_CCB_SERVER", site.macros),
            "the running collector does no CCB",
            "True",
            add="ENABLE_CCB_SERVER = True",
            run="condor_restart -fast -daemon collector",
        )
    if site.remote and running.get("USE_SHARED_PORT", "").strip().lower() in NO:
        yield Finding(
            "shared-port-off",
            told("USE_SHARED_PORT", site.macros),
            "workers need a way out to the port of each daemon",
            "True",
            add="USE_SHARED_PORT = True",
            run="condor_restart",
        )


def rank(site: Site) -> Iterator[Finding]:
    """Find a negotiator that may match an offline ad of ours before a slot."""
    if site.settings.pool.whatif != "Negotiator" or isinstance(site.negotiator, Unknown) or not site.settings.fleets:
        return
    name = "NEGOTIATOR_PRE_JOB_RANK"
    if "offline" not in site.negotiator.get(name, "").lower():
        yield Finding(
            "pre-job-rank",
            told(name, site.macros),
            "ELASTIC_WHATIF = Negotiator, and the running negotiator has no term for offline ads",
            "a term by which they come last",
            add=f"{name} = $({name}) - 1000000000 * (Offline =?= True)",
            run=RECONFIG,
        )


ALL = (loopback, told_to_workers, ports, rank)
