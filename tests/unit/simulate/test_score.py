"""The figures of a run, by hand on tiny cases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from build import fleet

from condor_elastic.model import SubmitVms, Template
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.course import Course
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.pareto import dominated_by, dominates
from condor_elastic.simulate.run import Run
from condor_elastic.simulate.score import quantile, score

FLEET = fleet(template=Template(4, 8000), max_vms=50, price=0.6)


def judge(jobs, plan, cloud=None, window=None, fleet=FLEET):
    """Run with a policy that launches so many VMs at the cycles that are named by their seconds, and ends none."""

    def policy(seen, _):
        n = plan.get(seen.now - 1_000_000_000, 0)
        return [SubmitVms(fleet.name, n)] if n else []

    return score(Run(jobs, [fleet], {fleet.name: cloud or Cloud(boot=60)}, policy, Course(window=window)).go())


def test_over_and_undershoot_are_weighed_by_time():
    # Two cores are asked for from 30 s to 1,000 s, and none before and after; from 60 s on there are four.
    judged = judge([Job(30, 880, 2)], {60: 1}, window=(0, 1000))
    demanded = 2 * 970
    assert judged.undershoot == pytest.approx(2 * 30 / demanded)
    assert judged.undershoot_time == pytest.approx(0.03)
    assert judged.undershoot_max == 1.0
    assert judged.overshoot == pytest.approx(2 * 940 / demanded)
    assert judged.overshoot_time == pytest.approx(0.94)
    assert judged.overshoot_max == 1.0


def test_a_vm_counts_from_its_launch_and_what_fits_no_machine_is_no_demand():
    judged = judge([Job(0, 100, 5), Job(0, 940, 4)], {0: 1}, window=(0, 1000))
    assert (judged.overshoot, judged.undershoot, judged.unstarted) == (0, 0, 1)


@pytest.mark.parametrize(("quantum", "billed"), [(1, 22620), (3600, 25200), (7000, 28000)])
def test_cost_is_of_whole_quanta(quantum, billed):
    judged = judge([Job(0, 910)], {0: 1}, Cloud(boot=60, quantum=quantum))
    lived = round(judged.vm_hours * 3600)
    assert billed - quantum < lived <= billed
    assert judged.cost == pytest.approx(0.6 * billed / 3600)
    assert judged.cost_per_job == judged.cost


def test_who_lived_less_than_is_billed_is_churn():
    assert judge([Job(0, 910)], {0: 1}).churned == 0
    assert judge([Job(0, 910)], {0: 1}, Cloud(boot=60, quantum=86400)).churned == 1


def test_the_least_of_its_own_starts_and_the_regret():
    # Both jobs start when the VM has joined, at 60 s; a clairvoyant had booted it before.
    judged = judge([Job(0, 940, 3), Job(0, 500, 1)], {0: 1})
    assert judged.least_vm_hours == pytest.approx(940 / 3600)
    assert judged.regret == pytest.approx(judged.vm_hours * 3600 / (940 + 60))


@pytest.mark.parametrize(("part", "found"), [(0.5, 10), (0.95, 19), (0.99, 20), (0.0, 1), (1.0, 20)])
def test_quantiles_are_the_nearest_rank(part, found):
    assert quantile(range(1, 21), part) == found
    assert quantile([], part) == 0


def test_who_dominates_is_no_worse_in_both_and_better_in_one():
    one = judge([Job(0, 60)], {0: 1})
    names = {"same": one, "cheaper": replace(one, vm_hours=one.vm_hours - 1),
             "slower": replace(one, vm_hours=one.vm_hours - 2, p95_wait_s=one.p95_wait_s + 1)}  # fmt: skip
    assert not dominates(one, replace(one))
    assert dominated_by(names) == {"same": ["cheaper"], "cheaper": [], "slower": []}
