"""Real panda-servers beside the machine (scripts/cloud/panda), without a job between two tests."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "scripts")]

from live.panda_server import PandaServer


@pytest.fixture(autouse=True, scope="session")
def _only_in_the_disposable_machine():
    assert os.environ.get("ELASTIC_SOURCE"), "run me by scripts/test panda: I need its servers"


@pytest.fixture
def panda():
    server = PandaServer()
    server.clear()
    server.set_queue("BNL", status="online")
    yield server
    server.auto_aggregate(0)
    server.database("start")
