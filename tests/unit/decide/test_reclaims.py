"""What a cloud takes back is not supply, is replaced, and is no failure."""

from dataclasses import replace

import pytest
from build import NOW, busy, fleet, idle, jobs, pool, retiring, seen, settings, startd, vm

from condor_elastic.decide import plan
from condor_elastic.decide.doubt import is_lost
from condor_elastic.decide.failures import class_of
from condor_elastic.decide.notes import notes
from condor_elastic.decide.reclaims import reclaimed_lately
from condor_elastic.model import COMPLETED, HELD, Note, Remove, SubmitVms, Unretire, Worker


def noticed(worker, notice="terminate"):
    return replace(worker, startd=replace(worker.startd, notice=notice, notice_deadline=NOW + 100))


def decide(*workers, number=1, **knobs):
    (made,) = plan(settings(fleet(**knobs)), seen(jobs(number)), pool(*workers))
    return made


def launched(made):
    return sum(action.count for action in made.actions if isinstance(action, SubmitVms))


def held(reason, code=41, subcode=14, **values):
    values = {"since": NOW - 20, "launched": NOW - 600, **values}
    return Worker(vm("a", HELD, hold_code=code, hold_subcode=subcode, hold_reason=reason, **values))


@pytest.mark.parametrize("worker", [idle("a"), busy("a"), retiring("a")])
@pytest.mark.parametrize("notice", ["terminate", "stop", "rebalance"])
def test_a_worker_with_a_notice_is_no_supply_and_is_replaced(worker, notice):
    assert launched(decide(idle("a"))) == 0
    made = decide(noticed(worker, notice))
    assert noticed(worker, notice).phase == "reclaimed"
    assert launched(made) == 1
    assert not [action for action in made.actions if isinstance(action, Unretire)]


def test_it_counts_against_the_cap_until_it_is_gone():
    assert launched(decide(noticed(idle("a")), max_vms=1)) == 0


def test_the_notice_is_noted_in_its_vm_job_once():
    assert Note("a.0", "ElasticReclaimed", NOW) in _renamed(notes([noticed(idle("a"))], NOW))
    known = noticed(replace(idle("a"), vm=replace(idle("a").vm, reclaimed=NOW - 5)))
    assert "ElasticReclaimed" not in {note.attribute for note in notes([known], NOW)}


def _renamed(made):
    return [replace(note, id="a.0") for note in made]


def test_who_was_reclaimed_is_not_lost():
    gone = Worker(replace(idle("a").vm, joined=NOW - 500))
    assert is_lost(gone)
    assert not is_lost(Worker(replace(gone.vm, reclaimed=NOW - 60)))


@pytest.mark.parametrize(
    ("worker", "kind"),
    [
        (held("Unrecognized reason for instance termination: Server.SpotInstanceShutdown.  Treating as abnormal."),
         "reclaimed"),
        (held("Abnormal instance termination: Server.InternalError.", subcode=13, reclaimed=NOW - 90), "reclaimed"),
        (held("Abnormal instance termination: Server.InternalError.", subcode=13), "unknown"),
        (held("Instance potentially lost", code=42, subcode=15, reclaimed=NOW - 90), "lost"),
    ],
)  # fmt: skip
def test_a_vm_job_that_is_held_after_a_reclaim_is_no_failure(worker, kind):
    assert class_of(worker.vm) == kind
    assert launched(decide(worker)) == (kind == "reclaimed")


def test_a_reclaim_is_remembered_for_an_hour():
    fresh = held("Server.SpotInstanceShutdown", reclaimed=NOW - 20)
    old = held("Server.SpotInstanceShutdown", since=NOW - 4000, reclaimed=NOW - 4000)
    assert not [action for action in decide(fresh).actions if isinstance(action, Remove)]
    assert [action.vm for action in decide(old).actions if isinstance(action, Remove)] == [old.vm]
    ended = replace(idle("b").vm, status=COMPLETED, since=NOW - 10, reclaimed=NOW - 60)
    assert reclaimed_lately([fresh.vm, old.vm, ended], [noticed(busy("c"))], NOW) == 3
    assert startd("d").notice == ""
