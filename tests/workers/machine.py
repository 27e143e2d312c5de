"""A machine beside the central manager's: a root, processes, names and a network of its own, made of an image.

The image is what an administrator would make: HTCondor's package, cloud-init's, and what scripts/install puts there.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from live.pool import run, wait_for

HERE, THERE = "10.99.0.1", "10.99.0.2"
"""Addresses of the central manager and of the machine, on a link of their own."""
MASTER = "/run/condor/master.pid"
STATE = ("etc/condor", "var/lib/condor", "var/log/condor", "var/spool/condor", "var/lib/cloud", "run", "tmp", "home")
"""What is the central manager's own: of it the image has only what the package ships."""
MAKE = r"""
set -euo pipefail
base=$1 source=$2 root=$1/root; shift 2
mount -t tmpfs -o mode=755 machine "$base"
mkdir "$base"/{upper,work,root}; chmod 755 "$base"/{upper,root}
mount -t overlay machine -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" "$root"
for dir; do
  mkdir -p "$root/$dir"; mount -t tmpfs -o "$(stat -c 'mode=%a,uid=%u,gid=%g' "$root/$dir")" machine "$root/$dir"
done
dpkg-query -W -f '${Conffiles}\n' condor | awk 'NF { print $1 }' | while read -r file; do
  install -D -m 644 "$file" "$root$file"
done
install -d -o condor -g condor "$root"/{run/condor,var/lib/condor/execute,var/lib/condor/spool}
install -d -m 1777 "$root/run/lock"; install -d -o condor -g condor "$root/run/lock/condor"
"$source/scripts/install" "$root"
mount -t proc proc "$root/proc"; mount -t sysfs sysfs "$root/sys"
mount -t tmpfs -o mode=755 dev "$root/dev"   # no disk of the host is in it
mkdir -m 1777 "$root/dev/shm"
for node in null zero full random urandom tty; do
  touch "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"
done
hostname fresh
printf '127.0.0.1 localhost\n127.0.0.1 fresh\n' > "$root/etc/hosts"
: > "$root/run/made"
# This shell is the machine's process 1, and reaps.
exec chroot "$root" bash -c 'trap exit TERM; while :; do sleep 1000 & wait; done'
"""


class Machine:
    """Made by with; everything of it ends with the block, and with this process."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.process: subprocess.Popen[bytes] | None = None
        self.pid = 0

    def __enter__(self):
        spaces = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child=KILL", "--net",
                  "--uts", "--ipc"]  # fmt: skip
        make = ["bash", "-c", MAKE, "make", str(self.base), os.environ["ELASTIC_SOURCE"], *STATE]
        self.process = subprocess.Popen([*spaces, *make], stdin=subprocess.DEVNULL)
        try:
            self.pid = wait_for("the machine's process 1", self._first, 20, 0.05)
            wait_for("the machine", lambda: (self.root / "run/made").exists() or self.process.poll(), 30, 0.05)
            assert self.process.poll() is None, "the machine could not be made"
            self._link()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)  # the process 1: all others go with it, and mounts and link with them
        assert self.process is not None
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def root(self) -> Path:
        """The machine's root as it is seen from here."""
        return Path(f"/proc/{self.pid}/root")

    def do(self, *command: str, check: bool = True, timeout: int = 60) -> subprocess.CompletedProcess[str]:
        """Run a command in the machine, as root."""
        enter = ["nsenter", f"--target={self.pid}", "--mount", "--pid", "--net", "--uts", "--ipc", "--root", "--wd=/"]
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
        return run(*enter, *command, check=check, env=clean, timeout=timeout)

    def boot(self, user_data: bytes) -> list[str]:
        """Run cloud-init's four stages on the user-data; give what it calls errors."""
        seed = self.root / "var/lib/cloud/seed/nocloud"
        seed.mkdir(parents=True)
        (seed / "user-data").write_bytes(user_data)
        (seed / "meta-data").write_text("instance-id: fresh-1\nlocal-hostname: fresh\n")
        only = "datasource_list: [NoCloud]\nnetwork: {config: disabled}\n"
        (self.root / "etc/cloud/cloud.cfg.d/99-seed.cfg").write_text(only)
        for stage in (["init", "--local"], ["init"], ["modules", "--mode=config"], ["modules", "--mode=final"]):
            self.do("cloud-init", *stage, check=False)
        return (self.root / "var/lib/cloud/data/result.json").read_text().splitlines()

    def start(self) -> None:
        """Start HTCondor, as its unit would."""
        self.do("condor_master", "-pidfile", MASTER)

    def off(self) -> None:
        """End HTCondor, so that its ads leave the collector too."""
        self.do("sh", "-c", f"kill -QUIT $(cat {MASTER})", check=False)
        wait_for("the master's end", lambda: "EXITING WITH STATUS" in self.log("Master"), 30)

    def log(self, daemon: str) -> str:
        """Give a log of HTCondor's, empty while there is none."""
        path = self.root / f"var/log/condor/{daemon}Log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _first(self) -> int:
        assert self.process is not None
        assert self.process.poll() is None, "the machine could not be made"
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0]) if children else 0

    def _link(self) -> None:
        run("ip", "link", "add", "elastic0", "type", "veth", "peer", "name", "eth0", "netns", str(self.pid))
        run("ip", "addr", "add", f"{HERE}/24", "dev", "elastic0")
        run("ip", "link", "set", "elastic0", "up")
        for command in ("link set lo up", f"addr add {THERE}/24 dev eth0", "link set eth0 up"):
            self.do("ip", *command.split())
