"""VMs that their cloud has taken back: how many lately, as their VM jobs tell; they stay in the queue for so long."""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.model import VmJob, Worker

LATELY = 3600
"""Seconds for which a VM job stays in the queue after a reclaim: it is all that is remembered of it."""


def reclaimed_lately(vms: Iterable[VmJob], workers: Iterable[Worker], now: int) -> int:
    """Count the VMs of a fleet with a notice, or gone after one, within LATELY."""
    gone = {vm.vm for vm in vms if is_lately(vm, now)}
    return len(gone | {worker.vm.vm for worker in workers if worker.phase == "reclaimed"})


def is_lately(vm: VmJob, now: int) -> bool:
    """Tell whether its cloud took it back, and that is remembered still."""
    return vm.reclaimed is not None and now - max(vm.reclaimed, vm.since) < LATELY
