"""The PostgreSQL of the servers: its files are in the state directory, its programs come with a Python package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

from settings import DATABASE, LOGS, STATE

PLACE = STATE / "database"
DATA = PLACE / "data"
_PACKAGES = PLACE / "packages"
_BIN = _PACKAGES / "pgserver" / "pginstall" / "bin"
_NOBODY = 65534  # PostgreSQL will not run as root
_CONF = f"""
listen_addresses = '{DATABASE["host"]}'
port = {DATABASE["port"]}
unix_socket_directories = ''
max_connections = 60
shared_buffers = 32MB
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %a '
"""


def lay_down() -> None:
    """Put the programs where an unprivileged user finds them: the cache may be root's alone."""
    _PACKAGES.mkdir(parents=True)
    subprocess.run(["mount", "--bind", sysconfig.get_path("purelib"), str(_PACKAGES)], check=True)
    for directory in (PLACE, DATA):
        directory.mkdir(exist_ok=True)
        _give(directory)


def make() -> None:
    """Make an empty database; it is left running."""
    _run("initdb", "-U", DATABASE["user"], "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--wal-segsize=1")
    with (DATA / "postgresql.conf").open("a") as conf:
        conf.write(_CONF)
    start()
    _run("createdb", "-h", DATABASE["host"], "-p", str(DATABASE["port"]), "-U", DATABASE["user"], DATABASE["dbname"])


def start() -> None:
    _run("pg_ctl", "start", "--wait")


def stop() -> None:
    """End it at once, with every connection it has."""
    _run("pg_ctl", "stop", "--wait", "--mode", "fast")


def restore(saved: Path) -> None:
    """Begin with files that were kept."""
    shutil.copytree(saved, DATA, dirs_exist_ok=True)
    for path in (DATA, *DATA.rglob("*")):
        os.chown(path, _NOBODY, _NOBODY)


def running() -> bool:
    return _call("pg_ctl", "status").returncode == 0


def _give(path: Path) -> None:
    os.chown(path, _NOBODY, _NOBODY)
    if path.is_dir():
        path.chmod(0o700)


def _call(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    where = [] if program == "createdb" else ["--pgdata", str(DATA)]
    # A file, no pipe: the server that pg_ctl starts goes on writing to it.
    with (LOGS / "postgresql.log").open("a+") as said:
        at = said.tell()
        done = subprocess.run(
            [str(_BIN / program), *where, *words], stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False,
            user=_NOBODY, group=_NOBODY, extra_groups=[], cwd="/", env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        said.seek(at)
        return subprocess.CompletedProcess(done.args, done.returncode, said.read())


def _run(program: str, *words: str) -> None:
    done = _call(program, *words)
    if done.returncode:
        raise RuntimeError(f"{program}: exit {done.returncode}\n{done.stdout[-2000:]}")
