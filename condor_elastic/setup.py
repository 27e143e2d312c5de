"""Make what the controller needs on a central manager: directories, the elastic identity's token, the retire key."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from condor_elastic.knobs import BadKnobs, GlobalKnobs
from condor_elastic.knobs.directories import SCOPES, directories
from condor_elastic.knobs.macros import configured


def setup() -> int:
    """Make what is missing and say so; what is there is left as it is."""
    try:
        knobs = configured().pool
        _must_be_root()
        _user(knobs.user)
        for line in (*_directories(knobs), _key(knobs), _token(knobs)):
            print(line)
    except (BadKnobs, RuntimeError, OSError) as error:
        print(f"condor_elastic setup: {error}", file=sys.stderr)
        return 1
    return 0


def _must_be_root() -> None:
    if os.geteuid() != 0:
        raise RuntimeError("it must run as root on the central manager")


def _user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--home-dir", "/", "--shell", "/usr/sbin/nologin", name]
        subprocess.run(command, check=True)
        print(f"made the user {name}")


def _directories(knobs: GlobalKnobs) -> list[str]:
    return [_directory(*one) for one in directories(knobs)]


def _directory(path: str, owner: str, group: str, mode: int) -> str:
    there = os.path.isdir(path)
    os.makedirs(path, exist_ok=True)
    shutil.chown(path, owner, group)
    os.chmod(path, mode)
    return f"{'kept' if there else 'made'} {path} ({owner}:{group} {mode:o})"


def _secret(path: str, text: str) -> str:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    shutil.chown(path, "condor", "condor")
    return f"made {path} (condor:condor 600)"


def _key(knobs: GlobalKnobs) -> str:
    if os.path.exists(knobs.retire_key):
        return f"kept {knobs.retire_key}"
    return _secret(knobs.retire_key, secrets.token_hex(32))


def _token(knobs: GlobalKnobs) -> str:
    path = Path(knobs.token_directory) / "elastic"
    if path.exists():
        return f"kept {path}"
    command = ["condor_token_create", "-identity", f"{knobs.user}@{knobs.trust_domain}"]
    for scope in SCOPES:
        command += ["-authz", scope]
    tool = subprocess.run(command, capture_output=True, text=True, check=False)
    if tool.returncode or not tool.stdout.strip():
        hint = "start the collector once, it makes the pool's signing key; then run setup again"
        raise RuntimeError(f"condor_token_create: {' '.join(tool.stderr.split())} ({hint})")
    return _secret(str(path), tool.stdout)
