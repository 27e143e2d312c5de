"""Workloads that are made: for what no trace has, and the worst case of each rule.  The same seed, the same jobs."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator

from condor_elastic.simulate.job import Job

HOUR, DAY = 3600, 86400
Make = Callable[[random.Random, int], Iterator[Job]]


def poisson(chance: random.Random, seconds: int) -> Iterator[Job]:
    """Give jobs of one core at random times, 300 an hour, log-normal run times (median 20 min)."""
    return _arrivals(chance, seconds, lambda _: 300 / HOUR)


def daily(chance: random.Random, seconds: int) -> Iterator[Job]:
    """Give a day's cycle, between 30 and 570 jobs an hour."""
    return _arrivals(chance, seconds, lambda at: (300 - 270 * math.cos(2 * math.pi * at / DAY)) / HOUR)


def square(chance: random.Random, seconds: int) -> Iterator[Job]:
    """Give 80 jobs of five minutes at once, again and again when VMs have just been idle for ten minutes."""
    for at in range(0, seconds, 300 + 660):
        for _ in range(80):
            yield Job(at + chance.randrange(5), 300)


def burst(chance: random.Random, seconds: int) -> Iterator[Job]:
    """Give 2,000 jobs at once, one time a day, and nothing else."""
    for at in range(HOUR, seconds, DAY):
        for _ in range(2000):
            yield Job(at + chance.randrange(60), _lasting(chance))


def trickle(chance: random.Random, seconds: int) -> Iterator[Job]:
    """Give one short job every twenty minutes."""
    for at in range(0, seconds, 20 * 60):
        yield Job(at + chance.randrange(60), 60 + chance.randrange(240))


def wobble(chance: random.Random, seconds: int) -> Iterator[Job]:
    """Give what needs now 40 and now 60 VMs' cores, changing every quarter of an hour."""
    for turn, at in enumerate(range(0, seconds, 15 * 60)):
        for _ in range(320 if turn % 2 else 480):
            yield Job(at + chance.randrange(120), 780 + chance.randrange(240))


def hopeless(chance: random.Random, seconds: int) -> Iterator[Job]:
    """Give jobs that ask for more memory than any machine has."""
    for at in range(0, seconds, HOUR):
        yield Job(at + chance.randrange(60), 600, 1, 10_000_000)


def mixed(chance: random.Random, seconds: int) -> Iterator[Job]:
    """Give jobs of one core and, one in six, of eight."""
    for job in _arrivals(chance, seconds, lambda _: 200 / HOUR):
        yield job._replace(cpus=8) if chance.random() < 1 / 6 else job


MAKERS: dict[str, Make] = {
    make.__name__: make for make in (poisson, daily, square, burst, trickle, wobble, hopeless, mixed)
}


def generate(name: str, seed: int, seconds: int = 2 * DAY) -> list[Job]:
    """Make a workload by its name.  Raises KeyError."""
    return sorted(MAKERS[name](random.Random(f"{name} {seed}"), seconds))  # noqa: S311  no secrets


def _arrivals(chance: random.Random, seconds: int, rate: Callable[[float], float]) -> Iterator[Job]:
    """Give jobs at random times, rate of them a second (thinning: Lewis and Shedler, 1979)."""
    most = max(rate(at) for at in range(0, min(seconds, DAY), 600))
    at = 0.0
    while (at := at + chance.expovariate(most)) < seconds:
        if chance.random() < rate(at) / most:
            yield Job(int(at), _lasting(chance), 1, 0, f"user{chance.randrange(20)}")


def _lasting(chance: random.Random) -> int:
    return max(10, min(2 * DAY, round(1200 * math.exp(1.2 * chance.gauss(0, 1)))))
