from dataclasses import replace

from build import NOW

from condor_elastic.decide.orphans import audit
from condor_elastic.decide.sweeps import done_with, is_due, latest, verdict
from condor_elastic.knobs import GlobalKnobs
from condor_elastic.model import (
    COMPLETED,
    HELD,
    IDLE,
    REMOVED,
    RUNNING,
    Account,
    AuditedJob,
    Census,
    CountMissing,
    CountOrphan,
    EndInstance,
    NoteAudited,
    RemoveMissing,
    SweepJob,
    Tagged,
    Unknown,
)

KNOBS = GlobalKnobs(pool="test", trust_domain="test", collector="cm", sweep_period=600)
CLOUD = Account("ec2://us-east-1", "a", "s")
OLD = NOW - 4000


def one(name="cloud-1", counted="", pool="test", created=OLD, number="i-1"):
    tags = {"ElasticPool": pool, "ElasticFleet": "cloud", "ElasticVM": name}
    return Tagged(number, created, {**tags, "ElasticOrphan": counted} if counted else tags)


def job(name="cloud-1", status=RUNNING, **changes):
    values = {"id": "1.0", "fleet": "cloud", "account": CLOUD, "since": OLD, "instance": "i-1", **changes}
    return AuditedJob(vm=name, status=status, **values)


def lost(**changes):
    return job(status=HELD, hold_code=42, hold_reason="instance potentially lost", **changes)


def judged(*instances, jobs=(), graces=None, knobs=KNOBS, **changes):
    return audit(knobs, graces or {}, Census(**{"now": NOW, "instances": {CLOUD: instances}, "jobs": jobs, **changes}))


def test_an_orphan_is_counted_twice_and_ended_the_third_time():
    for counted, sweeps in (("", 1), ("1", 2)):
        (action,) = judged(one(counted=counted)).actions
        assert (type(action), action.sweeps) == (CountOrphan, sweeps)
    (action,) = judged(one(counted="2")).actions
    assert isinstance(action, EndInstance)
    assert str(action) == "i-1 (cloud-1): terminated, because no VM job has its ElasticVM"
    assert judged(one()).orphans == {"cloud": 1}


def test_what_is_not_ours_is_never_touched():
    stranger = replace(one(), tags={"Name": "somebody's"})
    nameless = replace(one(), tags={"ElasticPool": "test"})
    assert judged(one(pool="other", counted="2"), stranger, nameless).actions == ()


def test_a_vm_job_in_any_state_keeps_its_instance():
    for status in (IDLE, RUNNING, REMOVED, COMPLETED):
        assert judged(one(counted="2", created=OLD), jobs=(job(status=status),)).orphans == {}


def test_the_young_are_left():
    assert judged(one(counted="2", created=NOW - 1799)).actions[0].sweeps == 0
    assert judged(one(created=NOW - 1799)).actions == ()
    assert judged(one(created=NOW - 1801)).actions
    assert judged(one(created=NOW - 1801), graces={"CLOUD": 3600}).actions == ()


def test_a_count_begins_anew_when_the_vm_job_is_there_again():
    (action,) = judged(one(counted="2"), jobs=(job(),)).actions
    assert (action.sweeps, str(action)) == (0, "i-1 (cloud-1): has its VM job again")


def test_too_many_orphans_are_not_believed():
    many = [one(f"cloud-{n}", "2", number=f"i-{n}") for n in range(6)]
    decided = judged(*many)
    assert decided.actions == ()
    assert decided.orphans == {"cloud": 6}
    assert decided.alarms == ("Sweeping none of 6 instances that no VM job has a use for, because ELASTIC_SWEEP_MAX=5: "
                              "is the queue, or the cloud's list, what it was?",)  # fmt: skip
    assert len(judged(*many[:5]).actions) == 5


def test_one_instance_in_two_lists_is_one():
    twice = {CLOUD: (one(counted="2"),), Account("ec2://us-east-1?x", "a", "s"): (one(counted="2"),)}
    assert len(judged(instances=twice).actions) == 1


def test_a_cloud_that_does_not_answer_is_not_swept_and_the_others_are():
    other = Account("openstack://here")
    decided = judged(instances={CLOUD: Unknown("the list", "no"), other: (one(counted="2"),)}, jobs=(job("b"),))
    assert [type(action) for action in decided.actions] == [EndInstance]
    assert decided.alarms == ("the list is unknown (no) for ec2://us-east-1: nothing is swept there",)


