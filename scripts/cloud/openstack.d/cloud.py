"""Starts the six services, runs a command beside them, stops them: cloud.py STATE SAVED COMMAND [ARG ...].

STATE is an empty directory whose path is always the same, as it is written into the databases.  SAVED is where the
databases of the first start are kept for the next ones.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import first
from answer import Silent, wait_for_answer
from settings import DATABASES, PORTS, environment, lay_down, url

HERE = Path(__file__).parent
OTHERS = tuple(name for name in PORTS if name != "nova")


class Cloud:
    """The processes of the services; state is their directory, logs where they write."""

    def __init__(self, state: Path, logs: Path) -> None:
        self._state = state
        self._logs = logs
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, services: Iterable[str]) -> None:
        for name in services:
            command = [str(HERE / "serve.py"), name, str(PORTS[name])]
            if name == "nova":
                command = [str(HERE / "compute.py"), str(PORTS[name]), *map(url, OTHERS)]
            with (self._logs / f"{name}.log").open("ab") as log:
                self._processes[name] = subprocess.Popen(
                    [sys.executable, *command], cwd=self._state, env=environment(self._state),
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip

    def wait(self, services: Iterable[str]) -> None:
        """Wait until they answer; raises Silent with the last words of one that does not."""
        for name in services:
            process = self._processes[name]
            try:
                wait_for_answer(url(name), lambda: process.poll() is None)  # noqa: B023 - used at once
            except Silent as error:
                raise SystemExit(f"{error}\n{(self._logs / f'{name}.log').read_text()[-2000:]}") from None

    def stop(self) -> None:
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            process.wait()


def begin(cloud: Cloud, state: Path) -> None:
    """Start with nothing."""
    lay_down(state)
    first.make_databases(state)
    cloud.start(OTHERS)
    cloud.wait(OTHERS)
    first.seed_identity(state)
    cloud.start(["nova"])
    cloud.wait(["nova"])
    first.seed_resources(state)


def save(state: Path, saved: Path) -> None:
    """Keep what the first start has made; the services may go on."""
    new = saved.with_name(f"{saved.name}.{os.getpid()}")
    new.mkdir(parents=True)
    for name in ("etc", "images", "work"):
        shutil.copytree(state / name, new / name)
    shutil.copy(state / "clouds.yaml", new)
    (new / "db").mkdir()
    for name in DATABASES:
        with sqlite3.connect(state / "db" / f"{name}.db") as source, sqlite3.connect(new / "db" / f"{name}.db") as copy:
            source.backup(copy)
            copy.execute("pragma journal_mode=wal")
    new.rename(saved)


def main(state: Path, saved: Path, command: list[str]) -> int:
    logs = Path(os.environ.get("ELASTIC_OUT") or state) / "openstack"
    logs.mkdir(exist_ok=True)
    cloud = Cloud(state, logs)
    try:
        if saved.is_dir():
            shutil.copytree(saved, state, dirs_exist_ok=True)
            cloud.start(PORTS)
            cloud.wait(PORTS)
        else:
            begin(cloud, state)
            save(state, saved)
        if os.environ.get("ELASTIC_OUT"):
            shutil.copy(state / "clouds.yaml", os.environ["ELASTIC_OUT"])
        return subprocess.run(command, check=False).returncode
    finally:
        cloud.stop()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
