"""Give each VM what it must know and nothing more, in a file of its own for as long as its VM job lasts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from condor_elastic.act.user_data import render
from condor_elastic.act.worker_token import Token, fetch_token, retire_password
from condor_elastic.knobs import FleetKnobs, GlobalKnobs

TOKEN_THREADS = 8


@dataclass(frozen=True)
class Context:
    """The file with a VM's user-data, and the token in it."""

    path: str
    token: Token


def write_user_data(
    knobs: GlobalKnobs, fleet: FleetKnobs, vms: Sequence[str], ends: Sequence[int]
) -> list[Context]:
    """Write one file for each VM, readable by condor and the elastic user alone.

    ends says when the lifetime of each is over.  Raises BadUserData, RuntimeError and OSError.

    The directory is setgid to the elastic user's group, so that the gridmanager and the GAHP can read the files.
    """
    secret = Path(knobs.retire_key).read_bytes()
    with ThreadPoolExecutor(TOKEN_THREADS) as pool:
        tokens = list(pool.map(lambda _: fetch_token(knobs, fleet.token_lifetime), vms))
    texts = [
        render(knobs, fleet, vm, token.text, retire_password(secret, vm), end)
        for vm, token, end in zip(vms, tokens, ends)
    ]
    written = []
    for vm, token, text in zip(vms, tokens, texts):
        path = os.path.join(knobs.user_data_directory, vm)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
            file.write(text)
        written.append(Context(path, token))
    return written


def sweep_user_data(knobs: GlobalKnobs, wanted: frozenset[str]) -> list[str]:
    """Delete the user-data of all but these VMs; whoever calls must hold the cycle's lock."""
    gone = []
    for entry in os.scandir(knobs.user_data_directory):
        if entry.name not in wanted and entry.is_file(follow_symlinks=False):
            os.unlink(entry.path)
            gone.append(entry.name)
    return gone
