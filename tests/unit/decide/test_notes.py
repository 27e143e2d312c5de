from dataclasses import replace

from build import NOW, busy, fleet, idle, pool, requested, retiring, seen, settings, startd, vm

from condor_elastic.act.note import write_notes
from condor_elastic.decide import plan
from condor_elastic.decide.notes import notes
from condor_elastic.decide.overdue import SPARE
from condor_elastic.decide.rooms import free_room
from condor_elastic.model import COMPLETED, HELD, REMOVED, Hold, Note, Noted, Pool, Retire, Unretire, Worker, phase_of
from condor_elastic.publish import ads


def test_what_has_changed_is_noted_and_only_that():
    worker = Worker(vm("a", first_job=1), replace(startd("a", 3), starts=4, state="Unclaimed"))
    assert notes([worker], NOW) == [
        Note("1.0", "ElasticPhase", "busy"),
        Note("1.0", "ElasticJobs", 4),
        Note("1.0", "ElasticStartdState", "Unclaimed"),
        Note("1.0", "ElasticStartd", "a"),
    ]
    again = replace(worker, vm=replace(worker.vm, noted=Noted("busy", "a", "Unclaimed", 3)))
    assert notes([again], NOW) == [], "the count of jobs changes all the time: it waits for the phase"
    gone = replace(again, startd=None)
    assert notes([gone], NOW) == [Note("1.0", "ElasticPhase", "drained")]


def test_the_first_job_is_noted_once_also_one_that_has_ended():
    ran = Worker(vm("a"), replace(startd("a"), starts=1))
    assert Note("1.0", "ElasticFirstJob", NOW) in notes([ran], NOW)
    assert Note("1.0", "ElasticFirstJob", NOW) in notes([busy("a")], NOW)
    known = replace(ran, vm=replace(ran.vm, first_job=5))
    assert all(note.attribute != "ElasticFirstJob" for note in notes([known], NOW))


def held(worker, **knobs):
    (one,) = plan(settings(fleet(**knobs)), seen(), pool(worker))
    return [(action.subcode, action.why) for action in one.actions if isinstance(action, Hold)]


def test_a_vm_that_did_not_join_in_time_is_held():
    why = "its startd did not join the pool within ELASTIC_CLOUD_REGISTER_TIMEOUT=1200"
    silent = Worker(vm("a", joined=None, since=NOW - 1200))
    assert held(silent) == [(72, why)]
    assert held(silent, register_timeout=0) == []
    assert held(replace(silent, vm=replace(silent.vm, pinned=True))) == []
    assert held(Worker(vm("a", joined=None, since=NOW - 1199))) == []
    assert held(Worker(silent.vm, startd("a"))) == [], "it is there, and nobody has noted it yet"
    assert held(Worker(vm("a", since=NOW - 5000))) == [], "it had joined"


def test_a_worker_without_a_first_job_is_held_when_it_does_not_leave_by_itself():
    late = NOW - 101 - SPARE
    assert held(idle("a", joined=late), first_job_timeout=100, idle_timeout=9999) == [
        (73, "no job ran on it within ELASTIC_CLOUD_FIRST_JOB_TIMEOUT=100")]  # fmt: skip
    assert held(idle("a", joined=late + 1), first_job_timeout=100) == []
    assert held(idle("a", joined=late)) == []
    assert held(idle("a", joined=late, first_job=5), first_job_timeout=100) == []
    assert held(Worker(vm("a", joined=late), startd("a", 1)), first_job_timeout=100) == []
    assert held(Worker(vm("a", joined=late), replace(startd("a"), starts=1)), first_job_timeout=100) == []


class Bindings:
    """What the schedd's bindings are asked for."""

    def __init__(self):
        self.edits = []

    def Schedd(self):  # noqa: N802
        return self

    def edit(self, ids, attribute, value):
        self.edits.append((ids, attribute, value))


