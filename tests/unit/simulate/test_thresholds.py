"""What our default configuration promises, in figures with a margin: honest tuning passes, a bug does not."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from played import began, fleets_of, forgetful, gives_back, play, play_pool, shortest_rest, standard

from condor_elastic.knobs.expressions import evaluate
from condor_elastic.model import Remove, Retire, Template, Unretire
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.course import EPOCH, Course
from condor_elastic.simulate.generate import generate
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.ours import ours
from condor_elastic.simulate.score import quantile

PERIOD, BOOT, LEAVE, IDLE_TIMEOUT = 60, 180, 30, 600
HOUR = 3600
BURST = [Job(30, 1500 + 3 * i) for i in range(400)]
"""Fifty VMs full, whose last jobs end one after the other."""


def wobble(few, many, seconds):
    """Give jobs for now as many and now as few VMs, changing every quarter of an hour."""
    turns = enumerate(range(0, seconds, 900))
    return sorted(Job(at + i % 60, 780 + i * 37 % 240) for turn, at in turns for i in range(8 * (many, few)[turn % 2]))


def test_a_burst_gets_as_many_vms_as_it_needs_at_once_and_all_are_given_back_after_the_idle_timeout():
    played = play(BURST)
    judged = played.score
    assert judged.unstarted == 0
    assert max(played.waits()) <= BOOT + PERIOD, "the first cycle launches for all"
    assert 50 <= judged.launches <= 52, "50 hold the jobs, and 3 % are headroom"
    assert judged.retired == judged.launches
    assert (judged.evictions, judged.unretired, played.left_over) == (0, 0, 0)
    tails = [vm.account.tail / 8 for vm in played.done.vms if vm.first_job is not None]
    assert IDLE_TIMEOUT <= min(tails) <= max(tails) < IDLE_TIMEOUT + PERIOD
    runs = range(1500, 2724, 24)
    assert judged.vm_hours <= 1.02 * sum(BOOT + run + IDLE_TIMEOUT + PERIOD + LEAVE for run in runs) / HOUR


def test_jobs_that_match_nothing_boot_nothing():
    played = play([*generate("hopeless", 1, 2 * HOUR), Job(2 * HOUR, 600, 9)])
    assert played.score.launches == played.score.vm_hours == 0
    assert not any(look.acts for look in played.looks)
    assert len(played.looks) > 120


def test_jobs_that_match_nothing_keep_nothing_either():
    played = play([*[Job(30, 1500)] * 40, *[Job(40, 600, 1, 10_000_000)] * 50])
    assert (played.score.unstarted, played.score.launches, played.left_over) == (50, 5, 0)
    assert max(vm.stopped for vm in played.done.vms) - EPOCH <= 60 + BOOT + 1500 + IDLE_TIMEOUT + PERIOD + LEAVE


@pytest.mark.parametrize("idle_timeout", [120, IDLE_TIMEOUT])
def test_when_demand_comes_back_who_retires_is_taken_back_before_any_is_launched(idle_timeout):
    jobs = wobble(10, 20, 5400)
    played = play(jobs, retire="Soft", idle_timeout=idle_timeout)
    without = play(jobs, retire="Soft", idle_timeout=idle_timeout, unretire=False)
    assert played.score.unretired > 0 == without.score.unretired
    assert played.score.launches < 0.95 * without.score.launches
    assert played.score.mean_wait_s < 0.95 * without.score.mean_wait_s
    assert played.score.vm_hours < without.score.vm_hours
    assert played.score.evictions == played.score.unstarted == 0
    for look in played.looks:
        if look.launches:
            leaving = sum(worker.phase == "retiring" for worker in look.pool.workers)
            assert look.count(Unretire) == leaving, look.at


def test_soft_retirement_leaves_alone_what_has_changed_within_the_idle_timeout():
    steady = [Job(at, 700) for at in range(0, 2 * HOUR, 25)]
    played = play(steady, retire="Soft")
    assert played.score.retired <= 1.1 * play(steady).score.retired
    long = play([*[Job(0, 1000)] * 35, *[Job(0, 3 * HOUR)] * 5], retire="Soft")
    assert long.score.vm_hours <= 5 * 3.2
    few = play([Job(0, 1000 if i % 8 else HOUR) for i in range(40)], retire="Soft")
    assert shortest_rest(played, long, few) >= IDLE_TIMEOUT
    assert any(act.worker.phase == "busy" for now in few.looks for act in now.acts if isinstance(act, Retire))


def test_boots_that_fail_cost_no_more_than_their_timeout_and_are_replaced():
    jobs = sorted(Job(i * 6, 1200) for i in range(1200))
    played, well = play(jobs, Cloud(failures=0.3)), play(jobs)
    judged = played.score
    assert judged.unstarted == judged.evictions == played.left_over == 0
    assert judged.launches <= 1.05 * well.score.launches / 0.7
    failed = played.done.acts["Hold"]
    assert 0.15 * judged.launches < failed < 0.4 * judged.launches
    assert judged.failed_core_hours <= 8 * failed * (1200 + PERIOD) / HOUR
    assert judged.vm_hours <= 1.03 * well.score.vm_hours + failed * (1200 + PERIOD) / HOUR
    assert judged.p95_wait_s <= 450
    assert judged.mean_wait_s <= 120


def test_when_no_boot_works_the_breaker_lets_one_canary_go_each_half_hour():
    played = play([Job(30, 1500)] * 80, Cloud(failures=1.0))
    first, *canaries = [look for look in played.looks if look.launches]
    assert (first.launches, {look.launches for look in canaries}) == (10, {1})
    assert all(1800 <= after.at - before.at <= 1800 + 2 * PERIOD for before, after in zip(canaries, canaries[1:]))
    assert 10 <= len(canaries) <= 12, "it is tried for ever"
    assert played.score.failed_core_hours <= 8 * played.score.launches * (1200 + PERIOD) / HOUR


def test_a_cloud_that_works_again_closes_the_breaker():
    class Mended(Cloud):
        def boots(self, chance):
            return None if next(tries) < 12 else self.boot

    tries = iter(range(1000))
    played = play([Job(30, 1500)] * 80, Mended())
    assert (played.score.unstarted, played.left_over) == (0, 0)
    assert played.score.launches <= 12 + 10 + 1
    good = sorted(vm.ready for vm in played.done.vms if vm.ready)
    assert good[-1] - good[0] <= BOOT + 2 * PERIOD, "the first that works is followed by all"


def test_a_drought_is_tried_ever_more_rarely_and_its_end_is_noticed_within_the_longest_back_off():
    begin, end = 3000, 3000 + 3 * HOUR
    jobs = [*[Job(30, 900)] * 160, *[Job(3600, 900)] * 160]
    played = play(jobs, Cloud(droughts=((begin, end),)))
    assert (played.score.unstarted, played.score.evictions, played.left_over) == (0, 0, 0)
    tries = [look.at for look in played.looks if look.launches and begin <= look.at < end]
    gaps = [after - before for before, after in zip(tries, tries[1:])]
    assert gaps == sorted(gaps)
    assert gaps[0] <= 300 + PERIOD
    assert gaps[-1] <= HOUR + PERIOD
    assert 4 <= len(tries) <= 8
    assert played.refusals == 20 * len(tries)
    assert played.last_start <= end + HOUR + BOOT + 2 * PERIOD
    assert played.score.launches == 40
    assert played.score.failed_core_hours == 0


def test_a_short_drought_is_over_soon():
    played = play([Job(30, 900)] * 160, Cloud(droughts=((0, 400),)))
    assert 20 < played.refusals <= 60
    assert played.score.p95_wait_s <= 400 + 600 + BOOT + PERIOD
    again = play([Job(30, 900)] * 160 + [Job(2400, 900)] * 240, Cloud(droughts=((0, 400), (2300, 2500))))
    later = [look.at for look in again.looks if look.launches and look.at >= 2300]
    assert later[1] - later[0] <= 300 + PERIOD, "a VM has joined since: the back-off begins anew"


def test_jobs_whose_spot_vms_are_reclaimed_run_again_on_new_ones_at_once():
    played = play([Job(30, 1200)] * 160 + [Job(4000, 1200)] * 160, Cloud(reclaim=HOUR))
    judged = played.score
    assert judged.evictions > 30
    assert (judged.unstarted, played.left_over) == (0, 0)
    reclaimed = sum(vm.held is not None for vm in played.done.vms)
    assert 40 <= judged.launches <= 40 + reclaimed
    assert judged.p95_wait_s <= 1600
    for look in played.looks:
        wait = [worker for worker in look.pool.workers if worker.phase == "failed" and worker.vm.hold_code == 41]
        assert len(wait) == sum(isinstance(act, Remove) for act in look.acts), "nothing waits for it"


def test_a_silent_collector_makes_us_do_nothing():
    begin, end = 1800, 1800 + HOUR
    played = play(sorted(BURST + [Job(2400, 600)] * 80), course=Course(blind=((begin, end),)))
    blind = [look for look in played.looks if begin <= look.at < end]
    assert len(blind) == 60
    assert not any(look.acts for look in blind)
    assert played.score.launches <= 53
    assert played.score.evictions == played.score.unstarted == played.left_over == 0
    seeing = played.done.vms
    assert any(vm.stopped >= EPOCH + end for vm in seeing)


@pytest.mark.parametrize("part", [0.0, 0.4])
def test_a_collector_that_has_forgotten_startds_is_not_believed(part):
    begin, end = 2400, 2400 + HOUR
    jobs = sorted([Job(30, 1500)] * 160 + [Job(at, 90) for at in range(3000, 5400, 200) for _ in range(80)])
    played = play(jobs, course=Course(negotiator=300), wrap=forgetful(begin, end, part))
    blind = [look for look in played.looks if begin + PERIOD <= look.at < end]
    assert sum(map(gives_back, blind)) == 0
    assert sum(look.launches for look in blind) == 0, "who is not seen is there all the same"
    assert (played.score.launches, played.score.unstarted, played.score.evictions) == (20, 0, 0)


def test_headroom_of_a_large_steady_pool_lets_nobody_wait_and_costs_little():
    chance, at, jobs = random.Random(1), 0.0, []
    while (at := at + chance.expovariate(1 / 4)) < 2.5 * HOUR:
        jobs.append(Job(int(at), 1000 + chance.randrange(800)))
    played, without = play(jobs), play(jobs, headroom="0")
    steady, bare = (one.waits(HOUR) for one in (played, without))
    assert quantile(steady, 0.95) == 0 < quantile(bare, 0.95)
    assert sum(steady) <= 0.6 * sum(bare)
    assert played.score.vm_hours <= 1.05 * without.score.vm_hours
    assert played.score.regret <= 1.25
    assert played.left_over == 0


def test_a_worker_whose_lifetime_ends_takes_no_job_and_drains():
    jobs = [Job(i * 15, 1200) for i in range(1000)]
    played = play(jobs, lifetime=HOUR)
    judged = played.score
    assert (judged.evictions, judged.unstarted, played.left_over) == (0, 0, 0)
    assert judged.retired == judged.launches
    assert all(vm.stopped <= vm.deadline + 1200 + PERIOD + LEAVE for vm in played.done.vms)
    assert 42 <= judged.launches <= 50
    assert judged.drain_core_hours <= 15
    assert judged.vm_hours <= 1.2 * judged.least_vm_hours
    assert judged.mean_wait_s <= 60


def test_caps_hold_and_are_used_up():
    most = play([Job(30, 1500)] * 240, max_vms=10)
    assert most.most() == most.score.launches == 10
    assert most.score.unstarted == 0
    cores = play([Job(30, 900)] * 160, max_cores=40)
    assert cores.most() == 5
    priced = play([Job(30, 900)] * 160, price=0.5, max_price_per_hour=2.0)
    assert priced.most() == 4
    slow = play([Job(30, 1500)] * 160, max_per_cycle=4)
    assert [look.launches for look in slow.looks if look.launches] == [4] * 5
    away = play([Job(30, 900)] * 160, max_retire_per_cycle=6)
    assert Counter(gives_back(look) for look in away.looks if gives_back(look)) == {6: 3, 2: 1}


def test_a_cap_that_is_lowered_lets_the_least_used_go_softly_and_raised_again_takes_them_back():
    def wrap(policy):
        less = ours(standard(max_vms=12), evaluate)

        def decide(seen, pool):
            return (less if 1200 <= seen.now - EPOCH < 2400 else policy)(seen, pool)

        return decide

    jobs = [Job(30, 2400 + i % 8 * 300) for i in range(160)] + [Job(2000, 600)] * 64
    played = play(sorted(jobs), wrap=wrap)
    at = {look.at: look for look in played.looks}
    assert (at[1200].count(Retire), at[1260].count(Retire), at[2400].count(Unretire)) == (8, 0, 8)
    assert sum(look.launches for look in played.looks if 1200 <= look.at < 2400) == 0
    assert (played.score.evictions, played.score.unstarted, played.left_over) == (0, 0, 0)
    assert played.score.launches <= 28


def test_what_waits_for_its_launch_is_given_back_when_nobody_has_needed_it_for_the_idle_timeout():
    played = play([Job(30, 60)] * 160, Cloud(launch=900), max_per_cycle=1)
    asked, judged = played.done.acts["SubmitVms"], played.score
    assert (judged.unstarted, played.left_over) == (0, 0)
    assert 15 < asked <= 20
    gone = [now.at + EPOCH - act.vm.since for now in played.looks for act in now.acts if isinstance(act, Remove)]
    assert gone
    assert min(gone) >= IDLE_TIMEOUT
    assert judged.launches == asked - len(gone) <= 15


def test_one_and_eight_cores_are_packed():
    packed = play([*[Job(30, 1200, 1)] * 20, *[Job(30, 1200, 8)] * 6, *[Job(30, 1200, 5)] * 3, *[Job(30, 1200, 3)] * 3])
    assert (packed.score.launches, packed.score.unstarted) == (6 + 3 + 3, 0)
    large = play([*[Job(30, 1200, 1, 9000)] * 5, *[Job(30, 1200, 1, 1000)] * 30])
    assert (large.score.launches, large.score.unstarted) == (5, 0), "memory counts as cores do"
    mixed = play([job._replace(run=min(job.run, HOUR)) for job in generate("mixed", 2, 2 * HOUR)])
    assert mixed.score.unstarted == mixed.score.evictions == mixed.left_over == 0
    assert mixed.score.p95_wait_s <= BOOT + 2 * PERIOD
    assert mixed.score.vm_hours <= 1.5 * mixed.score.least_vm_hours


def test_of_two_fleets_the_cheap_one_is_filled_first_and_kept_longest():
    (one,) = standard().fleets
    dear, cheap = replace(one, name="DEAR", price=0.8), replace(one, name="CHEAP", price=0.2, max_vms=6)
    jobs = [*[Job(30, 1800)] * 80, *[Job(2000 + i, 600) for i in range(0, 7200, 20)]]
    played = play_pool(sorted(jobs), fleets_of(dear, cheap, fleet_order="Price"))
    launched = Counter(vm.fleet.name for vm in played.done.vms)
    assert launched == {"CHEAP": 6, "DEAR": 4}
    assert (played.most(of="CHEAP"), played.most(of="DEAR")) == (6, 4)
    gone = {name: max(vm.stopped for vm in played.done.vms if vm.fleet.name == name) for name in launched}
    assert gone["DEAR"] < gone["CHEAP"] - HOUR
    hours = (BOOT + 1800 + IDLE_TIMEOUT + PERIOD + LEAVE) / HOUR
    assert played.score.cost <= 1.05 * (0.8 * 4 * hours + 0.2 * played.score.vm_hours)
    assert min(began(vm) for vm in played.done.vms) == EPOCH + 60


def test_machines_on_which_no_waiting_job_can_run_are_kept_three_at_a_time():
    (true,) = standard().fleets
    told = replace(true, template=Template(8, 65536))

    def wrap(_):
        policy = ours(fleets_of(told), evaluate)

        def decide(seen, pool):
            return policy(replace(seen, idle=tuple(replace(one, fleets=frozenset({"VM"})) for one in seen.idle)), pool)

        return decide

    played = play([Job(30, 600, 1, 30000)] * 20, wrap=wrap)
    assert (played.most(), played.most(HOUR)) == (10, 3), "the first cycle cannot know"
    assert 15 <= played.score.launches <= 22, "one is tried each half hour"
    assert shortest_rest(played) >= IDLE_TIMEOUT
    assert played.score.vm_hours <= 10 * 0.5 + 3 * played.looks[-1].at / HOUR
