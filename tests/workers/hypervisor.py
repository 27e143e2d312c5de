"""Plays the hypervisor: each local VM of the image "silent" is given a machine behind the router.

The VM job, its instance and its user-data are a fleet's own.  The image "silent" has laid the user-data down, and runs
nothing that joins; its files are taken to the machine, whose condor_master is started as systemd would, by root.
When that ends with status 99 the machine powers off, and the instance ends by itself.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from live.figures import VMS
from nat import Machine, Router

from condor_elastic.gahp.local_record import RECORD, read
from condor_elastic.gahp.processes import send, start_time

FROM_USER_DATA = ("etc/condor/config.d", "etc/condor/tokens.d", "etc/condor/passwords.d")
LEFT = 99
"""condor_master's exit status after DAEMON_SHUTDOWN."""
BEAT = 0.2


@dataclass
class Guest:
    """An instance and the machine that it is; status is that of its condor_master, None while it runs."""

    instance: Path
    machine: Machine
    master: Popen[bytes]
    status: int | None = None


class Hypervisor:
    """Boots what a fleet launches: `with Hypervisor(router, "NUM_CPUS = 1"): ...`; image is the image's own knobs."""

    def __init__(self, router: Router, image: str) -> None:
        self.router = router
        self.image = image
        self.guests: list[Guest] = []
        self.wrong: list[str] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        for guest in self.guests:
            _keep_logs(guest.machine)
            guest.machine.power_off()

    def machines(self) -> dict[str, Machine]:
        """Give the machines that run, by their addresses."""
        return {guest.machine.address: guest.machine for guest in self.guests if guest.status is None}

    def statuses(self) -> list[int | None]:
        """Give the exit status of each condor_master, in the order of their launch; raises what went wrong here."""
        assert not self.wrong, self.wrong
        return [guest.status for guest in self.guests]

    def _run(self) -> None:
        try:
            while not self._ended.wait(BEAT):
                self._boot()
                self._watch()
        except Exception as error:  # told by the test, which would otherwise wait for nothing
            self.wrong.append(f"{type(error).__name__}: {error}")

    def _boot(self) -> None:
        known = {guest.instance for guest in self.guests}
        for instance in sorted(path.parent for path in VMS.glob(f"*/{RECORD}")):
            record = read(instance)
            if instance not in known and record and record.state == "running" and record.master_pid:
                self.guests.append(self._power_on(instance))

    def _power_on(self, instance: Path) -> Guest:
        machine = self.router.machine(f"worker{len(self.router.machines)}")
        machine.lay_down("etc/condor/config.d/70-image.conf", self.image)
        for place in FROM_USER_DATA:
            for file in (instance / place).iterdir():
                machine.lay_down(f"{place}/{file.name}", file.read_bytes(), file.stat().st_mode & 0o777)
        return Guest(instance, machine, machine.start("condor_master", "-f"))

    def _watch(self) -> None:
        for guest in self.guests:
            record = read(guest.instance)
            if guest.status is None and guest.master.poll() is not None:
                guest.status = guest.master.returncode
                if guest.status == LEFT and record and record.master_pid:
                    _keep_logs(guest.machine)
                    # What is left of the instance has nothing to do but to end by itself, as at a power-off.
                    send(record.master_pid, start_time(record.master_pid) or 0, signal.SIGQUIT)
            elif guest.status is None and (record is None or record.state == "terminated"):
                guest.machine.power_off()


def _keep_logs(machine: Machine) -> None:
    """Copy a machine's logs to where those of a failed test are kept."""
    with contextlib.suppress(OSError):
        shutil.copytree(machine.directory / "var/log/condor", f"/var/log/condor/{machine.name}", dirs_exist_ok=True)
