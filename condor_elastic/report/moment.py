"""What one cycle saw, as a report shows it: the same of a cycle that was recorded and of one that was simulated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.model import Pool, Snapshot, Unknown
from condor_elastic.report.story import STACKED, Moment, Saying


def moment(fleets: Iterable[FleetKnobs], seen: Snapshot, pool: Pool) -> Moment:
    """Count the cores of a cycle; a VM that has not joined counts as its fleet's template."""
    for source in (seen.vms, seen.startds, seen.idle):
        if isinstance(source, Unknown):
            return Moment(seen.now, unknown=str(source))
    cores = {fleet.name.upper(): (fleet.name, fleet.template.cpus) for fleet in fleets}
    supply: dict[str, Counter[str]] = {name: Counter() for name, _ in cores.values()}
    used: Counter[str] = Counter()
    for worker in pool.workers:
        name, whole = cores.get(worker.vm.fleet.upper(), (worker.vm.fleet, 0))
        startd = worker.startd
        if worker.phase in STACKED:
            supply.setdefault(name, Counter())[worker.phase] += startd.whole.cpus if startd else whole
        if startd:
            used[name] += startd.whole.cpus - startd.free.cpus
    groups = () if isinstance(seen.idle, Unknown) else seen.idle
    waiting = {name: sum(group.shape.cpus * group.count for group in groups if name in group.fleets)
               for name in supply}  # fmt: skip
    return Moment(seen.now, supply, used, waiting)


def sayings(now: int, said: Iterable[tuple[str, tuple[str, ...]]]) -> list[Saying]:
    """Take apart what a record has: "fleet NAME: verdict", and a line for each act."""
    found = []
    for line, acts in said:
        of, _, verdict = line.partition(": ")
        found.append(Saying(now, of, verdict, acts))
    return found
