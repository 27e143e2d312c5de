"""Starts PostgreSQL, the two servers and the control service, runs a command beside them, stops them.

cloud.py SAVED COMMAND [ARG ...]: SAVED is where the database of the first start is kept for the next ones.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import database
from settings import CONTROL, LOGS, SERVERS, STATE, environment, lay_down

HERE = Path(__file__).parent
PATIENCE = 60.0
PROCESSES = {
    **{name: (["serve.py", name], f"http://127.0.0.1:{port}/api/v1/system/is_alive") for name, port in SERVERS.items()},
    "control": (["control.py"], f"http://127.0.0.1:{CONTROL}/"),
}


def _database(saved: Path) -> None:
    """Start with the database of the first start, or make it."""
    database.lay_down()
    if saved.is_dir():
        database.restore(saved)
        database.start()
        return
    database.make()
    subprocess.run([sys.executable, str(HERE / "schema.py")], env=environment("control"), check=True)
    database.stop()
    new = saved.with_name(f"{saved.name}.{os.getpid()}")
    shutil.copytree(database.DATA, new)
    try:
        new.rename(saved)
    except OSError:  # another first start was quicker
        shutil.rmtree(new)
    database.start()


def _start(name: str) -> subprocess.Popen[bytes]:
    (script, *words), _ = PROCESSES[name]
    with (LOGS / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, str(HERE / script), *words], cwd=STATE, env=environment(name), stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=10).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _wait(name: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until it answers, whatever it says; ends with its last words when it does not."""
    deadline = time.monotonic() + PATIENCE
    while not _answers(PROCESSES[name][1]):
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"no answer from {name}\n{(LOGS / f'{name}.log').read_text()[-2000:]}")
        time.sleep(0.05)


def main(saved: Path, command: list[str]) -> int:
    LOGS.mkdir(exist_ok=True)
    lay_down()
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        _database(saved)
        for name in PROCESSES:
            processes[name] = _start(name)
        for name, process in processes.items():
            _wait(name, process)
        return subprocess.run(command, check=False).returncode
    finally:
        for process in processes.values():
            process.kill()
        for process in processes.values():
            process.wait()
        if database.running():
            database.stop()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2:]))
