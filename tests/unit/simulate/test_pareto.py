"""In the plane of VM-hours and p95 waits no other system's formula is better than our defaults."""

from __future__ import annotations

import pytest

from condor_elastic.cli.simulation import POLICIES as OFFERED
from condor_elastic.knobs.expressions import evaluate
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.compare import OURS, POLICIES, World, compare, medians
from condor_elastic.simulate.course import Course
from condor_elastic.simulate.generate import generate
from condor_elastic.simulate.pareto import dominated_by
from condor_elastic.simulate.peers import PEERS
from condor_elastic.simulate.standard import pool_of


@pytest.mark.parametrize(("workload", "hours"), [("poisson", 3), ("mixed", 6), ("daily", 6)])
def test_no_peer_dominates_our_defaults(workload, hours):
    world = World(pool_of(None), Cloud(spread=0.3), Course(), evaluate)
    found = {name: [] for name in (OURS, *PEERS)}
    for name, _, judged in compare(world, found, lambda seed: generate(workload, seed, hours * 3600), range(2)):
        found[name].append(judged)
    middle = {name: medians(scores) for name, scores in found.items()}
    assert dominated_by(middle)[OURS] == []
    assert max(one.launches for one in middle.values()) > 1


def test_the_command_offers_them_all():
    assert OFFERED == POLICIES
