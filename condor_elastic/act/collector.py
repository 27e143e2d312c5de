"""Which collector a worker reports to, and is called back through: in a tree, one of the children."""

from __future__ import annotations

import hashlib

from condor_elastic.knobs import GlobalKnobs


def collector_of(knobs: GlobalKnobs, vm: str) -> str:
    """Give a VM's COLLECTOR_HOST: ELASTIC_COLLECTOR, or one child of each collector named there, by the VM's id.

    A child listens as collector1, collector2, ... behind the shared port of its top (HTCondor's template
    ChildCollector), and is named by sock (manual: collector tree).
    """
    if not knobs.child_collectors:
        return knobs.collector
    child = int.from_bytes(hashlib.sha256(vm.encode()).digest()[:8], "big") % knobs.child_collectors + 1
    return ", ".join(f"{host}?sock=collector{child}" for host in knobs.collector.replace(",", " ").split())
