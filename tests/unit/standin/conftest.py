"""Puts the folder of the stand-in, which is no part of the package, on the path; each test has a server of its own."""
from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from standin.jobs import JobTable
from standin.panda import PandaServer
from standin.service import Service


@pytest.fixture
def table() -> JobTable:
    return JobTable()


@pytest.fixture
def server(table: JobTable) -> Iterator[PandaServer]:
    with PandaServer(0, Service(table)) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()
