"""Pin a worker: ElasticPinned in its VM job's ad, which the next cycle heeds."""

from __future__ import annotations

from collections.abc import Sequence

from condor_elastic.act.note import edit
from condor_elastic.byhand.find import Done, find
from condor_elastic.knobs.macros import configured


def pin(names: Sequence[str], *, on: bool) -> list[Done]:
    """Set or clear the mark; a pin takes back that a worker was retired by hand.

    Root and condor may: they are the schedd's QUEUE_SUPER_USERS; the VM job belongs to the elastic user.
    """
    settings = configured()
    done = []
    for worker in find(settings).named(names, settings.pool.pool):
        vm = worker.vm
        if on and vm.retire_asked is not None:
            edit([vm.id], "ElasticRetireAsked", "undefined")
        edit([vm.id], "ElasticPinned", "true" if on else "false")
        kept = f"{vm.vm} is neither retired nor removed, until: condor_elastic pin --off {vm.vm}"
        done.append(Done(vm.vm, vm.id, vm.fleet, worker.phase, kept if on else f"{vm.vm} is pinned no more"))
    return done
