"""Startds of workers without all else that a VM has: no master, procd, benchmarks, or plugins for file transfer.

Each has 2 MB of memory of its own, and 16 more that all share.  Their user-data is what the controller renders, their
only rights are their token and their password, and nobody can reach them but through their collector's CCB.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from condor_elastic.gahp import local_image
from condor_elastic.gahp.user_data import parse
from live.pool import run

SIZE = local_image.Size(2, 2048)
LIGHT = """\
USE_PROCD = False
STARTD_CRON_JOBLIST =
ENABLE_URL_TRANSFERS = False
FILETRANSFER_PLUGINS =
DISABLE_SWAP_SPACE = True
STARTD_DEBUG = D_ERROR
"""
AS_CONDOR = ("setpriv", "--reuid=condor", "--regid=condor", "--init-groups")
"""As a cycle runs: root could read the pool's signing key, and HTCondor's tools would make themselves tokens of it."""
RENDER = """
import sys, time
from condor_elastic.act.contextualise import write_user_data
from condor_elastic.knobs.macros import configured
settings, vms = configured(), sys.argv[1:]
end = int(time.time()) + 86400
print("\\n".join(one.path for one in write_user_data(settings.pool, settings.fleets[0], vms, [end] * len(vms))))
"""
PAUSE = 0.1  # seconds between two starts: many at once would wait for one another


class LightStartds:
    """condor_startd processes of the first fleet, by their ElasticVM, as this user; they end when told to."""

    def __init__(self, user: str, config: str = "") -> None:
        self.user, self.config = pwd.getpwnam(user), config
        self.directory = Path(tempfile.mkdtemp(prefix="light-startds-"))
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, vms: Sequence[str]) -> None:
        """Start a startd for each VM, slowly; none has joined yet."""
        self.directory.chmod(0o755)
        programs, user = local_image.host_programs(), self.user
        written = run(*AS_CONDOR, "python3", "-c", RENDER, *vms).stdout.split()
        for vm, data in zip(vms, written):
            root = self.directory / vm
            config = local_image.configuration(root, vm, SIZE, None, programs) + LIGHT + self.config
            local_image.lay_down(root, config, parse(Path(data).read_bytes()))
            os.unlink(data)
            for path in (root, *root.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)
            self.processes[vm] = subprocess.Popen(
                [os.path.join(programs["SBIN"], "condor_startd"), "-f"],
                env={**os.environ, "CONDOR_CONFIG": str(root / "etc/condor/condor_config")},
                user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd=root,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            time.sleep(PAUSE)

    def log(self, vm: str) -> str:
        """Give the end of a startd's log."""
        return (self.directory / vm / "var/log/StartLog").read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        """End those that we started, and forget their files."""
        for how, seconds in ((signal.SIGTERM, 20.0), (signal.SIGKILL, 10.0)):
            left = [process for process in self.processes.values() if process.poll() is None]
            for process in left:
                process.send_signal(how)
            deadline = time.monotonic() + seconds
            while any(process.poll() is None for process in left) and time.monotonic() < deadline:
                time.sleep(0.1)
        shutil.rmtree(self.directory, ignore_errors=True)
