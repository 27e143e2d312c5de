"""Give each VM what it must know and nothing more: pool, fleet, its own id, its own token, its own retire password."""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import indent

from condor_elastic.act.elastic_user import environment
from condor_elastic.act.timers import worker_lines
from condor_elastic.knobs import FleetKnobs, GlobalKnobs

USER_DATA = """\
#cloud-config
manage_etc_hosts: true
write_files:
  - path: /etc/condor/config.d/60-elastic-vm.conf
    permissions: '0644'
    content: |
      ElasticPool = "{pool}"
      ElasticFleet = "{fleet}"
      ElasticVM = "{vm}"
      CONDOR_HOST = {collector}
      COLLECTOR_HOST = {collector}
      TRUST_DOMAIN = {trust_domain}
      MASTER_NAME = {vm}
      STARTD_NAME = {vm}
{timers}
      include : /usr/share/condor/elastic/elastic-worker.conf
  - path: /etc/condor/tokens.d/elastic
    permissions: '0600'
    content: |
      {token}
  - path: /etc/condor/passwords.d/POOL
    permissions: '0600'
    content: {password}
"""
TOKEN_THREADS = 8


def write_user_data(
    knobs: GlobalKnobs, fleet: FleetKnobs, vms: Sequence[str], ends: Sequence[int | None] = ()
) -> list[str]:
    """Write one file for each VM, readable by condor and the elastic user alone; give their paths.

    ends says when the lifetime of each is over.

    The directory is setgid to the elastic user's group, so that the gridmanager and the GAHP can read the files.
    """
    secret = Path(knobs.retire_key).read_bytes()
    with ThreadPoolExecutor(TOKEN_THREADS) as pool:
        tokens = list(pool.map(lambda _: fetch_token(knobs, fleet.token_lifetime), vms))
    paths = []
    for vm, token, end in zip(vms, tokens, ends or [None] * len(vms)):
        path = os.path.join(knobs.user_data_directory, vm)
        text = render(knobs, fleet, vm, token, retire_password(secret, vm), end)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w") as file:
            file.write(text)
        paths.append(path)
    return paths


def render(
    knobs: GlobalKnobs, fleet: FleetKnobs, vm: str, token: str, password: str, end: int | None = None
) -> str:
    """Render the user-data of one VM, cloud-init's #cloud-config."""
    return USER_DATA.format(
        pool=knobs.pool,
        fleet=fleet.name,
        vm=vm,
        timers=indent(worker_lines(fleet, end), " " * 6),
        collector=knobs.collector,
        trust_domain=knobs.trust_domain,
        token=token,
        password=password,
    )


def fetch_token(knobs: GlobalKnobs, lifetime: int) -> str:
    """Have the schedd sign a token that can advertise a startd and a master and nothing else."""
    command = ["condor_token_fetch", "-lifetime", str(lifetime)]
    command += ["-authz", "ADVERTISE_STARTD", "-authz", "ADVERTISE_MASTER"]
    tool = subprocess.run(
        command, capture_output=True, text=True, env=environment(knobs), cwd="/", check=False
    )
    if tool.returncode or not tool.stdout.strip():
        raise RuntimeError(f"condor_token_fetch gave no token for a worker: {' '.join(tool.stderr.split())[:200]}")
    return tool.stdout.strip()


def retire_password(secret: bytes, vm: str) -> str:
    """Derive the password by which the central manager, and nobody else, may retire this one VM.

    condor_update_machine_ad does not ask the collector for the remote-administration capability
    (update_machine_ad.cpp: locate() without LOCATE_FOR_ADMIN), and a worker in a cloud cannot verify a token of the
    pool without the pool's signing key; so each worker shares one password of its own with the central manager.
    """
    return hmac.new(secret, vm.encode(), hashlib.sha256).hexdigest()


def sweep_user_data(knobs: GlobalKnobs, wanted: frozenset[str]) -> list[str]:
    """Delete the user-data of all but these VMs; whoever calls must hold the cycle's lock."""
    gone = []
    for entry in os.scandir(knobs.user_data_directory):
        if entry.name not in wanted and entry.is_file(follow_symlinks=False):
            os.unlink(entry.path)
            gone.append(entry.name)
    return gone
