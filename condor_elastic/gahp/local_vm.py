"""The supervisor of one local VM: python3 -m condor_elastic.gahp.local_vm DIRECTORY [DESCRIPTOR ...].

It is to its VM what a hypervisor is: it starts condor_master and waits.  When the master has ended, or on SIGTERM,
nothing of the VM survives: no process, whatever session it is in, and no file but the record.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from condor_elastic.gahp import local_faults, processes
from condor_elastic.gahp.local_record import FORGET, RECORD, STOPPING, Record, erase, read, write

GRACE = 3.0
"""Seconds that a stopped VM's daemons have to end their jobs properly."""
_HEARD = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
_PLANNED = (0, 99)
"""99 is condor_master's status after DAEMON_SHUTDOWN."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one VM to its end."""
    given = sys.argv[1:] if arguments is None else arguments
    directory = Path(given[0])
    os.chdir(directory)
    signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    processes.adopt_orphans()
    record = read(directory)
    if record is None:
        print(f"no record in {directory}", file=sys.stderr)
        return 1
    record = replace(record, pid=os.getpid(), started=processes.start_time(os.getpid()))
    write(directory, record)
    for descriptor in given[1:]:  # whoever started this waits for their end
        os.close(int(descriptor))
    run(directory, record)
    return 0


def run(directory: Path, record: Record) -> None:
    """Start the master, wait until it or the VM is to end, and clear up."""
    if record.fault == "error" or (record.fault == "slow" and stopped_within(local_faults.SLOW)):
        finish(directory, replace(record, state="terminated", reason="Server.InternalError", ended=time.time()))
        return
    master = launch(directory, record.master)
    record = replace(record, state="running", master_pid=master)
    write(directory, record)
    status = wait_for(master, local_faults.CRASHES if record.fault == "crash" else None)
    stopped = (directory / STOPPING).exists()
    crashed = record.fault == "crash" and status is None and not stopped
    record = replace(record, state="shutting-down", exit_status=status)
    write(directory, record)
    if status is None and not crashed:
        processes.send(master, processes.start_time(master) or 0, signal.SIGQUIT)
        record = replace(record, exit_status=wait_for(master, GRACE))
        stopped = True
    kill_descendants()
    reason = "Server.InternalError" if crashed else _reason(record.exit_status, stopped=stopped)
    finish(directory, replace(record, state="terminated", reason=reason, ended=time.time()))


def stopped_within(seconds: float) -> bool:
    """Wait so long; tell whether the end of the VM was asked for meanwhile."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        heard = signal.sigtimedwait(_HEARD, left)
        if heard is not None and heard.si_signo != signal.SIGCHLD:
            return True
    return False


def launch(directory: Path, master: str) -> int:
    """Start condor_master in a session of its own and return its pid; status 127 means that it could not be started."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        # If this supervisor is killed the daemons end by HTCondor's fast shutdown, which also ends their jobs.
        processes.die_with_parent(signal.SIGQUIT)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
        environment = dict(os.environ, CONDOR_CONFIG=str(directory / "etc/condor/condor_config"))
        os.execve(master, [master, "-f"], environment)  # noqa: S606 - a shell would be in the way of signals
    except OSError as error:
        print(f"{master}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(127)


def wait_for(master: int, patience: float | None = None) -> int | None:
    """Reap children until the master ends; return its exit status, negative for a signal.

    None: the end of the VM was asked for, or patience, in seconds, is over.
    """
    deadline = None if patience is None else time.monotonic() + patience
    while True:
        status = reap().get(master)
        if status is not None:
            return status
        left = 3600.0 if deadline is None else deadline - time.monotonic()
        heard = signal.sigtimedwait(_HEARD, max(left, 0.0))
        if deadline is None and heard is not None and heard.si_signo != signal.SIGCHLD:
            return None
        if deadline is not None and left <= 0:
            return None


def reap() -> dict[int, int]:
    """Return the exit status of each child that has ended, by pid."""
    ended = {}
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            ended[pid] = os.waitstatus_to_exitcode(status)
    return ended


def kill_descendants() -> None:
    """Kill until none is left: orphans become children of this process, so none can hide."""
    while True:
        reap()
        left = processes.descendants(os.getpid())
        if not left:
            return
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        signal.sigtimedwait({signal.SIGCHLD}, 0.2)


def _reason(status: int | None, *, stopped: bool) -> str:
    if stopped:
        return "Client.UserInitiatedShutdown"
    return "Client.InstanceInitiatedShutdown" if status in _PLANNED else "Server.InternalError"


def finish(directory: Path, record: Record) -> None:
    """Remove the VM's files, then say that it has ended; when nobody will ask, remove that as well."""
    os.chdir("/")
    erase(directory, keep=(RECORD, STOPPING, FORGET))
    write(directory, record)
    if (directory / FORGET).exists():
        erase(directory)


if __name__ == "__main__":
    raise SystemExit(main())
