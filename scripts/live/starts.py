"""The README's five-minute starts: the code blocks of one, run as they stand by a shell of root's.

A block is marked behind its ```sh by the name of its start.  One marked "install" as well gets HTCondor's packages and
ours, which a test has on its disk: it is replaced by scripts/install.  One marked "yours" says what a reader fills in,
NAME=value on each line: the values are replaced, and must be for all names.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from live.pool import CentralManager, run, wait_for

SOURCE = Path(os.environ.get("ELASTIC_SOURCE") or Path(__file__).parents[2])
README = SOURCE / "README.md"
SUBMITTER = "alice"
HOSTS = Path("/etc/hosts")
FLEETS = Path("/etc/condor/config.d/50-elastic.conf")
OURS = ("/usr/bin/condor_elastic", "/usr/lib/python3/dist-packages/condor_elastic", str(FLEETS),
        "/etc/condor/config.d/99-elastic-tokens.conf",
        "/usr/libexec/condor/condor_elastic_*", "/usr/share/condor/elastic*",
        "/usr/share/condor/config.d/50-elastic-defaults.conf")  # fmt: skip
ADDRESS = "192.0.2.1"
"""Of the machine: VMs cannot call 127.0.0.1, and no network is what RFC 5737 keeps for examples."""
PATIENCE = 280
"""Seconds after which a start that hangs is given up; a start waits for what it has asked for without end."""


def blocks(start: str) -> list[tuple[str, str]]:
    """Give the blocks of one start in their order: "install", "yours" or "", and the text."""
    mark = rf"^```sh {start}(?: (install|yours))?\n(.*?)^```$"
    return re.findall(mark, README.read_text(), re.MULTILINE | re.DOTALL)


def script(start: str, yours: Mapping[str, str]) -> str:
    """Make the shell script of one start, with what is the reader's own filled in."""
    found = blocks(start)
    assert [kind for kind, _ in found].count("install") == [kind for kind, _ in found].count("yours") == 1, found
    return "set -e\n" + "".join(_text(kind, text, yours) for kind, text in found)


def _text(kind: str, text: str, yours: Mapping[str, str]) -> str:
    if kind == "install":
        return f"{SOURCE}/scripts/install /\n"
    if kind != "yours":
        return text
    named = re.findall(r"^(\w+)=\S", text, re.MULTILINE)
    assert sorted(named) == sorted(yours), f"the README lets the reader fill in {named}"
    assert len(named) == len(text.splitlines()), text
    return "".join(f"{name}={value}\n" for name, value in yours.items())


class Machine(CentralManager):
    """A central manager that has HTCondor and nothing of ours; the start brings the rest."""

    def start(self) -> None:
        """Start HTCondor as it was before, with a collector, a negotiator and a schedd."""
        run("sh", "-c", "rm -rf " + " ".join(OURS))
        run("useradd", "-m", SUBMITTER, check=False)
        run("ip", "address", "add", f"{ADDRESS}/32", "dev", "lo")
        HOSTS.write_text(HOSTS.read_text().replace("127.0.0.1 cm.", f"{ADDRESS} cm."))
        environment = {name: value for name, value in os.environ.items() if name != "HOME"}
        self.master = subprocess.Popen(["condor_master", "-f"], cwd="/tmp", stdin=subprocess.DEVNULL, env=environment)
        for daemon in ("-schedd", "-negotiator"):
            wait_for(f"the pool's {daemon}", lambda daemon=daemon: self.ads(daemon))

    def follow(self, start: str, yours: Mapping[str, str]) -> str:
        """Run a start; give what it printed.  Raises AssertionError with that when it fails or hangs."""
        shell = subprocess.Popen(["bash"], cwd="/root", text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
        try:
            said, _ = shell.communicate(script(start, yours), PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)
            said, _ = shell.communicate()
            raise AssertionError(f"it hangs after {PATIENCE} s:\n{said}") from None
        assert shell.returncode == 0, said
        return said

    def empty(self) -> None:
        """Take the fleets away, remove every job, and wait until the queue is empty; a cycle may be under way."""
        FLEETS.unlink(missing_ok=True)
        wait_for("an empty queue", lambda: run("condor_rm", "-all", check=False) and not self.jobs(), 90, 1)


@contextmanager
def machine() -> Iterator[Machine]:
    """Give a machine, whose daemons have no HOME, as systemd starts them; it ends with all of its jobs."""
    made = Machine(f"NETWORK_INTERFACE = {ADDRESS}\nELASTIC_PERIOD = 3\n")
    made.start()
    try:
        yield made
    finally:
        made.empty()
        made.stop()
