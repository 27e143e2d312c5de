"""The local:// driver: each "VM" is a condor_master and a startd of its own, run by the user that runs the GAHP.

local:///DIRECTORY holds one directory for each VM, named by its instance id.  The directory is all there is: several
GAHP processes may serve it, and VMs outlive them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from condor_elastic.gahp import local_faults, local_image, processes, user_data
from condor_elastic.gahp.driver import CloudError, Credentials, Instance, Launch
from condor_elastic.gahp.journal import LOG
from condor_elastic.gahp.local_record import (
    FORGET,
    RECORD,
    STOPPING,
    Busy,
    Record,
    erase,
    locked,
    read,
    write,
)

START_PATIENCE = 60.0
"""Seconds after which a VM that no supervisor has taken on counts as failed."""
RETENTION = 600.0
"""Seconds after its end for which a VM is listed at most."""
_REPORTS = 2
"""Lists that show a VM's end before it is removed: the gridmanager may lose one by a timeout."""
_ID = re.compile(r"i-[0-9a-f]{17}")
_SUPERVISOR = "condor_elastic.gahp.local_vm"
_KEPT = ("PATH", "HOME", "LANG", "USER", "LOGNAME", "TZ", "PYTHONPATH")


def instance_id(token: str) -> str:
    """Return the id that a client token always gets."""
    return "i-" + hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()[:17]


class LocalDriver:
    """The VMs below one directory; owner, the access key file, is the account."""

    def __init__(self, base: Path, owner: str, master: str | None = None, faults: str = "") -> None:
        """Use this condor_master, or the host's; faults is the file of a plan of faults."""
        self._base = base
        self._owner = owner
        self._master = master
        self._faults = faults
        self._lock = threading.Lock()
        self._reports: dict[str, int] = {}

    @classmethod
    def at(cls, url: str, credentials: Credentials) -> LocalDriver:
        """Return the driver for a URL, with its directory made.  Raises CloudError."""
        parts = urlsplit(url)
        path = unquote(parts.path)
        if parts.netloc not in ("", "localhost") or not re.fullmatch(r"/[A-Za-z0-9_.+@=/-]*[A-Za-z0-9_+@=-]/?", path):
            raise CloudError("InvalidURL", f"{url}: want local:///DIRECTORY, of letters, digits and _.+@=-")
        base = Path(os.path.normpath(path))
        try:
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise CloudError("UnauthorizedOperation", f"{base} cannot be made: {error.strerror}") from None
        return cls(base, credentials.access_key_file, faults=parse_qs(parts.query).get("faults", [""])[0])

    def server_type(self) -> str:
        """Return "Amazon": client tokens hold here."""
        return "Amazon"

    def start(self, launch: Launch) -> str:
        """Start a VM; one that was started with this token, whatever has become of it, is not started again."""
        size = local_image.parse_size(launch.instance_type)
        image = local_image.find_image(launch.image)
        files = user_data.parse(launch.user_data)
        master = self._master or f"{local_image.host_programs()['SBIN']}/condor_master"
        if not os.access(master, os.X_OK):
            raise CloudError("Unsupported", f"{master} cannot be executed: local VMs need HTCondor on this host")
        fault = local_faults.read(self._faults).of(launch.token)
        local_faults.refuse(fault)
        vm = self._base / instance_id(launch.token)
        config = local_image.configuration(vm, vm.name, size, image, local_image.host_programs())
        config += local_faults.configuration(fault)
        if launch.image == local_image.SILENT:
            config += local_image.SAYS_NOTHING
        record = Record(vm.name, launch.token, self._owner, launch.key_name, time.time(), master, fault=fault)
        try:
            self._ensure(vm, record, config, files)
        except OSError as error:
            raise CloudError("InternalError", f"{vm} cannot be started: {error}") from None
        return vm.name

    def _ensure(self, vm: Path, record: Record, config: str, files: Iterable[user_data.File]) -> None:
        while True:
            with contextlib.suppress(FileExistsError):
                vm.mkdir(mode=0o700)
            # Gone again: another list has removed a VM of the past; its directory is made anew.
            with contextlib.suppress(FileNotFoundError), locked(vm) as lock:
                past = read(vm)
                if past is None or (past.pid is None and past.state != "terminated"):
                    _create(vm, lock, record, config, files)
                return
            if not self._base.is_dir():
                raise CloudError("Unavailable", f"{self._base} is gone")

    def stop(self, instance_id: str) -> None:
        """Have a VM end; its supervisor does the work."""
        if not _ID.fullmatch(instance_id):
            return
        vm = self._base / instance_id
        with contextlib.suppress(FileNotFoundError), locked(vm):
            record = read(vm)
            if record is None or record.state == "terminated":
                return
            (vm / STOPPING).touch(mode=0o600)
            if record.pid is None or not processes.send(record.pid, record.started or 0, signal.SIGTERM):
                _bury(vm, record)

    def list(self) -> tuple[Instance, ...]:
        """Return all VMs, of other accounts too; ended ones for some time."""
        try:
            vms = self._vms()
        except OSError as error:
            raise CloudError("Unavailable", f"{self._base} cannot be read: {error.strerror}") from None
        seen = [(vm, record) for vm, record in ((vm, self._look(vm)) for vm in vms) if record is not None]
        instances = tuple(_instance(vm, record) for vm, record in seen)
        self._sweep([(vm, record) for vm, record in seen if record.state == "terminated"])
        return instances

    def create_tags(self, instance_id: str, tags: Mapping[str, str]) -> None:
        """Accept tags; a local VM has nowhere to show them."""

    def close(self) -> None:
        """Leave no trace of VMs whose end was asked for or has been reported."""
        for vm in self._vms() if self._base.is_dir() else ():
            record = read(vm)
            if record is None or record.owner != self._owner:
                continue
            if (vm / STOPPING).exists() and record.state != "terminated":
                with contextlib.suppress(OSError):
                    (vm / FORGET).touch(mode=0o600)
            if (vm / STOPPING).exists() or vm.name in self._reports:
                _remove(vm)

    def _vms(self) -> tuple[Path, ...]:
        return tuple(sorted(path for path in self._base.iterdir() if _ID.fullmatch(path.name)))

    def _look(self, vm: Path) -> Record | None:
        """Return the true record of a VM, None when it is gone."""
        record = read(vm)
        if record is not None and (record.state == "terminated" or record.is_supervised()):
            return record
        blank = Record(vm.name, "", self._owner, None, time.time(), "")
        try:
            with locked(vm, wait=False):
                record = record or read(vm) or replace(blank, created=vm.stat().st_mtime)
                # It is being started again, or a GAHP died while it started it.
                if record.pid is None and time.time() - record.created < START_PATIENCE:
                    return record
                return _bury(vm, record)
        except Busy:
            return read(vm) or blank
        except FileNotFoundError:
            return None

    def _sweep(self, ended: Iterable[tuple[Path, Record]]) -> None:
        for vm, record in ended:
            with self._lock:
                self._reports[vm.name] = self._reports.get(vm.name, 0) + 1
                reported = self._reports[vm.name] >= _REPORTS and record.owner == self._owner
            if reported or time.time() - (record.ended or 0.0) > RETENTION:
                _remove(vm)


