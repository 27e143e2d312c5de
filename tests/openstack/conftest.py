"""A real Nova beside the machine (scripts/cloud/openstack), a real gridmanager in it, both empty between two tests."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "scripts")]

from live.pool import CentralManager, run
from nova import CONFIG, Nova, install_clouds


def pytest_configure(config):
    config.addinivalue_line("filterwarnings", "ignore::Warning:openstack")  # the SDK warns of its own code


@pytest.fixture(autouse=True, scope="session")
def _only_in_the_disposable_machine():
    assert os.environ.get("ELASTIC_SOURCE"), "run me by scripts/test openstack: I change /etc/condor"


@pytest.fixture(scope="session")
def manager():
    run("useradd", "alice", check=False)
    central_manager = CentralManager(CONFIG)
    central_manager.start()
    install_clouds()
    yield central_manager
    central_manager.stop()


@pytest.fixture
def nova(manager):
    cloud = Nova(manager)
    cloud.set_quota(1000)
    yield cloud
    cloud.mend()
    cloud.set_quota(1000)
    cloud.empty()
