"""A real central manager in the disposable machine, started from the files as they ship."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

Seen = TypeVar("Seen")

# The only thing that is not shipped: which roles this machine has, and intervals that suit an impatient reader.
ROLES = """\
use ROLE : CentralManager
use ROLE : Submit
CONDOR_HOST = $(FULL_HOSTNAME)
NEGOTIATOR_INTERVAL = 5
NEGOTIATOR_MIN_INTERVAL = 1
NEGOTIATOR_CYCLE_DELAY = 1
SCHEDD_INTERVAL = 5
SCHEDD_MIN_INTERVAL = 1
GRIDMANAGER_CHECKPROXY_INTERVAL = 600
"""


PATIENCE = 2
"""Times are written down as on a quiet machine; a busy one is given so much more of them before a test gives up."""


class Timeout(AssertionError):
    """What was waited for did not come."""


def wait_for(what: str, look: Callable[[], Seen], seconds: float = 60, every: float = 0.25) -> Seen:
    """Look until the answer is true; raises Timeout with what was waited for and what was seen last."""
    seconds *= PATIENCE
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise Timeout(f"waited {seconds} s for {what}; last seen: {seen!r}")
        time.sleep(every)


def run(*command: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a tool; raises with its words when it fails and check is set."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/tmp", **options)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class CentralManager:
    """condor_master with collector, negotiator and schedd; config is what /etc/condor/config.d/90-live.conf says."""

    DROP_IN = Path("/etc/condor/config.d/90-live.conf")

    def __init__(self, config: str = "") -> None:
        self.config(config)
        self.master: subprocess.Popen[bytes] | None = None

    def config(self, text: str) -> None:
        """Replace our drop-in."""
        self.DROP_IN.write_text(ROLES + text)

    def start(self) -> None:
        """Start the daemons, then run setup as an administrator would, and wait until the schedd is in the pool."""
        self.master = subprocess.Popen(["condor_master", "-f"], cwd="/tmp", stdin=subprocess.DEVNULL)
        signing_key = Path(run("condor_config_val", "SEC_TOKEN_POOL_SIGNING_KEY_FILE").stdout.strip())
        wait_for("the pool's signing key", signing_key.exists)
        run("condor_elastic", "setup")
        wait_for("the schedd", lambda: self.ads("-schedd"))
        wait_for("the negotiator", lambda: self.ads("-negotiator"))

    def stop(self) -> None:
        """End the daemons that we started, and nothing else."""
        if self.master and self.master.poll() is None:
            self.master.send_signal(signal.SIGQUIT)
            try:
                self.master.wait(30)
            except subprocess.TimeoutExpired:
                self.master.kill()
                self.master.wait()

    def ads(self, *arguments: str) -> list[dict[str, Any]]:
        """Ask the collector, as condor_status does; an empty list while it does not answer."""
        return _json(run("condor_status", *arguments, "-json", check=False).stdout)

    def jobs(self, constraint: str = "true", *, history: bool = False) -> list[dict[str, Any]]:
        """Ask the schedd for jobs that are in the queue, or have left it."""
        tool = ["condor_history"] if history else ["condor_q", "-allusers"]
        return _json(run(*tool, "-constraint", constraint, "-json", check=False).stdout)

    def cycle(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one cycle now, as the schedd's cron does: as user condor."""
        as_condor = ["setpriv", "--reuid=condor", "--regid=condor", "--init-groups"]
        return run(*as_condor, "/usr/libexec/condor/condor_elastic_cycle", check=False,
                   env={**os.environ, **environment})

    def pid(self, daemon: str) -> int:
        """Give the pid of a daemon (schedd, collector, negotiator) of this master, from its own ad."""
        ads = wait_for(f"the {daemon}'s ad", lambda: self.ads(f"-{daemon}"))
        address = str(ads[0]["MyAddress"])
        assert self.master is not None
        name = f"condor_{daemon}"
        children = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text().split()
        found = [int(child) for child in children if Path(f"/proc/{child}/comm").read_text().strip() == name[:15]]
        assert len(found) == 1, (address, children)
        return found[0]

    def restart(self, daemon: str) -> None:
        """Restart one daemon, and wait until it is another process and in the pool again."""
        before = self.pid(daemon)
        run("condor_restart", "-fast", "-daemon", daemon)
        wait_for(f"another {daemon}", lambda: self._other(daemon, before), 60)
        wait_for(f"the {daemon}", lambda: self.ads(f"-{daemon}"))

    def _other(self, daemon: str, before: int) -> bool:
        try:
            return self.pid(daemon) != before
        except (AssertionError, OSError):
            return False

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the cycle's lock, as another cycle would."""
        path = run("condor_config_val", "ELASTIC_LOCK").stdout.strip()
        with open(path, "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _json(text: str) -> list[dict[str, Any]]:
    import json

    return json.loads(text) if text.strip() else []
