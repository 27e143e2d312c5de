"""Retire and un-retire: one ClassAd attribute on the startd, through condor_update_machine_ad.

Measured on 23.9.6: 50 ms a call, through CCB too; the bindings lack it, so many calls run side by side.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from condor_elastic.act.worker_token import retire_password
from condor_elastic.knobs import GlobalKnobs
from condor_elastic.model import Worker

THREADS = 16


def mark(knobs: GlobalKnobs, worker: Worker, *, retire: bool) -> str:
    """Set ElasticRetire on one worker's startd, with the password that only this worker and we share.

    Raises RuntimeError with what the tool said, as when the startd has just left.
    """
    if worker.startd is None:
        raise RuntimeError("its startd is not in the pool")
    password = retire_password(Path(knobs.retire_key).read_bytes(), worker.vm.vm)
    with tempfile.TemporaryDirectory(prefix="elastic-retire-") as scratch:
        secret = os.path.join(scratch, "password")
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password)
        # FS is for the collector, which is asked for the startd's address; the startd takes PASSWORD alone.
        environment = {
            **os.environ,
            "_CONDOR_SEC_PASSWORD_FILE": secret,
            "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS": "FS,PASSWORD",
        }
        tool = subprocess.run(
            ["condor_update_machine_ad", "-name", worker.startd.name],
            input=f"ElasticRetire = {str(retire).lower()}\n",
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    if tool.returncode:
        raise RuntimeError(" ".join(tool.stderr.split())[-300:] or f"exit status {tool.returncode}")
    return worker.startd.name
