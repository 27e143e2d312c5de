"""A VM of an image, by qemu without KVM: its disk is thrown away, its user-data is on a NoCloud disk."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

from live.pool import run

LOG = Path("/var/log/condor")
"""Kept when a test fails."""


class Machine:
    """Boots at once; name is host name and instance id, what it says on its serial line is in log."""

    def __init__(self, name: str, image: Path, user_data: bytes, *, memory: int = 1024, cpus: int = 2) -> None:
        self.name = name
        self.log = LOG / f"{name}.serial"
        self.started = time.monotonic()
        self._directory = Path("/tmp/machines") / name
        self._seed(user_data)
        self._qemu = subprocess.Popen(
            ["qemu-system-x86_64", "-nodefaults", "-machine", "q35", "-accel", "tcg,thread=multi,tb-size=256",
             "-cpu", "max", "-smp", str(cpus), "-m", str(memory), "-snapshot",
             "-drive", f"file={image},if=virtio,format=qcow2,cache=unsafe",
             "-drive", f"file={self._directory}/seed.iso,if=virtio,format=raw,readonly=on",
             "-netdev", "user,id=n0,ipv6=off", "-device", "virtio-net-pci,netdev=n0", "-device", "virtio-rng-pci",
             "-display", "none", "-monitor", "none", "-no-reboot", "-serial", f"file:{self.log}"],
            stdin=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(self._directory)},
        )  # fmt: skip

    @property
    def status(self) -> int | None:
        """Give qemu's exit status, 0 after a power-off; None while it runs."""
        return self._qemu.poll()

    def said(self) -> str:
        """Give what stands on the serial line so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def off(self) -> None:
        """Pull the plug."""
        self._qemu.kill()
        self._qemu.wait()

    def _seed(self, user_data: bytes) -> None:
        seed = self._directory / "seed"
        seed.mkdir(parents=True, mode=0o700)
        (seed / "meta-data").write_text(json.dumps({"instance-id": self.name, "local-hostname": self.name}))
        (seed / "user-data").write_bytes(user_data)
        iso = f"{self._directory}/seed.iso"
        run("xorriso", "-as", "mkisofs", "-quiet", "-V", "cidata", "-J", "-r", "-o", iso, str(seed))
