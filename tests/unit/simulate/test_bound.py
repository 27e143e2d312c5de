"""What nobody can do better: by hand on tiny cases, and against every policy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from build import fleet
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from condor_elastic.knobs.expressions import evaluate
from condor_elastic.model import Action, Pool, Remove, Snapshot, SubmitVms, Template
from condor_elastic.simulate.bound import hours, lives
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.compare import POLICIES, World, compare
from condor_elastic.simulate.course import EPOCH, Course
from condor_elastic.simulate.generate import generate
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.run import Run
from condor_elastic.simulate.score import least, score
from condor_elastic.simulate.standard import pool_of

FLEET = fleet(template=Template(4, 8000))


@pytest.mark.parametrize(("busy", "boot", "spans"), [
    ([(100, 200, 1)], 60, [(40, 200)]),
    ([(100, 200, 4), (150, 300, 1)], 60, [(40, 300), (90, 200)]),
    ([(100, 200, 4), (200, 300, 4)], 60, [(40, 300)]),
    ([(0, 10, 1), (70, 80, 1)], 60, [(-60, 80)]),
    ([(0, 10, 1), (71, 80, 1)], 60, [(-60, 10), (11, 80)]),
    ([(0, 10, 9)], 0, [(0, 10)] * 3),
    ([(5, 5, 2)], 9, []),
    ([], 9, []),
])  # fmt: skip
def test_vms_are_ready_when_they_are_needed_and_stay_where_a_boot_would_take_longer(busy, boot, spans):
    assert sorted(lives(busy, 4, boot)) == sorted(spans)


def test_what_fits_no_machine_is_left_out_and_the_row_says_what_the_least_is():
    jobs = [Job(0, 3600, 4), Job(1800, 3600, 1), Job(0, 10, 5), Job(0, 10, 1, 9000)]
    judged = least(jobs, [replace(FLEET, price=0.5)], {"": Cloud(boot=360)}, None)
    assert (judged.launches, judged.unstarted, judged.mean_wait_s, judged.p95_wait_s) == (2, 2, 0, 0)
    assert judged.vm_hours == pytest.approx(1.5 + 0.5 + 2 * 0.1)
    assert judged.utilisation == pytest.approx(5 / (4 * 2.2))
    assert judged.cost == pytest.approx(0.5 * 2.2)


def test_its_utilisation_is_that_of_the_window():
    jobs = [Job(0, 1000, 4), Job(2000, 1000, 2)]
    judged = least(jobs, [FLEET], {"": Cloud(boot=100)}, (1500, 2500))
    assert judged.utilisation == pytest.approx(2 * 500 / (4 * 600))
    assert judged.whole_utilisation == pytest.approx(6000 / (4 * 2200))


SPANS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 90), st.integers(1, 4)), max_size=8)


@given(SPANS, st.integers(0, 60))
@hypothesis_settings(deadline=None)
def test_it_is_the_least_of_all_ways_to_have_the_cores(busy, boot):
    """Try for each VM more whether to keep it or end it, as no rule of the bound does: minute by minute."""
    jobs = [(begin, begin + run, cpus) for begin, run, cpus in busy]
    needs = [-(-sum(c for b, e, c in jobs if b <= t < e) // 4) for t in range(400)]
    cost = {0: 0}
    most = max(needs, default=0)
    for need in needs:
        cost = {
            n: min(before + boot * max(0, n - k) for k, before in cost.items()) + n for n in range(need, most + 1)
        }
    assert hours(lives(jobs, 4, boot)) * 3600 == pytest.approx(min(cost.values()))


@pytest.mark.parametrize(("workload", "seconds"), [("mixed", 10800), ("square", 7200), ("wobble", 5400)])
def test_no_policy_needs_fewer_vm_hours_than_its_own_waits_allow(workload, seconds):
    world = World(pool_of(None), Cloud(), Course(), evaluate)
    rows = {name: one for name, _, one in compare(world, POLICIES, lambda seed: generate(workload, seed, seconds), [1])}
    assert set(rows) == set(POLICIES)
    bound = rows.pop("bound")
    for name, judged in rows.items():
        assert judged.vm_hours >= judged.least_vm_hours > 0, name
        assert judged.vm_hours >= bound.useful_core_hours / 8, name
        assert judged.regret == pytest.approx(judged.vm_hours / bound.vm_hours), name
        assert judged.mean_wait_s > 0 or judged.vm_hours >= bound.vm_hours, name


def test_it_can_be_reached():
    """Do what a clairvoyant does, for jobs that fill a VM and end a second before a cycle, which then ends the VM."""
    jobs = [Job(120, 119, 4), Job(120, 239, 4), Job(600, 59, 4)]

    def policy(seen: Snapshot, pool: Pool) -> list[Action]:
        n = {60: 2, 540: 1}.get(seen.now - EPOCH, 0)
        ended = [Remove(worker.vm, "ended") for worker in pool.workers if worker.phase == "idle"]
        return [*ended, SubmitVms(FLEET.name, n)] if n else ended

    done = Run(jobs, [FLEET], {FLEET.name: Cloud(boot=60)}, policy, Course()).go()
    judged = score(done)
    assert judged.p99_wait_s == 0
    assert sorted((vm.began - EPOCH, vm.stopped - EPOCH - 1) for vm in done.vms) == [(60, 239), (60, 359), (540, 659)]
    assert judged.regret == pytest.approx(1 + 3 / (179 + 299 + 119))
