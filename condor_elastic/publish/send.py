"""Send the ads to the collector; htcondor2 is imported here, where it is needed."""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.publish.form import Ad

TYPES = ("ElasticPilotQueue", "ElasticFleet", "ElasticWorker", "ElasticStray")


def advertise(found: Iterable[Ad], pool: str, now: int) -> None:
    """Send the ads to the collector and withdraw those of our pool that this cycle did not renew."""
    import classad2
    import htcondor2

    collector = htcondor2.Collector()
    # By it condor_gangliad finds the host to which the numbers belong: this one, where the schedd is.
    machine = htcondor2.param["FULL_HOSTNAME"]
    ads = [{"Machine": machine, **{name: value for name, value in ad.items() if value is not None}} for ad in found]
    collector.advertise([classad2.ClassAd(ad) for ad in ads], "UPDATE_AD_GENERIC")
    for kind in TYPES:  # the collector keeps a table for each type, and takes an invalidation for one
        gone = classad2.ExprTree(f'ElasticPool == "{pool}" && ElasticCycle < {now}')
        query = classad2.ClassAd({"MyType": "Query", "TargetType": kind, "Requirements": gone})
        collector.advertise([query], "INVALIDATE_ADS_GENERIC")
