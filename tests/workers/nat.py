"""A router that masquerades, and machines behind it, each a network namespace that nobody can connect to.

The central manager's machine is the internet's side: it knows the way to the machines, and is refused on it.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from live.pool import run

CENTRAL_MANAGER = "10.77.0.1"
ROUTER = "10.77.0.2"
BEHIND = "192.168.77"
BOOT = Path(__file__).with_name("boot.sh")
MACHINES = Path("/var/machines")
RULES = f"""
table ip nat {{
  chain forward {{
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ip daddr {CENTRAL_MANAGER} tcp dport 9618 accept
    counter reject with tcp reset
  }}
  chain postrouting {{
    type nat hook postrouting priority srcnat;
    oifname "wan" masquerade
  }}
}}
"""
"""Out, and to HTCondor's port alone; whatever is new and goes in, or from one machine to another, is refused."""


@dataclass
class Machine:
    """A machine behind the router: its name, address, and the processes in it."""

    name: str
    address: str
    directory: Path
    commands: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Boot: run a command with the machine's own mounts, processes and host name; its end is the machine's."""
        console = (self.directory / "var/log/condor/console").open("ab")
        started = subprocess.Popen(
            ["ip", "netns", "exec", self.name, "unshare", "--mount", "--propagation", "private", "--pid", "--fork",
             "--kill-child=KILL", "--uts", "--ipc", str(BOOT), str(self.directory), self.name, *command],
            stdin=subprocess.DEVNULL, stdout=console, stderr=console, cwd="/",
        )  # fmt: skip
        console.close()
        self.commands.append(started)
        return started

    def connect(self, address: str, port: int) -> str:
        """Open a TCP connection from this machine; give "connected", or the name of the error."""
        return connect(address, port, ["ip", "netns", "exec", self.name])

    def listens(self) -> set[int]:
        """List the TCP ports on which somebody listens on this machine."""
        seen = run("ip", "netns", "exec", self.name, "ss", "-Hltn").stdout.splitlines()
        return {int(line.split()[3].rpartition(":")[2]) for line in seen}

    def lay_down(self, path: str, text: str | bytes, mode: int = 0o644) -> None:
        """Write a file of the machine's own."""
        place = self.directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        place.chmod(mode)

    def power_off(self) -> None:
        """End all that runs on the machine, and take its network away."""
        for command in self.commands:
            if command.poll() is None:
                command.kill()
            command.wait()
        run("ip", "netns", "del", self.name, check=False)


class Router:
    """The router: `with Router() as router: machine = router.machine("one")`."""

    def __init__(self) -> None:
        self.machines: list[Machine] = []

    def __enter__(self):
        ip("netns add nat")
        ip("link add internet type veth peer name wan netns nat")
        ip(f"addr add {CENTRAL_MANAGER}/24 dev internet")
        ip("link set internet up")
        ip(f"-n nat addr add {ROUTER}/24 dev wan")
        ip("-n nat link set wan up")
        ip("netns exec nat sysctl -qw net.ipv4.ip_forward=1")
        run("ip", "netns", "exec", "nat", "nft", "-f", "-", input=RULES)
        ip(f"route add {BEHIND}.0/24 via {ROUTER}")
        return self

    def __exit__(self, *_: object) -> None:
        for machine in self.machines:
            machine.power_off()
        ip("link del internet")
        ip("netns del nat")

    def machine(self, name: str) -> Machine:
        """Plug in a machine with an empty /etc/condor, on a wire of its own."""
        number = len(self.machines)
        gateway, address = (f"{BEHIND}.{4 * number + host}" for host in (1, 2))
        ip(f"netns add {name}")
        ip(f"-n nat link add m{number} type veth peer name eth0 netns {name}")
        ip(f"-n nat addr add {gateway}/30 dev m{number}")
        ip(f"-n nat link set m{number} up")
        ip(f"-n {name} addr add {address}/30 dev eth0")
        ip(f"-n {name} link set lo up")
        ip(f"-n {name} link set eth0 up")
        ip(f"-n {name} route add default via {gateway}")
        machine = Machine(name, address, MACHINES / name)
        self.machines.append(machine)
        _furnish(machine)
        return machine

    def refused(self) -> int:
        """Count the packets that were refused."""
        rules = json.loads(run("ip", "netns", "exec", "nat", "nft", "-j", "list", "table", "ip", "nat").stdout)
        counters = [part["counter"] for item in rules["nftables"] for part in item.get("rule", {}).get("expr", ())
                    if "counter" in part]  # fmt: skip
        return sum(int(counter["packets"]) for counter in counters)


def connect(address: str, port: int, wrapper: Sequence[str] = ()) -> str:
    """Open a TCP connection; give "connected", or the name of the error."""
    code = f"import socket; print(socket.socket().connect_ex(({address!r}, {port})))"
    number = int(run(*wrapper, "timeout", "10", "python3", "-c", code).stdout)
    return errno.errorcode[number] if number else "connected"


def ip(words: str) -> None:
    """Run ip(8)."""
    run("ip", *words.split())


def _furnish(machine: Machine) -> None:
    """Give a machine what its image has: Debian's configuration of HTCondor, our worker files, empty directories."""
    stock = Path("/etc/condor/config.d/00-htcondor-9.0.config")
    if stock.exists():
        machine.lay_down(f"etc/condor/config.d/{stock.name}", stock.read_bytes())
    machine.lay_down("etc/hosts", f"127.0.0.1 localhost\n{machine.address} {machine.name}\n"
                                  f"{CENTRAL_MANAGER} cm.elastic.test cm\n")  # fmt: skip
    for name in ("tokens.d", "passwords.d"):
        (machine.directory / "etc/condor" / name).mkdir(mode=0o700, parents=True)
        os.makedirs(f"/etc/condor/{name}", mode=0o700, exist_ok=True)
    for place in ("var/log/condor", "var/spool/condor", "var/lib/condor", "var/lib/condor/execute"):
        (machine.directory / place).mkdir(parents=True)
        shutil.chown(machine.directory / place, "condor", "condor")
