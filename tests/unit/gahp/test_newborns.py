"""What a list is corrected by."""

from condor_elastic.gahp.driver import Instance
from condor_elastic.gahp.newborns import GRACE, Newborns


def states(newborns, *listed):
    return {one.id: one.state for one in newborns.complete(lambda: listed)}


def test_an_instance_that_another_process_started_is_told_as_pending_once():
    newborns = Newborns()
    runs = Instance("i-1", "running", "t")
    assert states(newborns, runs) == {"i-1": "pending"}
    assert states(newborns, runs) == {"i-1": "running"}


def test_an_instance_of_our_own_is_told_as_it_is():
    newborns = Newborns()
    newborns.add("i-1", "t")
    assert states(newborns, Instance("i-1", "running", "t")) == {"i-1": "running"}


def test_an_end_is_told_at_once_whoever_started_it():
    assert states(Newborns(), Instance("i-1", "terminated", "t")) == {"i-1": "terminated"}


def test_a_start_during_a_list_that_takes_minutes_is_told_at_its_end():
    now = 0.0
    newborns = Newborns(lambda: now)

    def read():
        nonlocal now
        newborns.add("i-1", "t")
        now += 2 * GRACE
        return ()

    assert newborns.complete(read) == (Instance("i-1", "pending", "t"),)
    assert newborns.complete(tuple) == ()
