"""The mini pilot as a process of its own, against the stand-in on loopback."""
from __future__ import annotations

import signal
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standin import mini_pilot
from standin.jobs import Job, JobTable, tally
from standin.panda import PandaServer
from standin.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

PILOT = Path(__file__).resolve().parents[3] / "scripts" / "standin" / "mini_pilot.py"


@contextmanager
def pilot(port: int, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [str(PILOT), "--url", f"http://127.0.0.1:{port}", "--queue", "Q", "--node", "n1", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def lines_until(process: subprocess.Popen[str], word: str) -> list[str]:
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line.strip())
        if word in line:
            return seen
    raise AssertionError(f"{word} not seen in {seen}")


def test_full_circle(server: PandaServer, table: JobTable) -> None:
    ids = [job.panda_id for job in table.add("Q", "SCORE", 2, seconds=0.05)]
    table.add("Q", "MCORE", core_count=8)
    with pilot(server.server_port, "--resource-type", "SCORE", "--jobs", "3") as process:
        out, _ = process.communicate(timeout=30)
        assert process.returncode == 0
    assert out.splitlines() == [
        line for i in ids for line in (f"job {i} acquired: --seconds 0.05", f"job {i} running", f"job {i} finished")
    ] + ["no job for Q"]
    assert tally(table.rows()) == {"finished": 2, "activated": 1}
    done = table.rows()[0]
    assert done.node == "n1"
    assert done.started is not None
    assert done.ended is not None
    assert done.ended - done.started >= 0.05


def test_eviction_fails_the_job(server: PandaServer, table: JobTable) -> None:
    job, = table.add("Q", seconds=600)
    with pilot(server.server_port) as process:
        lines_until(process, "running")
        assert tally(table.rows()) == {"running": 1}
        process.send_signal(signal.SIGTERM)
        assert lines_until(process, "evicted") == [f"job {job.panda_id} failed", "evicted"]
        assert process.wait(30) == 1
    assert tally(table.rows()) == {"failed": 1}


def test_refused_connection_is_tried_again(table: JobTable) -> None:
    table.add("Q", seconds=0)
    late = PandaServer(0, Service(table), listen=False)
    late.server_bind()  # bound and not yet listening: the port is ours, and refuses
    with late, pilot(late.server_port) as process:
        lines_until(process, "again in 0.5 s")
        late.server_activate()
        thread = threading.Thread(target=late.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        lines_until(process, "finished")
        assert process.wait(30) == 0
        late.shutdown()
        thread.join()


def test_eviction_without_a_server(table: JobTable) -> None:
    silent = PandaServer(0, Service(table), listen=False)
    silent.server_bind()
    with silent, pilot(silent.server_port) as process:
        lines_until(process, "again in 0.5 s")
        process.send_signal(signal.SIGTERM)
        lines_until(process, "evicted")
        assert process.wait(30) == 1


def test_a_job_the_server_gave_up_ends_the_pilot(
    server: PandaServer, table: JobTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def acquire_and_fail(*words: Any) -> tuple[list[Job], int]:
        taken, sent = JobTable.acquire(table, *words)
        for job in taken:
            table.update(job.panda_id, "failed")
        return taken, sent

    monkeypatch.setattr(table, "acquire", acquire_and_fail)
    table.add("Q", seconds=600)
    with pilot(server.server_port) as process:
        lines_until(process, "is to be killed")
        assert process.wait(30) == 3


def test_patience_is_bounded() -> None:
    assert sum(mini_pilot.DELAYS) <= 20
