"""Fixtures of a real pool: one central manager, its cycles run by hand, empty between two tests."""

from __future__ import annotations

import os

import pytest
from live.escaped import Watch
from live.panda import StandIn
from live.pool import run
from real import PERIOD, Pool


@pytest.fixture(scope="session")
def central_manager():
    run("useradd", "alice", check=False)
    manager = Pool(PERIOD)
    manager.start()
    yield manager
    manager.stop()


@pytest.fixture(scope="session")
def watch(central_manager):
    return Watch(central_manager)


@pytest.fixture
def pool(central_manager, watch):
    central_manager.knobs("")
    yield central_manager
    escaped = watch.escaped()
    central_manager.empty()
    assert not escaped, f"see condor_elastic/attributes: {escaped}"


@pytest.fixture
def panda():
    with StandIn() as server:
        yield server


@pytest.fixture(autouse=True)
def _only_in_the_disposable_machine():
    assert os.environ.get("ELASTIC_SOURCE"), "run me by scripts/test: I change /etc/condor"
