"""The stories of a simulation: each policy's, with somebody who looks on at each cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from condor_elastic.model import Action, Plan, Pool, Snapshot, Spell
from condor_elastic.record import said
from condor_elastic.report.moment import moment, sayings
from condor_elastic.report.story import Moment, Saying, Story, Told
from condor_elastic.report.words import cloud_words, course_words, fleet_words
from condor_elastic.simulate.compare import OURS, World, medians, runs
from condor_elastic.simulate.course import EPOCH
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.ours import ours
from condor_elastic.simulate.run import Done, Policy, Run
from condor_elastic.simulate.score import Score, score

MUTE = "(a formula gives no reasons)"


class Onlooker:
    """It sees what a policy sees, hears what it says, and changes nothing."""

    def __init__(self, run: Run) -> None:
        """Stand beside a run that has not begun."""
        self.run = run
        self.moments: list[Moment] = []
        self.sayings: list[Saying] = []

    def beside(self, policy: Policy, *, mute: bool) -> Policy:
        """Give the policy with this onlooker; mute is one that never says why."""
        fleets = self.run.pool.fleets

        def decide(seen: Snapshot, pool: Pool) -> Iterable[Action]:
            acts = list(policy(seen, pool))
            self.moments.append(moment(fleets, seen, pool))
            if mute:
                by_fleet = groupby(map(str, acts), key=lambda act: act.partition(": ")[0])
                self.sayings += [Saying(seen.now, f"fleet {of}", MUTE, tuple(lines)) for of, lines in by_fleet]
            return acts

        return decide

    def hear(self, seen: Snapshot, plans: Sequence[Plan]) -> None:
        """Note what was said."""
        self.sayings += sayings(seen.now, said(plans))


def simulated(
    world: World, policies: Sequence[str], workload: Callable[[int], Sequence[Job]], seeds: Sequence[int], jobs: str
) -> Told:
    """Run policies with each seed; the stories are those of the first, the scores medians.  jobs says what they are."""
    scores: dict[str, list[Score]] = {name: [] for name in policies}
    stories: dict[str, Story] = {}
    for name, seed, run in runs(world, scores, workload, seeds):
        if isinstance(run, Score):  # of the bound there is nothing but figures
            scores[name].append(run)
            stories[name] = Story(name, (), EPOCH, EPOCH, (), (), ())
            continue
        if seed != seeds[0]:
            scores[name].append(score(run.go()))
            continue
        seen = Onlooker(run)
        run.policy = seen.beside(
            ours(world.settings, world.evaluate, seen.hear) if name == OURS else run.policy, mute=name != OURS
        )
        done = run.go()
        scores[name].append(score(done))
        stories[name] = _story(name, seen, done)
    count = len(workload(seeds[0]))
    more = ": plots over time and of waits are of the first, figures are medians" if len(seeds) > 1 else ""
    times = f"{len(seeds)} {'runs' if more else 'run'} each{more}"
    words = [
        ("Jobs", f"{jobs}: {count:,}"), ("Cloud", cloud_words(world.cloud)), ("Course", course_words(world.course)),
        ("Policies", f"{', '.join(scores)}; {times}"), *fleet_words(world.settings.fleets),
    ]  # fmt: skip
    made = [replace(stories[name], score=medians(found)) for name, found in scores.items()]
    return Told(f"Simulation: {jobs}", words, made, live=False, seeds=len(seeds))


def _story(name: str, seen: Onlooker, done: Done) -> Story:
    spells = [Spell(vm.name, vm.fleet.name, vm.fleet.price, vm.began, done.end if vm.stopped is None else vm.stopped)
              for vm in done.vms if vm.began is not None]  # fmt: skip
    waits = [done.started[i] - EPOCH - job.submit if i in done.started else None for i, job in enumerate(done.jobs)]
    fleets = tuple(fleet.name for fleet in seen.run.pool.fleets)
    return Story(name, fleets, EPOCH, done.end, seen.moments, seen.sayings, spells, waits)
