"""Our default configuration on made workloads: a run, its figures, and what each cycle saw and did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from condor_elastic.associate import associate
from condor_elastic.knobs import FleetKnobs, Settings
from condor_elastic.knobs.expressions import evaluate
from condor_elastic.model import Action, Freshness, Hold, Pool, Remove, Retire, Snapshot, SubmitVms
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.course import EPOCH, Course
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.ours import ours
from condor_elastic.simulate.run import Done, Policy, Run
from condor_elastic.simulate.score import Score, score
from condor_elastic.simulate.standard import pool_of
from condor_elastic.simulate.vm import Vm

Wrap = Callable[[Policy], Policy]


@dataclass(frozen=True)
class Look:
    """One cycle: seconds from the beginning, the pool that it saw, and what it did."""

    at: int
    pool: Pool
    acts: tuple[Action, ...]

    @property
    def launches(self) -> int:
        return sum(act.count for act in self.acts if isinstance(act, SubmitVms))

    def count(self, kind: type[Action]) -> int:
        return sum(isinstance(act, kind) for act in self.acts)


@dataclass(frozen=True)
class Played:
    done: Done
    score: Score
    looks: tuple[Look, ...]

    @property
    def refusals(self) -> int:
        return sum(vm.began is None and vm.held is not None for vm in self.done.vms)

    @property
    def left_over(self) -> int:
        return sum(vm.began is not None and vm.stopped is None for vm in self.done.vms)

    @property
    def last_start(self) -> int:
        return max(self.done.started.values()) - EPOCH

    def waits(self, since: int = 0) -> list[int]:
        """Give the waits of the jobs that came then or later, in order."""
        begun = ((self.done.jobs[i].submit, at - EPOCH) for i, at in self.done.started.items())
        return sorted(at - came for came, at in begun if came >= since)

    def most(self, since: int = 0, of: str = "") -> int:
        """Give how many VMs ran at once, then or later, of a fleet or of all."""
        chosen = [vm for vm in self.done.vms if vm.began is not None and vm.fleet.name.startswith(of)]
        times = {EPOCH + since, *(began(vm) for vm in chosen if began(vm) >= EPOCH + since)}
        return max(sum(began(vm) <= at < (vm.stopped or self.done.end) for vm in chosen) for at in times)


def play(
    jobs: Sequence[Job], cloud: Cloud | None = None, course: Course | None = None, wrap: Wrap | None = None,
    **knobs: Any,
) -> Played:  # fmt: skip
    """Run the default configuration, but for these knobs of its fleet."""
    return play_pool(jobs, standard(**knobs), cloud, course, wrap)


def play_pool(
    jobs: Sequence[Job], settings: Settings, cloud: Cloud | None = None, course: Course | None = None,
    wrap: Wrap | None = None,
) -> Played:  # fmt: skip
    """Run a configuration; wrap changes what a cycle is shown, or what decides."""
    looks: list[Look] = []
    policy = wrap(ours(settings, evaluate)) if wrap else ours(settings, evaluate)

    def decide(seen: Snapshot, pool: Pool) -> Sequence[Action]:
        acts = tuple(policy(seen, pool))
        looks.append(Look(seen.now - EPOCH, pool, acts))
        return acts

    clouds = {fleet.name: cloud or Cloud() for fleet in settings.fleets}
    done = Run(jobs, settings.fleets, clouds, decide, course or Course()).go()
    return Played(done, score(done), tuple(looks))


def standard(**knobs: Any) -> Settings:
    """Give the default configuration with some knobs of its fleet changed."""
    settings = pool_of(None)
    return replace(settings, fleets=tuple(replace(fleet, **knobs) for fleet in settings.fleets))


def fleets_of(*fleets: FleetKnobs, **knobs: Any) -> Settings:
    """Give the default configuration with other fleets, and some knobs of the pool changed."""
    settings = pool_of(None)
    return replace(settings, pool=replace(settings.pool, **knobs), fleets=fleets)


def began(vm: Vm) -> int:
    return vm.began or 0


def shortest_rest(*runs: Played) -> int:
    """Give for how many seconds nothing had changed on the worker that was retired the soonest after a change."""
    retired = [(now.at, act.worker) for run in runs for now in run.looks for act in now.acts if isinstance(act, Retire)]
    return min(at + EPOCH - worker.startd.since for at, worker in retired)


def gives_back(look: Look) -> int:
    return sum(look.count(kind) for kind in (Retire, Remove, Hold))


def forgetful(begin: int, end: int, part: float) -> Wrap:
    """Show a part of the startds only, as if they alone have reported to a new collector."""

    def wrap(policy: Policy) -> Policy:
        def decide(seen: Snapshot, pool: Pool) -> Iterable[Action]:
            if not begin <= seen.now - EPOCH < end:
                return policy(seen, pool)
            there = seen.startds[: int(part * len(seen.startds))]
            fresh = Freshness(collector=EPOCH + begin, negotiated=seen.now)
            return policy(replace(seen, startds=there, fresh=fresh), associate(seen.vms, there))

        return decide

    return wrap