def test_one_value_for_many_vm_jobs_is_one_transaction_and_names_may_wait(monkeypatch):
    bindings = Bindings()
    monkeypatch.setitem(__import__("sys").modules, "htcondor2", bindings)
    monkeypatch.setattr("condor_elastic.act.note.MOST", 3)
    many = [Note(f"{n}.0", "ElasticStartd", f"s{n}") for n in range(5)]
    many += [Note(f"{n}.0", "ElasticPhase", "idle") for n in range(5)]
    assert write_notes(many) == 3
    assert bindings.edits == [
        ([f"{n}.0" for n in range(5)], "ElasticPhase", '"idle"'),
        (["0.0"], "ElasticStartd", '"s0"'),
        (["1.0"], "ElasticStartd", '"s1"'),
    ]


def test_every_vm_job_and_startd_of_ours_has_one_phase():
    assert phase_of(None, startd("a")) == "orphan"
    assert phase_of(vm("a", HELD), startd("a")) == "failed"
    assert phase_of(vm("a", REMOVED), startd("a")) == phase_of(vm("a", COMPLETED), None) == "drained"
    assert phase_of(vm("a"), startd("a")) == "idle"


def test_an_orphan_is_shown_as_a_worker_and_counted_in_its_fleet():
    knobs = settings(fleet())
    there = Pool((busy("a"),), (startd("b"),))
    shown = ads(knobs, seen(), there, plan(knobs, seen(), there))
    phases = {ad["ElasticVM"]: ad["Phase"] for ad in shown if ad["MyType"] == "ElasticWorker"}
    assert phases == {"a": "busy", "b": "orphan"}
    (one,) = [ad for ad in shown if ad["MyType"] == "ElasticFleet"]
    assert (one["VMs"], one["VMsBusy"], one["VMsOrphan"]) == (1, 1, 1)


def test_a_fleet_says_how_long_a_boot_takes_lately_and_its_hours():
    knobs = settings(fleet())
    booted = [idle("a", joined=NOW - 60, started=NOW - 100), idle("b", joined=NOW - 60, started=NOW - 80),
              idle("c", joined=NOW - 7000, started=NOW - 7200), requested("d")]  # fmt: skip
    (one,) = ads(knobs, seen(), pool(*booted), plan(knobs, seen(), pool(*booted)))[:1]
    assert (one["BootSeconds"], one["VMHours"]) == (30.0, 2.05)


def test_a_worker_that_joined_before_its_vm_was_seen_to_run_took_no_time_and_not_less():
    knobs, early = settings(fleet()), pool(idle("a", joined=NOW - 60, started=NOW - 20))
    (one,) = ads(knobs, seen(), early, plan(knobs, seen(), early))[:1]
    assert one["BootSeconds"] == 0


def test_a_worker_past_its_lifetime_is_retired_whatever_is_wanted_and_not_taken_back():
    knobs = settings(fleet(lifetime=500, min_vms=2, policies=("Ready", "MinVms", "MaxToRun")))
    old = Worker(vm("old"), replace(startd("old", 4), ends=NOW))
    leaving = replace(retiring("leaving"), startd=replace(retiring("leaving").startd, ends=NOW - 1))
    (one,) = plan(knobs, seen(), pool(old, leaving, busy("young")))
    retired = [action for action in one.actions if isinstance(action, Retire)]
    assert [(a.worker.vm.vm, a.why) for a in retired] == [("old", "its lifetime is over, ELASTIC_CLOUD_LIFETIME=500")]
    assert not [action for action in one.actions if isinstance(action, Unretire)]
    silent = Worker(vm("old", deadline=NOW), startd("old", 4))
    assert any(isinstance(action, Retire) for action in plan(knobs, seen(), pool(silent))[0].actions)


def test_the_time_that_a_worker_stays_is_told_in_steps_while_much_is_left():
    def told(seconds):
        return free_room(replace(busy("a"), startd=replace(startd("a"), ends=NOW + seconds)), NOW).seconds

    assert (told(3599), told(7300), told(-5)) == (3599, 7200, -5)
