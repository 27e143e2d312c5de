"""The GAHP as a process of its own, as the gridmanager starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from gahp.local_cloud import ROOT, wait_until

from condor_elastic.gahp.journal import open_log
from condor_elastic.gahp.processes import descendants, start_time

STOCK = """\
import os, sys
print("$GahpVersion stock $", flush=True)
open(sys.argv[-1], "w").write(str(os.getpid()))
for line in iter(sys.stdin.readline, ""):
    words = line.split()
    if words[0] == "ASYNC_MODE_ON":
        print("S", flush=True)
    elif words[0] == "DIE":
        sys.exit(3)
    else:
        print("S " + line.strip(), "R", sep="\\n", flush=True)
"""


class Gahp:
    def __init__(self, directory: Path, *arguments: str) -> None:
        self.log = directory / "log"
        self.seen = directory / "stock.pid"
        stock = directory / "stock"
        stock.write_text(f"#!{sys.executable}\n{STOCK}")
        stock.chmod(0o755)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "_CONDOR_ELASTIC_STOCK_EC2_GAHP": str(stock)}
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "hooks/condor_elastic_gahp"), "-f", str(self.log), *arguments, str(self.seen)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            bufsize=0,
        )

    def ask(self, line: bytes) -> bytes:
        assert self.process.stdin
        self.process.stdin.write(line + b"\r\n")
        return self.read()

    def read(self) -> bytes:
        assert self.process.stdout
        return self.process.stdout.readline()

    def end(self) -> int:
        below = descendants(self.process.pid)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        status = self.process.wait(10)
        assert not self.process.stdout.read()
        self.process.stdout.close()
        assert not any(start_time(pid) for pid in below)
        return status


@pytest.fixture
def gahp(tmp_path: Path) -> Iterator[Gahp]:
    made = Gahp(tmp_path, "-w", "1", "-m", "5", "-d", "D_FULLDEBUG")
    assert made.read().startswith(b"$GahpVersion")
    yield made
    if made.process.poll() is None:
        made.end()


def test_the_end_of_the_input_ends_the_process(gahp: Gahp) -> None:
    assert gahp.ask(b"COMMANDS").startswith(b"S ")
    assert gahp.end() == 0


def test_sigterm_ends_the_process(gahp: Gahp) -> None:
    gahp.process.terminate()
    assert gahp.process.wait(10) == 0
    assert gahp.process.stdin
    gahp.process.stdin.close()
    assert gahp.process.stdout
    gahp.process.stdout.close()


def test_foreign_urls_are_relayed(gahp: Gahp) -> None:
    assert gahp.ask(b"ASYNC_MODE_ON") == b"S\n"
    assert gahp.ask(b"EC2_VM_STATUS_ALL 1 https://ec2 /a /s") == b"S EC2_VM_STATUS_ALL 1 https://ec2 /a /s\n"
    assert gahp.read() == b"R\n"
    assert gahp.ask(b"VERSION") == b"S VERSION\n"
    assert gahp.read() == b"R\n"
    stock = int(gahp.seen.read_text())
    assert stock in descendants(gahp.process.pid)
    assert gahp.end() == 0
    assert not start_time(stock)


def test_a_prefix_is_kept_when_relaying(gahp: Gahp) -> None:
    assert gahp.ask(b"RESPONSE_PREFIX GAHP:") == b"S\n"
    assert gahp.ask(b"S3_UPLOAD 1 x509://h /a /s") == b"GAHP:S S3_UPLOAD 1 x509://h /a /s\n"
    assert gahp.read() == b"GAHP:R\n"


def test_the_end_of_the_stock_gahp_ends_the_relay(gahp: Gahp) -> None:
    gahp.ask(b"EC2_VM_SERVER_TYPE 1 http://h /a /s")
    assert gahp.read() == b"R\n"
    gahp.ask(b"DIE")
    assert gahp.process.wait(10) == 3
    gahp.process.stdin.close()  # type: ignore[union-attr]
    gahp.process.stdout.close()  # type: ignore[union-attr]


def test_a_process_that_serves_us_relays_no_more(gahp: Gahp, tmp_path: Path) -> None:
    vms = f"local://{tmp_path}/vms".encode()
    assert gahp.ask(b"EC2_VM_STATUS_ALL 1 " + vms + b" /a /s") == b"S\n"
    assert gahp.ask(b"EC2_VM_STATUS_ALL 2 https://ec2 /a /s") == b"S\n"
    got: list[bytes] = []

    def both() -> bool:
        got.extend(gahp.read() for _ in range(int(gahp.ask(b"RESULTS").split()[1])))
        return len(got) == 2

    wait_until(both)
    assert min(got) == b"1 0\n"
    assert sorted(got)[1].startswith(b"2 1 InvalidURL InvalidURL:\\ https://")


def test_secrets_stay_out_of_the_log(gahp: Gahp, tmp_path: Path) -> None:
    vms = f"local://{tmp_path}/vms"
    data = "#cloud-config\\\nwrite_files:\\ SECRET"
    request = f"EC2_VM_START 1 {vms} /a /s worker NULL {data} NULL 1x1 NULL NULL NULL t NULL NULL NULL 1 NULL NULL NULL"
    assert gahp.ask(request.encode()) == b"S\n"
    assert gahp.ask(b"SECRET SECRET") == b"E\n"
    wait_until(lambda: gahp.log.exists() and "EC2_VM_START failed" in gahp.log.read_text())
    assert "SECRET" not in gahp.log.read_text()
    assert gahp.log.stat().st_mode & 0o777 == 0o600


def test_a_log_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to(tmp_path / "trap")
    made = Gahp(tmp_path)
    assert made.read().startswith(b"$GahpVersion")
    assert made.ask(b"nonsense") == b"E\n"
    assert made.end() == 0
    assert not (tmp_path / "trap").exists()
    open_log("/no/such/directory/log", verbose=False)
