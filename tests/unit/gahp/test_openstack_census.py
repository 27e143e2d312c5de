from __future__ import annotations

from condor_elastic.gahp.openstack_census import Census
from condor_elastic.gahp.openstack_server import Server


def census() -> Census:
    return Census(60)


def test_a_failure_is_told_first_and_the_server_deleted_afterwards() -> None:
    known = census()
    failed = Server("1", "ERROR", None, "t", fault="No valid host was found.")
    assert known.told() == ()
    (told,) = known.report([failed])
    assert (told.state, told.reason) == ("terminated", "NoValidHost: No valid host was found.")
    assert known.told() == (failed,)
    known.bury("1")
    assert known.told() == ()
    assert known.report([]) == (told,)
    assert known.living() == set()


def test_a_deletion_that_nova_could_not_do_is_tried_again() -> None:
    known = census()
    failed = Server("1", "ERROR", None, "t")
    known.report([failed])
    known.bury("1")
    known.report([Server("1", "ERROR", "deleting", "t")])
    assert known.told() == ()
    known.report([failed])
    assert known.told() == (failed,)


def test_what_the_gridmanager_has_stopped_is_forgotten() -> None:
    known = census()
    known.report([Server("1", "ERROR", None, "t"), Server("2", "ACTIVE", None, "u")])
    known.end("1")
    known.end("2")
    assert known.told() == ()
    assert known.living() == set()
    assert known.report([]) == ()


def test_of_a_token_one_instance_is_told() -> None:
    elder, younger = Server("a", "ACTIVE", None, "t", created=1), Server("b", "ACTIVE", None, "t", created=2)
    assert census().strays([younger, elder]) == (younger,)
    assert [one.id for one in census().report([younger, elder])] == ["a"]
    known = census()
    known.answer("t", "b")
    assert known.strays([younger, elder]) == (elder,)
    assert [one.id for one in known.report([younger, elder])] == ["b"]


def test_a_server_that_comes_late_with_the_token_of_one_that_is_gone_is_a_stray() -> None:
    known = census()
    known.answer("t", "a")
    late = Server("b", "ACTIVE", None, "t", created=2)
    assert known.strays([late]) == (late,)
    assert known.report([late]) == ()


def test_what_a_burst_hides_is_told_as_before_or_as_pending() -> None:
    known = census()
    seen = Server("1", "ACTIVE", None, "t")
    (running,) = known.report([seen])
    known.answer("u", "2")
    known.answer("v", "3")
    known.end("3")
    assert known.presume(["1", "2", "3", "4"]) == {"1", "2"}
    told = {one.id: (one.state, one.token) for one in known.report([])}
    assert told == {"1": (running.state, "t"), "2": ("pending", "u")}
    assert known.presume([]) == set()
    assert known.report([]) == ()
