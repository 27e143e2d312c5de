from build import startd

from condor_elastic.associate import associate
from condor_elastic.model import HELD, IDLE, REMOVED, RUNNING
from condor_elastic.observe.vms import vm_jobs


def job(vm, status=RUNNING, **more):
    return {"ClusterId": 7, "ProcId": 1, "JobStatus": status, "QDate": 10, "ElasticVM": vm, "ElasticFleet": "TRY",
            "ElasticPool": "p", **more}  # fmt: skip


def test_vm_jobs_of_another_pool_are_not_ours():
    ads = [job("a"), job("b", ElasticPool="other"), {**job("c"), "ElasticPool": None}]
    (vm,) = vm_jobs(lambda mark, attrs: ads, "p", ["try"])
    assert (vm.vm, vm.fleet, vm.id, vm.since, vm.launched) == ("a", "try", "7.1", 10, 10)


def test_workers_are_joined_by_the_id_we_made():
    ads = [job("try-1"), job("gone", REMOVED), job("waiting", IDLE), job("dead", HELD)]
    vms = vm_jobs(lambda mark, attrs: ads, "p", ["try"])
    pool = associate(vms, [startd("try-1", used=3), startd("try-2")])
    assert [(w.vm.vm, w.phase) for w in pool.workers] == [
        ("try-1", "busy"),
        ("waiting", "requested"),
        ("dead", "failed"),
    ]
    assert [s.vm for s in pool.strays] == ["try-2"]


def test_phases_come_from_the_ads_alone():
    def phase(status, **more):
        return associate(vm_jobs(lambda mark, attrs: [job("x", status, **more)], "p", ["try"]), ()).workers[0].phase

    assert phase(IDLE) == "requested"
    assert phase(IDLE, EC2InstanceName="i-1") == "starting"
    assert phase(RUNNING) == "booting"
    assert phase(RUNNING, ElasticJoined=5) == "drained"
