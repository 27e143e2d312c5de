"""What is told of a worker, and of a fleet."""

import json
from dataclasses import replace

from build import NOW, booting, busy, fleet, idle, jobs, requested, retiring, seen, startd, vm
from sights import kinds, sight

from condor_elastic.explain.answer import document
from condor_elastic.explain.fleet import explain_fleet, fleet_named
from condor_elastic.explain.seen import LastCycle
from condor_elastic.explain.vm import explain_vm, vm_named
from condor_elastic.model import HELD, REMOVED, Freshness, Ledger, Pool, Template, Unknown, Worker

MACHINE = Template(8, 16000, text="Cpus = 8; Memory = 16000")


def told(worker, knobs=None, look=None, others=(), **more):
    here = sight(knobs or fleet(), look=look or seen(vms=(worker.vm,)), workers=[worker, *others], **more)
    return explain_vm(here, worker)


def test_a_vm_is_found_by_either_name_and_a_stray_by_its_own():
    here = sight(fleet(), workers=Pool((idle("w1", id="3.0"),), (startd("lone"),)))
    assert vm_named(here, "w1") is vm_named(here, "3.0") is vm_named(here, "3")
    assert vm_named(here, "w2") is None
    leaving = sight(fleet(), look=seen(vms=(vm("x1", REMOVED, id="9.0"),)))
    assert explain_vm(leaving, vm_named(leaving, "9")).said[1].startswith("VM job 9.0 is removed")
    orphan = explain_vm(here, vm_named(here, "lone"))
    assert (orphan.state, kinds(orphan)["orphan"].said[:9]) == ("orphan", "no VM job")


def test_an_empty_worker_says_until_when_it_stays():
    answer = told(idle("w1", since=NOW - 100), fleet(idle_timeout=600, price=2.0))
    assert kinds(answer)["young"].until == NOW + 500
    assert answer.figures["timers"] == {"ELASTIC_CLOUD_IDLE_TIMEOUT": NOW + 500}
    assert any(one.startswith("Without a cycle it would leave by itself at") for one in answer.said)


def test_an_empty_worker_whose_time_is_over_goes():
    answer = told(idle("w1", since=NOW - 1000), fleet(idle_timeout=600))
    assert kinds(answer)["next cycle"].said == "retires it, because empty longer than ELASTIC_CLOUD_IDLE_TIMEOUT=600"


def test_what_keeps_an_empty_worker():
    old = idle("w1", since=NOW - 1000)
    floor = told(old, fleet(policies=("Ready", "MinVms"), min_vms=1))
    assert kinds(floor)["floor"].said == "ELASTIC_CLOUD_MIN_VMS=1 and there are 1"
    spare = told(old, fleet(policies=("Ready", "Headroom"), headroom="2"))
    assert "headroom" not in kinds(spare)  # nothing evaluates expressions here
    none = told(old, fleet(max_retire_per_cycle=0))
    assert kinds(none)["cap"].said == "ELASTIC_CLOUD_MAX_RETIRE_PER_CYCLE=0"
    needed = told(old, look=seen(jobs(1), vms=(old.vm,)))
    assert "needed" in kinds(needed)
    asked = told(old, look=seen(jobs(40), vms=(old.vm,)))
    assert "demand" in kinds(asked)
    doubt = told(old, look=seen(vms=(old.vm,), fresh=Freshness(None)), others=[Worker(vm("lost"))])
    assert "nothing is given back" in kinds(doubt)["held back"].said


def test_one_that_was_not_heard_of_is_not_given_back():
    worker = idle("w1", since=NOW - 9000)
    worker = replace(worker, startd=replace(worker.startd, heard=NOW - 1000))
    fresh = idle("w2")
    fresh = replace(fresh, startd=replace(fresh.startd, heard=NOW - 5))
    assert "ELASTIC_STALE=900" in kinds(told(worker, others=[fresh]))["stale"].said


def test_busy_coming_retiring_and_the_marks():
    assert kinds(told(busy("w1")))["busy"].change == ("its jobs end",)
    assert "coming" in kinds(told(booting("w1")))
    assert "it has no instance" in " ".join(told(requested("w1")).said)
    assert "1 job has ended" in kinds(told(retiring("w1"), fleet(unretire=False)))["retiring"].said
    worker = idle("w1", pinned=True, drifted=True, unreachable=NOW - 5)
    worker = replace(worker, startd=replace(worker.startd, differs="Cpus = 1, not 2"))
    assert {"pinned", "drifted", "silent cloud", "differs"} <= kinds(told(worker)).keys()


