"""How many pilots of each resource type a queue needs, and who gets what when it cannot have them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.model import IDLE, RUNNING, WAITING, PilotJob, QueueStats


def waiting(stats: QueueStats, before: QueueStats | None) -> dict[str, int]:
    """Count the jobs that wait, by type, as the smaller of the server's last two answers.

    A server whose database fails for a moment may count jobs twice or three times, and say success (panda-server 1.0.4:
    the result is not reset between its tries).
    """
    known = stats if before is None else before
    return {kind: min(stats.count(WAITING, kind), known.count(WAITING, kind)) for kind in stats.types}


def answering(pilots: Iterable[PilotJob], knobs: QueueKnobs, now: int) -> Counter[str]:
    """Count the pilots, by type, that answer for a job which PanDA still says is activated.

    Those are the idle, and as its statistics lag, those that started within ELASTIC_<NAME>_PANDA_LAG.
    """
    return Counter(p.type or knobs.default_type for p in pilots if p.status == IDLE or is_fresh(p, knobs, now))


def is_fresh(pilot: PilotJob, knobs: QueueKnobs, now: int) -> bool:
    """Tell whether PanDA may not have noticed yet that this pilot has taken a job."""
    return pilot.status == RUNNING and pilot.started is not None and now - pilot.started < knobs.panda_lag


def needs(jobs: Mapping[str, int], there: Mapping[str, int]) -> dict[str, int]:
    """Give what is missing, by type; a pilot of one type never answers for a job of another."""
    missing = {kind: jobs[kind] - there.get(kind, 0) for kind in jobs}
    return {kind: number for kind, number in missing.items() if number > 0}


def share(n: int, wanted: Mapping[str, int], otherwise: str) -> dict[str, int]:
    """Deal n pilots to the types: one to each that wants any, the rest in proportion; without wishes, all to one."""
    if n <= 0:
        return {}
    if not wanted:
        return {otherwise: n}
    order = sorted(wanted, key=lambda kind: (-wanted[kind], kind))
    dealt = dict.fromkeys(order[:n], 1)
    rest = n - len(dealt)
    beyond = n > sum(wanted.values())
    weights = {kind: wanted[kind] - (not beyond) for kind in dealt}  # of a wish, one is granted already
    exact = {kind: rest * weights[kind] / (sum(weights.values()) or 1) for kind in dealt}
    for kind in dealt:
        dealt[kind] += int(exact[kind])
    left = n - sum(dealt.values())
    for kind in sorted(dealt, key=lambda kind: (int(exact[kind]) - exact[kind], order.index(kind)))[:left]:
        dealt[kind] += 1
    return dealt
