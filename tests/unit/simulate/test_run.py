"""The simulation's own rules: cores and time are kept, the same seed is the same run, what is asked for happens."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from build import fleet, settings
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from condor_elastic.knobs.expressions import evaluate
from condor_elastic.model import Template
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.course import EPOCH
from condor_elastic.simulate.generate import MAKERS, generate
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.ours import ours
from condor_elastic.simulate.peers import PEERS, peer
from condor_elastic.simulate.run import Course, Run, spent
from condor_elastic.simulate.score import score

FLEET = fleet(template=Template(4, 8000), max_vms=50, idle_timeout=600)
CLOUD = Cloud(boot=120, leave=10)


def run(jobs, knobs=FLEET, cloud=CLOUD, course=None, policy=None):
    policy = policy or ours(settings(knobs), evaluate)
    return Run(jobs, [knobs], {knobs.name: cloud}, policy, course or Course()).go()


def test_a_job_gets_a_vm_which_leaves_when_it_is_idle():
    done = run([Job(30, 1000)])
    (vm,) = done.vms
    launched, joined = EPOCH + 60, EPOCH + 60 + 120
    assert (vm.submitted, vm.began, vm.ready) == (launched, launched, joined)
    assert done.started == {0: joined}
    ended = joined + 1000
    assert vm.left == ended + 600 + (EPOCH - ended - 600) % 60, "retired by the first cycle after IDLE_TIMEOUT"
    assert vm.stopped == vm.left + 10
    assert done.acts == {"NoteJoined": 1, "SubmitVms": 1, "Retire": 1}
    judged = score(done)
    assert (judged.launches, judged.mean_wait_s, judged.unstarted) == (1, joined - EPOCH - 30, 0)
    assert judged.useful_core_hours == pytest.approx(1000 / 3600)
    assert judged.boot_core_hours == pytest.approx(4 * 120 / 3600)


def test_who_waits_for_less_than_demand_min_age_starts_no_vm():
    jobs = [Job(0, 100, 4), Job(290, 100, 4)]
    (vm,) = (done := run(jobs, course=Course(age=120))).vms
    assert vm.submitted == EPOCH + 120
    assert done.started[1] == vm.ready + 100, "what becomes free has the first go"


def test_the_negotiator_fills_the_fullest_and_asks_for_what_fits():
    jobs = [Job(0, 5000, 3), Job(0, 5000, 3), Job(600, 100, 1), Job(601, 100, 2)]
    done = run(jobs)
    first, second, third = done.vms
    assert [done.started[i] for i in range(3)] == [first.ready, second.ready, EPOCH + 600]
    assert done.started[3] == third.ready, "two cores are free, but on two VMs"


def test_a_negotiator_with_a_period_makes_jobs_wait_but_a_claim_takes_the_next_job_at_once():
    jobs = [Job(0, 100)] * 8 + [Job(1000, 100)]
    done = run(jobs, replace(FLEET, max_vms=1, idle_timeout=6000), course=Course(negotiator=50))
    begun = sorted(done.started.values())
    assert begun[:4] == [EPOCH + 150] * 4, "joined after 120 s"
    assert begun[4:8] == [EPOCH + 250] * 4
    assert begun[8] == EPOCH + 1050


def test_a_drought_is_answered_and_the_next_vm_comes_after_it():
    done = run([Job(0, 100)], cloud=replace(CLOUD, droughts=((0, 1000),)))
    assert score(done).unstarted == 0
    assert sum(vm.began is None for vm in done.vms) >= 1
    assert min(done.started.values()) > EPOCH + 1000


def test_what_never_joins_is_held_and_costs():
    knobs = replace(FLEET, register_timeout=900, breaker=0)
    done = run([Job(0, 100)], knobs, replace(CLOUD, failures=0.9), Course(seed=5))
    judged = score(done)
    assert judged.unstarted == 0
    assert judged.failed_core_hours > 0
    assert done.acts["Hold"] >= 1


def test_what_is_taken_back_is_evicted_and_runs_again():
    done = run([Job(0, 4000, 4)] * 5, cloud=replace(CLOUD, reclaim=3000), course=Course(seed=3))
    judged = score(done)
    assert judged.evictions > 0
    assert judged.unstarted == 0


def test_a_silent_collector_is_no_reason_to_give_back():
    blind = Course(blind=((1000, 9000),))
    told = run([Job(0, 300), Job(20_000, 10)], course=blind)
    assert not [vm for vm in told.vms if vm.stopped and EPOCH + 1000 <= vm.stopped < EPOCH + 9000]


@pytest.mark.parametrize("name", [*PEERS, "annex"])
def test_peers_finish_the_work_under_the_cap_of_all(name):
    jobs = generate("mixed", 1, 6 * 3600)
    knobs = replace(FLEET, template=Template(8, 16000))
    done = run(jobs, knobs, policy=peer(name, knobs, jobs))
    assert len(done.started) == len(jobs)
    assert most_at_once(done) <= knobs.max_vms


def most_at_once(done):
    steps = sorted([(vm.began, 1) for vm in done.vms] + [(vm.stopped or done.end, -1) for vm in done.vms])
    most = there = 0
    for _, step in steps:
        there += step
        most = max(most, there)
    return most


JOBS = st.lists(st.builds(Job, st.integers(0, 4000), st.integers(0, 3000), st.integers(1, 4), st.integers(0, 9000)),
                max_size=12).map(sorted)  # fmt: skip


@hypothesis_settings(max_examples=15, phases=[Phase.explicit, Phase.generate])  # to shrink takes minutes
@given(JOBS, st.integers(0, 3), st.sampled_from([0, 20]), st.sampled_from([0.0, 0.4]), st.sampled_from([0, 2000]))
def test_cores_and_time_are_kept(jobs, seed, negotiator, failures, reclaim):
    cloud = replace(CLOUD, failures=failures, reclaim=reclaim, spread=0.5)
    course = Course(seed=seed, negotiator=negotiator)
    done = run(jobs, cloud=cloud, course=course)
    fit = [i for i, job in enumerate(jobs) if job.memory <= FLEET.template.memory]
    assert sorted(done.started) == fit
    for vm in done.vms:
        parts = vm.account
        whole = 0 if vm.ready is None else (vm.stopped or done.end) - vm.ready
        assert parts.busy + parts.idle + parts.drain + parts.tail == 4 * whole
    if not reclaim:
        assert sum(vm.account.busy for vm in done.vms) == sum(jobs[i].cpus * jobs[i].run for i in fit)
        assert done.evicted == 0
    assert sum(spent(vm, done.end) for vm in done.vms) >= sum(vm.account.busy for vm in done.vms)
    assert most_at_once(done) <= FLEET.max_vms
    again = run(jobs, cloud=cloud, course=course)
    assert asdict(score(again)) == asdict(score(done))


@pytest.mark.parametrize("name", MAKERS)
def test_workloads_are_the_same_for_the_same_seed(name):
    jobs = generate(name, 7, 86400)
    assert jobs == generate(name, 7, 86400)
    assert jobs != generate(name, 8, 86400)
    assert jobs == sorted(jobs)
    assert all(0 <= job.submit < 86400 + 3600 and job.run > 0 for job in jobs)
