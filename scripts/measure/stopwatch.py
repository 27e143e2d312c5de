"""The seconds and the peak memory of one whole process: stopwatch.py SECONDS COMMAND [ARG ...].

It is a process of its own between the bench and the command: ru_maxrss survives exec, so a command begins with the peak
of the process that started it.  This one is small.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from typing import Any


def clocked(command: Sequence[str], most: int = 300) -> dict[str, Any]:
    """Run a command, killed after so many seconds; give seconds, rss_mb, status, stdout and stderr."""
    stopwatch = [sys.executable, "-I", __file__, str(most), *command]
    done = subprocess.run(stopwatch, capture_output=True, text=True, check=True, timeout=most + 30, cwd="/tmp")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _watch(command: Sequence[str], most: float) -> dict[str, Any]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        end = threading.Timer(most, os.kill, (child.pid, 9))
        end.start()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - start
        end.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        return {"seconds": seconds, "rss_mb": usage.ru_maxrss / 1024, "status": child.returncode,
                "stdout": _text(out), "stderr": _text(err)}  # fmt: skip


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode(errors="replace"))


if __name__ == "__main__":
    print(json.dumps(_watch(sys.argv[2:], float(sys.argv[1]))))
