"""Puts the folder of the stand-in, which is no part of the package, on the path; each test has a server of its own."""
from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from standin.jobs import JobTable  # noqa: E402
from standin.panda import PandaServer  # noqa: E402
from standin.service import Service  # noqa: E402


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