def test_a_running_job_without_instance_and_startd_is_removed_after_three_sweeps():
    for missing, sweeps in ((0, 1), (1, 2)):
        (action,) = judged(jobs=(job(missing=missing),)).actions
        assert (type(action), action.sweeps) == (CountMissing, sweeps)
    (action,) = judged(jobs=(job(missing=2),)).actions
    assert isinstance(action, RemoveMissing)
    (action,) = judged(one(), jobs=(job(missing=2),)).actions
    assert (type(action), action.sweeps) == (CountMissing, 0)


def test_a_job_is_not_missing_its_instance_while_anything_speaks_for_it():
    assert judged(jobs=(job(),), joined=frozenset({"cloud-1"})).actions == ()
    assert judged(jobs=(job(),), joined=Unknown("the collector", "no")).actions == ()
    assert judged(jobs=(job(since=NOW - 100),)).actions == ()
    assert judged(jobs=(job(status=IDLE),)).actions == ()
    assert judged(jobs=(job(instance=""),)).actions == ()
    assert judged(jobs=(job(),), instances={}).actions == ()
    assert judged(jobs=(job(),), instances={CLOUD: Unknown("x", "y")}).actions == ()


def test_an_empty_list_of_a_busy_cloud_is_not_believed():
    decided = judged(jobs=tuple(job(f"cloud-{n}", id=f"1.{n}", missing=2) for n in range(6)))
    assert decided.actions == ()
    assert "6 VM jobs that have no instance" in decided.alarms[0]


def test_the_instance_of_a_lost_job_is_ended_at_once_and_then_the_job_may_go():
    (action,) = judged(one(), jobs=(lost(since=NOW - 10),)).actions
    assert isinstance(action, EndInstance)
    (action,) = judged(jobs=(lost(since=NOW - 10),)).actions
    assert isinstance(action, NoteAudited)
    assert judged(jobs=(lost(audited=OLD),)).actions == ()
    assert judged(jobs=(lost(),), instances={CLOUD: Unknown("x", "y")}).actions == ()


def test_of_a_cloud_that_cannot_be_swept_people_must_look_for_the_lost():
    (action,) = judged(jobs=(lost(account=Account("http://stock/")),)).actions
    assert str(action).endswith("may go, because http://stock/ cannot be swept: look there for i-1")


def test_the_instance_of_a_held_job_is_ended_unless_the_job_will_be_released():
    assert isinstance(judged(one(counted="2"), jobs=(job(status=HELD),)).actions[0], EndInstance)
    assert judged(one(), jobs=(job(status=HELD, hold_reason="Failed to start GAHP"),)).actions == ()
    assert judged(one(), jobs=(job(status=HELD, since=NOW - 10),)).actions == ()


def ended(number, since, **changes):
    return SweepJob(f"{number}.0", COMPLETED, since, swept=since, **changes)


def test_a_sweep_is_due_when_the_last_has_ended_long_ago_and_none_is_under_way():
    old, fresh = ended(1, NOW - 600), ended(2, NOW - 599)
    assert is_due(KNOBS, (), NOW)
    assert is_due(KNOBS, (old,), NOW)
    assert not is_due(KNOBS, (old, fresh), NOW)
    assert not is_due(KNOBS, (old, SweepJob("3.0", IDLE, NOW)), NOW)
    assert not is_due(replace(KNOBS, sweep_period=0), (), NOW)


def test_the_last_sweep_stays_and_the_others_go():
    one, two, three = ended(1, 10), ended(2, 20), SweepJob("3.0", HELD, 15)
    assert latest((two, one, three)) is two
    assert done_with((two, one, three)) == [one, three]
    assert latest((one, SweepJob("4.0", RUNNING, 40))) is one


def test_a_sweep_that_saw_nothing_is_an_alarm():
    assert verdict(SweepJob("4.0", COMPLETED, NOW, exit=1)) == "Sweep 4.0 has swept nothing: it ended with status 1"
    assert verdict(SweepJob("4.0", HELD, NOW)) == "Sweep 4.0 has swept nothing: it could not be started"
    assert verdict(ended(5, NOW)) == ""
