"""Real panda-servers beside the machine (scripts/cloud/panda), and in it a real pool; both empty between two tests."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pool"), str(HERE.parents[1] / "scripts")]

from live.panda_server import PandaServer
from live.pool import run
from real import PERIOD, Pool


@pytest.fixture(autouse=True, scope="session")
def _only_in_the_disposable_machine():
    assert os.environ.get("ELASTIC_SOURCE"), "run me by scripts/test panda: I need its servers"


@pytest.fixture
def panda():
    server = PandaServer()
    server.clear()
    server.set_queue("BNL", status="online", corecount=4, maxrss=2000, maxwdir=400, capability="ucore")
    yield server
    server.auto_aggregate(0)
    server.database("start")


@pytest.fixture(scope="session")
def central_manager():
    manager = Pool(PERIOD)
    manager.start()
    yield manager
    manager.stop()


@pytest.fixture
def pool(central_manager):
    """Give the pool, which has forgotten what PanDA ever said."""
    shutil.rmtree("/var/lib/condor/elastic/panda")
    central_manager.knobs("")
    run("python3", "-m", "condor_elastic.cli", "setup")
    yield central_manager
    if central_manager.jobs():
        central_manager.empty()
