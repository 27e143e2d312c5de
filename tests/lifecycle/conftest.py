"""A real pool for the tests of this folder: one central manager, its cycles run by hand, empty between two tests."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pool"), str(HERE.parents[1] / "scripts")]

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


@pytest.fixture
def pool(central_manager):
    central_manager.knobs("")
    yield central_manager
    central_manager.empty()


@pytest.fixture
def panda():
    with StandIn() as server:
        yield server


@pytest.fixture(autouse=True)
def _only_in_the_disposable_machine():
    assert os.environ.get("ELASTIC_SOURCE"), "run me by scripts/test lifecycle: I change /etc/condor"
