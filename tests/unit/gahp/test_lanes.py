from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from condor_elastic.gahp.commands import Request, StartSpot, StatusAll, Stop
from condor_elastic.gahp.lanes import Lanes
from condor_elastic.gahp.protocol import parse

DEADLINE = 20.0
START = b"EC2_VM_START_SPOT %d u://x /a /s ami 1 NULL NULL NULL NULL NULL NULL NULL t NULL NULL NULL NULL"


def request(line: bytes) -> Request:
    command = parse(line)
    assert isinstance(command, Request)
    return command


class Work:
    """Does what it is given; a launch takes until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.done: list[str] = []
        self.some = threading.Condition()

    def __call__(self, asked: Request) -> None:
        if isinstance(asked, StartSpot):
            assert self.go.wait(DEADLINE)
        with self.some:
            self.done.append(type(asked).__name__)
            self.some.notify_all()

    def wait_for(self, *names: str) -> None:
        with self.some:
            assert self.some.wait_for(lambda: set(names) <= set(self.done), DEADLINE), self.done


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work()
    yield made
    made.go.set()


def test_a_stop_does_not_wait_behind_launches_and_a_list_waits_for_both(work) -> None:
    lanes = Lanes(work, 2, patience=DEADLINE)
    for number in range(5):
        lanes.take(request(START % number))
    lanes.take(request(b"EC2_VM_STATUS_ALL 7 u://x /a /s"))
    lanes.take(request(b"EC2_VM_STOP 8 u://x /a /s i-1"))
    work.wait_for("Stop")
    assert work.done == ["Stop"]
    work.go.set()
    work.wait_for("StatusAll")
    assert work.done == [Stop.__name__, *[StartSpot.__name__] * 5, StatusAll.__name__]
    lanes.close()


def test_a_list_does_not_wait_for_ever(work) -> None:
    lanes = Lanes(work, 1, patience=0.01)
    lanes.take(request(START % 1))
    lanes.take(request(b"EC2_VM_STATUS_ALL 2 u://x /a /s"))
    work.wait_for("StatusAll")
    work.go.set()
    lanes.close()
    assert work.done == [StatusAll.__name__, StartSpot.__name__]


def test_closing_drops_what_has_not_begun(work) -> None:
    lanes = Lanes(work, 1, patience=DEADLINE)
    for number in range(3):
        lanes.take(request(START % number))
    closing = threading.Thread(target=lanes.close)
    closing.start()
    lanes_closed = threading.Timer(0.05, work.go.set)
    lanes_closed.start()
    closing.join(DEADLINE)
    lanes_closed.join()
    assert work.done == [StartSpot.__name__]
