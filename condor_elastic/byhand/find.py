"""Find VMs by what people call them: ElasticVM, VM job, instance, or the name of the startd."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from condor_elastic.associate import associate
from condor_elastic.knobs import Settings
from condor_elastic.knobs.near import near
from condor_elastic.model import Startd, Worker
from condor_elastic.observe.snapshot import TIMEOUTS
from condor_elastic.observe.startds import slots
from condor_elastic.observe.vms import vm_jobs


@dataclass(frozen=True)
class Done:
    """What was done to one VM, in one sentence; jobs are those that ran on it, as SCHEDD#CLUSTER.PROC, with owner."""

    vm: str
    vm_job: str
    fleet: str
    phase: str
    said: str
    jobs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """The VMs of this pool that are there; silent is why their startds are not known, where the collector is silent."""

    workers: tuple[Worker, ...]
    silent: str = ""

    def named(self, names: Sequence[str], pool: str) -> list[Worker]:
        """Give the VMs of these names, each once; raises LookupError for a name that none has, before anything else."""
        chosen: dict[str, Worker] = {}
        for name in names:
            worker = next((one for one in self.workers if name.lower() in _spelled(called(one))), None)
            if worker is None:
                known = [one for worker in self.workers for one in likely(worker)]
                there = near(name, known) or ("; condor_elastic status lists them" if known else "; there is none")
                raise LookupError(f"no VM job of {pool} is {name}{there}")
            chosen[worker.vm.vm] = worker
        return list(chosen.values())


def called(worker: Worker) -> tuple[str, ...]:
    """Give all names of a VM, the first the one that we made."""
    startd = (worker.startd.name, f"slot1@{worker.startd.name}") if worker.startd else ()
    return tuple(name for name in (worker.vm.vm, worker.vm.id, worker.vm.instance, *startd) if name)


def likely(worker: Worker) -> tuple[str, ...]:
    """Give the names that a near miss may be of: numbers of jobs are all alike."""
    return tuple(name for name in called(worker) if name != worker.vm.id)


def _spelled(names: Iterable[str]) -> set[str]:
    return {name.lower() for name in names}


def find(settings: Settings) -> Found:
    """Read the VM jobs from the schedd and their startds from the collector; raises the schedd's errors."""
    import htcondor2

    for timeout in TIMEOUTS:
        htcondor2.param[timeout] = str(settings.pool.query_timeout)
    pool = settings.pool.pool
    vms = vm_jobs(htcondor2.Schedd().query, pool, [fleet.name for fleet in settings.fleets])
    try:
        startds, silent = _startds(pool), ""
    except Exception as error:  # a VM can be ended, or pinned, without its startd
        startds, silent = (), f"the collector does not answer: {' '.join(f'{error}'.split())}"
    return Found(associate(vms, startds).workers, silent)


def _startds(pool: str) -> tuple[Startd, ...]:
    import htcondor2

    collector = htcondor2.Collector()
    kind = htcondor2.AdTypes.Startd
    ours = "ElasticVM isnt undefined"
    return slots(lambda mark, attrs: collector.query(kind, f"({mark}) && {ours}", attrs), pool, ())[0]
