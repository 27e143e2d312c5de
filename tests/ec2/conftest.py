"""A real gridmanager beside moto's EC2 (scripts/cloud/ec2); no job and no instance between two tests."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "scripts")]

from cloud import Cloud, instances, reset
from live.pool import run
from token_proxy import TokenProxy


@pytest.fixture(scope="session")
def manager():
    run("useradd", "-m", "alice", check=False)
    made = Cloud("ELASTIC_PERIOD = 100000\nPERIODIC_EXPR_INTERVAL = 5\n")
    made.prepare()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def proxy():
    with TokenProxy() as server:
        yield server


@pytest.fixture
def cloud(manager, proxy):
    manager.url = f"ec2://us-east-1?endpoint={proxy.url}"
    yield manager
    manager.remove_all()
    assert instances() == []
    reset()


@pytest.fixture(autouse=True)
def _only_in_the_disposable_machine():
    assert os.environ.get("ELASTIC_SOURCE"), "run me by scripts/test ec2: I change /etc/condor"
