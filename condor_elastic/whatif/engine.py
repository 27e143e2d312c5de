"""From autoclusters to groups of jobs that may run on the same fleets and the same kinds of free slot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from condor_elastic.knobs import FleetKnobs
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import Hopeless, JobGroup, Shape
from condor_elastic.whatif.clauses import failing_clause, too_large
from condor_elastic.whatif.limits import Limits
from condor_elastic.whatif.machine import machine

LISTED = 20
"""So many kinds of hopeless job are told, the most numerous first."""
DURATIONS = ("AllowedJobDuration", "AllowedExecuteDuration")


@dataclass(frozen=True)
class Autocluster:
    """Idle jobs that are alike in matchmaking: the ad of what they are alike in, and how many there are.

    granted means that a negotiator has matched them with a fleet's machine, JOB_REQUIREMENTS and limits included.
    """

    ad: Any
    count: int
    name: str
    granted: bool = False


class Engine:
    """Evaluates Requirements of both sides (classad2.ClassAd.symmetricMatch); the machines' ads are made once."""

    def __init__(self, fleets: Sequence[FleetKnobs]) -> None:
        """Take the fleets; raises the bindings' error where a template is no ClassAd."""
        import classad2

        self._fleets = fleets
        self._machines = {fleet.name: machine(fleet.template, fleet.name, fleet.spot_tries) for fleet in fleets}
        self._tests = {fleet.name: classad2.ExprTree(fleet.job_requirements) for fleet in fleets}

    def groups(
        self, clusters: Iterable[Autocluster], kinds: Mapping[str, Any], limits: Limits
    ) -> tuple[tuple[JobGroup, ...], tuple[Hopeless, ...]]:
        """Give the groups, and the jobs that no fleet can ever run; kinds are the ads of the kinds of free slot."""
        counts: Counter[tuple[Shape, frozenset[str], frozenset[str], int]] = Counter()
        hopeless = []
        for cluster in clusters:
            shape = shape_of(cluster.ad)
            clauses = {fleet.name: self._refusal(cluster, shape, fleet) for fleet in self._fleets}
            fleets = frozenset(name for name, clause in clauses.items() if not clause)
            if not fleets:
                hopeless.append(Hopeless(f"{cluster.name}, {_said(shape)}", cluster.count, tuple(clauses.items())))
            here = frozenset(name for name, slot in kinds.items() if cluster.ad.symmetricMatch(slot))
            if fleets or here:
                counts[shape, fleets, here, seconds_of(cluster.ad)] += limits.grant(cluster.ad, cluster.count)
        hopeless.sort(key=lambda one: -one.count)
        groups = (JobGroup(shape, n, fleets, here, s) for (shape, fleets, here, s), n in counts.items() if n)
        return tuple(groups), tuple(hopeless[:LISTED])

    def _refusal(self, cluster: Autocluster, shape: Shape, fleet: FleetKnobs) -> str:
        """Name what keeps the jobs off the fleet's machine for ever, or nothing."""
        machine_ad = self._machines[fleet.name]
        if not cluster.granted and self._tests[fleet.name].eval(cluster.ad) is not True:
            return f"{PREFIX}{fleet.name.upper()}_JOB_REQUIREMENTS={fleet.job_requirements}"
        if not cluster.ad.symmetricMatch(machine_ad):
            return failing_clause(cluster.ad, machine_ad) or "the Requirements are not met"
        return too_large(shape, fleet.template)


def shape_of(ad: Any) -> Shape:
    """Read what a job asks for; what is no number counts as not said."""
    return Shape(
        number(ad, "RequestCpus", 1), number(ad, "RequestMemory"), number(ad, "RequestDisk"), number(ad, "RequestGPUs")
    )


def seconds_of(ad: Any) -> int:
    """Read how long a job may run at most, where it says so; 0 where it does not."""
    said = [number(ad, name) for name in DURATIONS]
    return min((seconds for seconds in said if seconds > 0), default=0)


def number(ad: Any, name: str, default: int = 0) -> int:
    """Evaluate an attribute to a whole number."""
    value = ad.eval(name) if name in ad else default
    return int(value) if type(value) in (int, float) else default


def _said(shape: Shape) -> str:
    said = f"{shape.cpus} {'core' if shape.cpus == 1 else 'cores'}, {shape.memory} MB"
    return f"{said}, {shape.gpus} GPUs" if shape.gpus else said
