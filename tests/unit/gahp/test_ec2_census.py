"""What is told of an instance that is no longer listed."""

from __future__ import annotations

import pytest

from condor_elastic.gahp.driver import Instance
from condor_elastic.gahp.ec2_census import BY_US, RETENTION, Census


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def census(clock: Clock) -> Census:
    return Census(clock)


A = Instance("i-a", "running", "a")
B = Instance("i-b", "running", "b")


def test_what_lived_and_is_not_listed_is_asked_for(census: Census) -> None:
    census.report([A, Instance("i-c", "terminated", "c")])
    census.start("i-b", "b")
    assert census.missing([A]) == ["i-b"]


def test_what_was_stopped_is_ended_once_it_is_no_longer_listed(census: Census) -> None:
    census.report([A, B])
    census.stop(["i-a"])
    assert census.missing([A, B]) == []
    assert census.report([A, B]) == (A, B)
    assert census.missing([B]) == []
    assert census.report([B]) == (B, Instance("i-a", "terminated", "a", reason=BY_US))


def test_an_end_is_told_for_a_while_with_its_reason(census: Census, clock: Clock) -> None:
    ended = Instance("i-a", "terminated", "a", reason="Server.SpotInstanceTermination")
    census.report([A])
    assert census.report([ended]) == (ended,)
    assert census.missing([]) == []
    clock.now = RETENTION / 2
    assert census.report([B]) == (B, ended)
    clock.now = RETENTION + 1
    assert census.report([B]) == (B,)


def test_what_is_not_found_by_its_id_is_not_told(census: Census) -> None:
    census.report([A, B])
    assert census.missing([A]) == ["i-b"]
    assert census.report([A]) == (A,)
    assert census.missing([A]) == []
