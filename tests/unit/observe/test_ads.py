from condor_elastic.associate import associate
from condor_elastic.model import HELD, IDLE, REMOVED, RUNNING, Shape
from condor_elastic.observe.startds import startds
from condor_elastic.observe.vms import vm_jobs

PSLOT = {
    "Name": "slot1@try-1@host", "State": "Unclaimed", "SlotType": "Partitionable", "Cpus": 1, "Memory": 500,
    "TotalSlotCpus": 4, "TotalSlotMemory": 4000, "NumDynamicSlots": 2, "NumDynamicSlotsTime": 200,
    "EnteredCurrentState": 100, "ElasticVM": "try-1", "ElasticFleet": "try", "ElasticRetire": False,
}  # fmt: skip


def static(name, state, since):
    return {"Name": name, "State": state, "SlotType": "Static", "Cpus": 2, "Memory": 1000, "TotalSlotCpus": 2,
            "TotalSlotMemory": 1000, "EnteredCurrentState": since, "ElasticVM": "try-2",
            "ElasticRetire": True}  # fmt: skip


def job(vm, status=RUNNING, **more):
    return {"ClusterId": 7, "ProcId": 1, "JobStatus": status, "QDate": 10, "ElasticVM": vm, "ElasticFleet": "TRY",
            "ElasticPool": "p", **more}  # fmt: skip


def test_a_partitionable_slot_tells_room_jobs_and_the_last_change():
    asked = []
    (startd,) = startds(lambda mark, attrs: asked.append(mark) or [PSLOT], "p")
    assert (startd.name, startd.free, startd.whole) == ("try-1@host", Shape(1, 500), Shape(4, 4000))
    assert (startd.claimed, startd.since, startd.retiring) == (2, 200, False)
    assert 'ElasticPool == "p"' in asked[0]


def test_static_slots_are_one_worker():
    ads = [static("slot1@try-2@h", "Claimed", 5), static("slot2@try-2@h", "Unclaimed", 9)]
    (startd,) = startds(lambda mark, attrs: ads, "p")
    assert (startd.whole, startd.free, startd.claimed) == (Shape(4, 2000), Shape(2, 1000), 1)
    assert (startd.since, startd.retiring) == (9, True)


def test_vm_jobs_of_another_pool_are_not_ours():
    ads = [job("a"), job("b", ElasticPool="other"), {**job("c"), "ElasticPool": None}]
    (vm,) = vm_jobs(lambda mark, attrs: ads, "p", ["try"])
    assert (vm.vm, vm.fleet, vm.id, vm.since) == ("a", "try", "7.1", 10)


def test_workers_are_joined_by_the_id_we_made():
    ads = [job("try-1"), job("gone", REMOVED), job("waiting", IDLE), job("dead", HELD)]
    vms = vm_jobs(lambda mark, attrs: ads, "p", ["try"])
    found = startds(lambda mark, attrs: [PSLOT, static("slot1@try-2@h", "Unclaimed", 5)], "p")
    pool = associate(vms, found)
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
