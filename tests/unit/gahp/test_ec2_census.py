"""What is described, and what is told of an instance that is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from condor_elastic.gahp.driver import Instance
from condor_elastic.gahp.ec2_census import ADDRESSES, BY_US, CROWD, RETENTION, Census


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
    made = Census(clock)
    made.report([A, B], {"i-a": "running", "i-b": "running"})
    return made


A = Instance("i-a", "running", "a", address="a.example.org")
B = Instance("i-b", "running", "b")
RUN = {"i-a": "running", "i-b": "running"}


def test_what_runs_on_is_told_as_it_was_described(census: Census) -> None:
    assert census.unsettled(RUN) == []
    assert census.report([], RUN) == (A, B)


def test_what_is_new_has_changed_or_is_missing_is_described(census: Census) -> None:
    assert census.unsettled({"i-a": "shutting-down", "i-c": "pending"}) == ["i-c", "i-a", "i-b"]


def test_what_belongs_to_others_is_described_once(census: Census) -> None:
    states = {**RUN, "i-x": "running"}
    assert census.unsettled(states) == ["i-x"]
    assert census.report([], states, ["i-x"]) == (A, B)
    assert census.unsettled(states) == []
    assert not census.is_crowded


def test_many_instances_of_others_are_a_crowd(census: Census) -> None:
    others = {f"i-{number}": "running" for number in range(CROWD + 5)}
    census.report([], {**RUN, **others}, list(others))
    assert census.is_crowded
    census.report([], RUN)
    assert not census.is_crowded


def test_a_launch_is_told_by_its_state_and_described_after_that(census: Census) -> None:
    census.start("i-c", "c")
    assert census.unsettled({**RUN, "i-c": "pending"}) == []
    run = {**RUN, "i-c": "running"}
    assert census.unsettled(run) == []
    assert census.report([], run) == (A, B, Instance("i-c", "running", "c"))
    assert census.unsettled(run) == ["i-c"]
    described = Instance("i-c", "running", "c", address="c.example.org")
    assert census.report([described], run, ["i-c"]) == (A, B, described)
    assert census.unsettled(run) == []


def test_a_burst_is_described_bit_by_bit(census: Census) -> None:
    burst = {f"i-{number}": "running" for number in range(ADDRESSES + 10)}
    for key in burst:
        census.start(key, key)
    states = {**RUN, **burst}
    assert census.unsettled(states) == []
    census.report([], states)
    first = census.unsettled(states)
    assert len(first) == ADDRESSES
    told = census.report([Instance(key, "running", key) for key in first], states, first)
    assert {one.id: one.state for one in told} == states
    assert len(census.unsettled(states)) == 10


def test_what_was_stopped_is_ended_once_the_cloud_says_so_or_lists_it_no_more(census: Census) -> None:
    census.stop(["i-a", "i-b"])
    assert census.report([], {"i-a": "running", "i-b": "shutting-down"}) == (A, replace(B, state="shutting-down"))
    assert census.unsettled({"i-a": "terminated"}) == []
    ended = tuple(replace(one, state="terminated", reason=BY_US) for one in (A, B))
    assert census.report([], {"i-a": "terminated"}) == ended


def test_an_end_is_told_for_a_while_with_its_reason(census: Census, clock: Clock) -> None:
    states = {"i-a": "terminated", "i-b": "running"}
    assert census.unsettled(states) == ["i-a"]
    ended = replace(A, state="terminated", reason="Server.SpotInstanceTermination")
    assert census.report([ended], states, ["i-a"]) == (B, ended)
    clock.now = RETENTION / 2
    assert census.unsettled(states) == []
    assert census.report([], states) == (B, ended)
    clock.now = RETENTION + 1
    assert census.unsettled(states) == []
    assert census.report([], states) == (B,)


def test_what_is_found_nowhere_is_not_told(census: Census) -> None:
    assert census.report([], {"i-a": "running"}, ["i-b"]) == (A,)
    assert census.unsettled({"i-a": "running"}) == []
