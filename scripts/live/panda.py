"""The PanDA stand-in as a process of its own, and the control side that only tests and the demonstration use."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from live.pool import wait_for

SOURCE = Path(__file__).resolve().parents[1] / "standin"


class StandIn:
    """A loopback server that answers like panda-server 1.0.4 and hands out jobs; a context manager."""

    def __init__(self, queues: Sequence[str] = ("BNL_CLOUD", "BNL")) -> None:
        self.total = 0
        self.queues = queues
        self.directory = Path(tempfile.mkdtemp(prefix="panda-"))
        self.directory.chmod(0o755)
        # The pilot is transferred by the elastic user, who may not be able to read this checkout.
        self.pilot = self.directory / "mini_pilot.py"
        shutil.copy(SOURCE / "mini_pilot.py", self.pilot)
        self.pilot.chmod(0o755)

    def __enter__(self) -> StandIn:
        port = self.directory / "port"
        with (self.directory / "requests.log").open("w") as log:
            command = [sys.executable, str(SOURCE / "panda.py"), "--sentinel", "--port-file", str(port)]
            command += [f"--queue={queue}" for queue in self.queues]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for("the PanDA stand-in", port.exists)
        self.url = f"http://127.0.0.1:{port.read_text().strip()}"
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.directory)

    def add_jobs(self, queue: str, count: int, seconds: float, **more: Any) -> None:
        """Put activated jobs into a queue; seconds is how long each wants to run."""
        self._post("add_jobs", {"queue": queue, "count": count, "seconds": seconds, **more})
        self.total += count

    def set_queue(self, queue: str, **fields: Any) -> None:
        """Let there be a queue, or change one: status, corecount, maxrss, maxwdir, capability."""
        self._post("set_queue", {"queue": queue, **fields})

    def fault(self, kind: str, **more: Any) -> None:
        """Let the statistics, or with module="metaconfig" the queues' data, answer badly; "none" ends it."""
        self._post("fault", {"kind": kind, **more})

    def jobs(self) -> list[dict[str, Any]]:
        """List the jobs that we added."""
        with urllib.request.urlopen(f"{self.url}/control/jobs", timeout=10) as answer:
            found = json.load(answer)["jobs"]
        return [job for job in found if job["queue"] != "SENTINEL"]

    def finished(self) -> int:
        """Count the jobs that have finished."""
        return sum(job["status"] == "finished" for job in self.jobs())

    def over(self) -> bool:
        """Tell whether each job has finished or failed."""
        return all(job["status"] in ("finished", "failed") for job in self.jobs())

    def _post(self, call: str, what: dict[str, Any]) -> None:
        request = urllib.request.Request(f"{self.url}/control/{call}", json.dumps(what).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()
