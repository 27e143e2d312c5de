"""Join VM jobs with startds by ElasticVM, the id we made; never by address or host name.

(aws-parallelcluster-node PR 694: a join by address ended a healthy fleet.)
"""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.model import COMPLETED, REMOVED, Pool, Startd, VmJob, Worker


def associate(vms: Iterable[VmJob], startds: Iterable[Startd]) -> Pool:
    """Make a worker of each VM job that is still wanted; name the startds that have no VM job."""
    vms, by_vm = tuple(vms), {startd.vm: startd for startd in startds}
    workers = tuple(Worker(vm, by_vm.get(vm.vm)) for vm in vms if vm.status not in (REMOVED, COMPLETED))
    owned = {vm.vm for vm in vms}  # a VM job that is being removed still has its startd: no orphan
    return Pool(workers, tuple(startd for startd in by_vm.values() if startd.vm not in owned))
