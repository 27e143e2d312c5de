from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from gahp.local_cloud import Cloud, wait_until

from condor_elastic.gahp.journal import LOG
from condor_elastic.gahp.processes import at_home_below


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    made = Cloud(tmp_path)
    yield made
    for vm in made.base.iterdir() if made.base.is_dir() else ():
        made.driver.stop(vm.name)
    if made.base.is_dir():
        made.driver.close()
        wait_until(lambda: all(i.state == "terminated" for i in made.another().list()))
    assert not at_home_below(made.base) - {os.getpid()}


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """A test that opens the GAHP's log must not take the lines of the next test away from caplog."""
    before = (LOG.handlers[:], LOG.propagate, LOG.level)
    yield
    LOG.handlers[:], LOG.propagate = before[:2]
    LOG.setLevel(before[2])