def _instance(vm: Path, record: Record) -> Instance:
    state = record.state
    if state in ("pending", "running") and (vm / STOPPING).exists():
        state = "shutting-down"
    address = socket.gethostname() if state == "running" else None
    return Instance(record.id, state, record.token or None, record.key_name, record.reason, address)


def _create(vm: Path, lock: int, record: Record, config: str, files: Iterable[user_data.File]) -> None:
    try:
        erase(vm, keep=(RECORD,))
        write(vm, record)
        local_image.lay_down(vm, config, files)
        _supervise(vm, lock)
    except (OSError, subprocess.SubprocessError) as error:
        erase(vm)
        raise CloudError("InternalError", f"{vm} cannot be started: {error}") from None
    born = read(vm)
    if born is None or born.pid is None:
        erase(vm)
        raise CloudError("InternalError", f"{vm} cannot be started: its supervisor failed")
    LOG.info("%s started, supervisor %d", vm.name, born.pid)


def _supervise(vm: Path, lock: int) -> None:
    """Start the supervisor and wait until it has taken on the VM.

    It has no parent here and none of HTCondor's environment, by either of which condor_procd would count it among the
    processes of the gridmanager, to be killed with them.  It holds the lock until its pid is in the record, so that a
    second start cannot slip in between, even if this process is killed now.
    """
    inlet, outlet = os.pipe()
    try:
        with (vm / "console.log").open("ab") as console:
            subprocess.run(
                ["setsid", "--fork", sys.executable, "-m", _SUPERVISOR, str(vm), str(outlet), str(lock)],
                cwd=Path(__file__).parents[2],
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                pass_fds=(outlet, lock),
                check=True,
            )
        os.close(outlet)
        outlet = -1
        select.select([inlet], [], [], START_PATIENCE)
    finally:
        os.close(inlet)
        if outlet >= 0:
            os.close(outlet)


def _bury(vm: Path, record: Record) -> Record:
    """Record the end of a VM that has no supervisor, having killed what can still be recognised as its own."""
    # Once the supervisor is dead the record is final, and may be better than what was read before.
    final = read(vm) or record
    if final.state == "terminated":
        return final
    for _ in range(20):
        left = processes.at_home_below(vm)
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if not left:
            break
        time.sleep(0.05)
    reason = "Client.UserInitiatedShutdown" if (vm / STOPPING).exists() else "Server.InternalError"
    erase(vm, keep=(RECORD, STOPPING))
    final = replace(final, state="terminated", reason=reason, ended=time.time())
    write(vm, final)
    LOG.warning("%s had no supervisor", vm.name)
    return final


def _remove(vm: Path) -> None:
    with contextlib.suppress(OSError, Busy), locked(vm, wait=False):
        record = read(vm)
        if record is not None and record.state == "terminated":
            erase(vm)