def test_what_a_vm_has_cost_and_its_timers():
    worker = idle("w1", since=NOW - 5, price=2.0, began=NOW - 3600, started=NOW - 3600, deadline=NOW + 50)
    answer = told(worker, fleet(price=2.0, first_job_timeout=6000))
    assert (answer.figures["cost"], answer.figures["hours"]) == (2.0, 1.0)
    assert "It has run for 1.00 h, and cost 2 at 2 an hour." in answer.said
    assert answer.figures["timers"]["ELASTIC_CLOUD_LIFETIME"] == NOW + 50
    assert answer.figures["timers"]["ELASTIC_CLOUD_FIRST_JOB_TIMEOUT"] == NOW + 2000
    late = told(replace(booting("b1"), vm=replace(booting("b1").vm, since=NOW - 10)), fleet(register_timeout=600))
    assert late.figures["timers"] == {"ELASTIC_CLOUD_REGISTER_TIMEOUT": NOW + 590}
    new = told(requested("q1", since=NOW - 10), fleet(launch_timeout=600))
    assert new.figures["timers"] == {"ELASTIC_CLOUD_LAUNCH_TIMEOUT": NOW + 590}


def test_a_failed_one_says_its_class_and_why_its_job_stays():
    failed = Worker(vm("f1", HELD, hold_reason="InsufficientInstanceCapacity: no", since=NOW - 10, launched=NOW - 50))
    answer = told(failed)
    assert kinds(answer)["failed"].figures["class"] == "capacity"
    assert "remembered" in kinds(answer)
    gone = told(replace(failed, vm=replace(failed.vm, since=NOW - 100_000, launched=NOW - 100_050)))
    assert kinds(gone)["next cycle"].said == "removes its VM job, because its back-off is over"


def test_what_the_next_cycle_does_to_it():
    back = told(retiring("w1"), look=seen(replace(jobs(1), kinds=frozenset({""})), vms=()))
    assert kinds(back)["next cycle"].said == "un-retires it, because demand came back"
    late = replace(booting("b1"), vm=replace(booting("b1").vm, since=NOW - 9000))
    assert kinds(told(late))["next cycle"].said.startswith("holds its VM job")
    joined = idle("w1", since=NOW - 5, joined=None)
    assert kinds(told(joined))["next cycle"].said == "notes that it has joined"


def test_a_vm_of_a_fleet_that_is_named_no_more():
    answer = told(idle("w1"), fleet("other"))
    assert "drains it" in kinds(answer)["no fleet"].change[0]


def test_a_fleet_says_all_that_it_counts():
    failed = Worker(vm("f1", HELD, hold_reason="InsufficientInstanceCapacity: no", since=NOW - 10, launched=NOW - 50))
    workers = [idle("w1", since=NOW - 5, price=1.0, began=NOW - 3600), failed]
    knobs = fleet(template=MACHINE, price=1.0, max_cores=8, max_cost_per_day=9.0)
    look = seen(jobs(30), vms=tuple(w.vm for w in workers), ledger=Ledger(NOW - 40_000, 0))
    here = sight(knobs, look=look, workers=workers, last=LastCycle(NOW - 60, verdicts={"cloud": "Doing nothing."}))
    answer = explain_fleet(here, fleet_named(here, "CLOUD"))
    assert answer.state == "stopped"
    assert {"cap", "window"} <= kinds(answer).keys()
    read = json.loads(document(answer, NOW))
    assert read["phases"] == {"idle": 1, "failed": 1}
    assert read["failures"] == {"capacity": 1}
    assert read["caps"]["MAX_CORES"] == {"knob": "ELASTIC_CLOUD_MAX_CORES", "value": 8, "used": 8}
    assert read["caps"]["MAX_VMS"]["used"] == 1
    assert (read["money"]["rate"], read["money"]["today"]) == (1.0, 1.0)
    assert read["money"]["caps"] == {"ELASTIC_CLOUD_MAX_COST_PER_DAY": 9.0}
    assert any("Doing nothing." in one and "In the last cycle" in one for one in answer.said)
    assert read["verdict"].startswith("Submitting none of")


def test_a_fleet_with_room_is_open_and_one_of_which_nothing_is_known_is_unknown():
    here = sight(fleet(template=MACHINE), look=seen())
    answer = explain_fleet(here, fleet_named(here, "cloud"))
    assert (answer.state, answer.figures["money"]) == ("open", {})
    assert fleet_named(here, "none") is None
    some = sight(fleet(template=MACHINE, max_vms=1), look=seen(jobs(30)))
    assert explain_fleet(some, some.settings.fleets[0]).state == "limited"
    silent = sight(fleet(template=MACHINE), look=seen(vms=Unknown("the schedd's queue", "no answer")))
    assert explain_fleet(silent, silent.settings.fleets[0]).state == "unknown"
