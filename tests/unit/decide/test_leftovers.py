"""Ports and volumes whose server is gone: which are ours, when they go, and what is never touched."""

from dataclasses import replace

from build import NOW

from condor_elastic.decide.orphans import audit
from condor_elastic.knobs import GlobalKnobs
from condor_elastic.model import (
    HELD,
    RUNNING,
    Account,
    AuditedJob,
    Census,
    CountPart,
    DeletePart,
    Part,
    Tagged,
    Unknown,
)

KNOBS = GlobalKnobs(pool="test", trust_domain="test", collector="cm", sweep_period=600)
CLOUD = Account("openstack://here", "a", "a")
OLD = NOW - 4000
MARKS = {"ElasticPool": "test", "ElasticFleet": "cloud", "ElasticVM": "cloud-1", "ElasticServer": "s-1"}


def port(counted="", **changes):
    tags = {**MARKS, **changes.pop("tags", {}), **({"ElasticOrphan": counted} if counted else {})}
    values = {"created": OLD, "servers": ("s-1",), "gone": frozenset({"s-1"}), "is_made": True, **changes}
    return Part(**{"kind": "port", "id": "p-1", "tags": tags, **values})


def volume(counted="", **changes):
    return port(counted, **{"kind": "volume", "id": "v-1", "servers": (), **changes})


def job(status=RUNNING):
    return AuditedJob("1.0", "cloud-1", "cloud", Account("ec2://elsewhere"), status, OLD)


def judged(*parts, servers=(), graces=None, **changes):
    seen = {"now": NOW, "instances": {CLOUD: servers}, "parts": {CLOUD: parts}, **changes}
    return audit(KNOBS, graces or {}, Census(**seen))


def test_what_a_server_left_is_counted_twice_and_deleted_the_third_time():
    for counted, sweeps in (("", 1), ("1", 2)):
        (action,) = judged(port(counted)).actions
        assert (type(action), action.sweeps) == (CountPart, sweeps)
    assert str(action) == "port p-1 (cloud-1): its server is gone, in sweep 2"
    actions = judged(port("2"), volume("2"), volume("2", id="v-2", servers=("s-1",))).actions
    assert [type(action) for action in actions] == [DeletePart] * 3
    assert str(actions[1]) == "volume v-1 (cloud-1): deleted, because its server is gone"


def test_what_is_not_ours_is_never_touched():
    strangers = [
        port("2", tags={"ElasticPool": "other"}),
        port("2", tags={"ElasticVM": ""}),
        port("2", tags={"ElasticServer": ""}),
        replace(port(), tags={}),
        replace(volume(), tags={"ElasticOrphan": "2"}),
    ]
    assert judged(*strangers).actions == ()
    assert judged(*strangers).marks == ()


def test_what_is_attached_to_a_server_that_is_there_stays():
    assert judged(port(gone=frozenset())).actions == ()
    assert judged(port(servers=("s-2",))).actions == ()
    assert judged(port(servers=("s-2",), gone=frozenset({"s-1", "s-2"}))).actions == ()
    assert judged(volume(servers=("s-1", "s-2"))).actions == ()
    assert judged(volume(gone=frozenset())).actions == ()


def test_a_port_that_somebody_took_off_its_server_is_kept():
    assert judged(port("2", servers=())).actions[0].sweeps == 0
    assert judged(port(servers=())).actions == ()


def test_a_port_that_a_sweep_took_off_and_could_not_delete_is_tried_again():
    (action,) = judged(port("3", servers=())).actions
    assert isinstance(action, DeletePart)


def test_a_vm_job_that_is_not_held_and_a_startd_keep_it():
    assert judged(port(), jobs=(job(),)).actions == ()
    assert judged(port(), jobs=(job(HELD),)).actions
    assert judged(port(), joined=frozenset({"cloud-1"})).actions == ()
    assert judged(port(), joined=Unknown("the collector", "no")).actions == ()


def test_the_young_are_left():
    assert judged(port(created=NOW - 1799)).actions == ()
    assert judged(port(created=NOW - 1801)).actions
    assert judged(port(created=NOW - 1801), graces={"CLOUD": 3600}).actions == ()


def test_a_count_begins_anew_when_the_server_is_there_again():
    (action,) = judged(port("2", gone=frozenset())).actions
    assert (action.sweeps, str(action)) == (0, "port p-1 (cloud-1): is in use")


def test_too_many_are_not_believed():
    decided = judged(*(volume("2", id=f"v-{n}") for n in range(6)))
    assert decided.actions == ()
    assert decided.alarms == ("Sweeping none of 6 leftovers that belonged to a server that is gone, because "
                              "ELASTIC_SWEEP_MAX=5: is the queue, or the cloud's list, what it was?",)  # fmt: skip
    assert len(judged(*(volume("2", id=f"v-{n}") for n in range(5))).actions) == 5


def test_a_list_that_cannot_be_read_is_said_and_the_others_are_swept():
    other = Account("openstack://other")
    decided = judged(parts={CLOUD: Unknown("the list", "no"), other: (port("2"),)})
    assert [type(action) for action in decided.actions] == [DeletePart]
    assert decided.alarms == ("the list is unknown (no) for openstack://here: none of them is swept there",)
    silent = judged(port("2"), instances={CLOUD: Unknown("the list", "no")})
    assert silent.actions == ()
    assert len(silent.alarms) == 1


def test_one_project_under_two_names_is_swept_once():
    twice = {CLOUD: (port("2"),), Account("openstack://again"): (port("2"),)}
    assert len(judged(parts=twice).actions) == 1


def server(**tags):
    return Tagged("s-1", OLD, {**MARKS, **tags})


def bare(part, **changes):
    return replace(part, tags={}, gone=frozenset(), servers=("s-1",), **changes)


def test_what_was_made_with_a_living_server_of_ours_is_marked():
    marked = judged(bare(port()), bare(volume(), created=OLD - 60), servers=(server(),)).marks
    assert [(one.part.kind, one.tags) for one in marked] == [("port", MARKS), ("volume", MARKS)]


def test_what_was_not_made_with_it_is_not_marked():
    older = bare(volume(), created=OLD - 61)
    shared = replace(bare(volume()), servers=("s-1", "s-2"))
    theirs = replace(bare(port()), tags={"ElasticPool": "other"})
    refused = [older, shared, theirs, port(), bare(port(), is_made=False), replace(bare(port()), servers=("s-2",))]
    assert judged(*refused, servers=(server(),)).marks == ()
    assert judged(bare(port()), servers=(server(ElasticPool="other"),)).marks == ()
    assert judged(bare(port()), servers=(server(ElasticVM=""),)).marks == ()
