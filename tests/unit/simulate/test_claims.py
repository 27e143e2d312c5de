from build import fleet

from condor_elastic.model import Template
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.pool import WORKLIFE, SimulatedPool
from condor_elastic.simulate.vm import Vm

FLEET = fleet(template=Template(4, 8000))


def pool(*jobs):
    """Two VMs that have joined at 0."""
    made = SimulatedPool(jobs, [FLEET])
    for number in (1, 2):
        vm = Vm(number, FLEET, 0, 10**9)
        vm.began = vm.ready = 0
        made.vms[vm.name] = vm
        made.show(vm)
    return made, *made.vms.values()


def test_a_claim_takes_the_next_job_that_asks_alike_where_it_is_and_the_startd_notices_nothing():
    made, first, second = pool(Job(0, 100, 3), Job(0, 100, 2), Job(50, 100, 2))
    made.queue(0)
    made.queue(1)
    assert made.place(10) == [(0, first), (1, second)]
    made.queue(2)
    made.end(0, 90)
    assert made.follow(1, 100) == [(2, second)]
    assert second.startd().since == 10, "the number of its dynamic slots has not changed"
    assert (second.cpus, second.jobs, made.started[2]) == (2, {2}, 100)


def test_a_claim_ends_with_its_worklife_with_another_kind_of_job_and_with_retirement():
    made, first, _ = pool(Job(0, 100), Job(0, 100), Job(0, 100), Job(0, 100, 2))
    made.queue(0)
    made.place(10)
    made.queue(1)
    assert made.follow(0, 100) == [(1, first)]
    made.queue(2)
    assert made.follow(1, 10 + WORKLIFE) == []
    assert first.startd().since == 10 + WORKLIFE
    assert [index for index, _ in made.place(2000)] == [2]
    made.queue(3)
    assert made.follow(2, 2100) == []
    made.waiting.clear()
    made.queue(0)
    ((_, vm),) = made.place(2200)
    vm.retiring = True
    made.queue(1)
    assert made.follow(0, 2300) == []
