"""Delivery by OpenSSH's sftp to a real sshd on loopback, interrupted and resumed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from live.disks import MB, make_disk
from live.pool import run, wait_for

PORT = 2222
HOME = Path("/home/keeper")
HERE = Path("/tmp/sshd")
CONFIG = f"""\
Port {PORT}
ListenAddress 127.0.0.1
HostKey {HERE}/host
PidFile none
UsePAM no
PasswordAuthentication no
AuthorizedKeysFile {HERE}/authorized
StrictModes no
Subsystem sftp internal-sftp
"""


@pytest.fixture
def server(request):
    run("useradd", "-m", "-s", "/bin/sh", "-p", "*", "keeper", check=False)  # without a password, and not locked
    HERE.mkdir(exist_ok=True)
    HERE.chmod(0o755)
    Path("/run/sshd").mkdir(exist_ok=True)
    Path("/root/.ssh").mkdir(mode=0o700, exist_ok=True)
    for name in ("host", "user"):
        if not (HERE / name).exists():
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(HERE / name))
    (HERE / "authorized").write_text((HERE / "user.pub").read_text())
    kind, key = (HERE / "host.pub").read_text().split()[:2]
    Path("/root/.ssh/known_hosts").write_text(f"[127.0.0.1]:{PORT} {kind} {key}\n")
    alone = "ForceCommand internal-sftp\n" if request.param == "sftp alone" else ""
    (HERE / "config").write_text(CONFIG + alone)
    sshd = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(HERE / "config")], stderr=subprocess.PIPE)
    assert sshd.stderr is not None
    wait_for("sshd", lambda: b"listening on 127.0.0.1" in sshd.stderr.readline(), 60)
    yield request.param
    sshd.terminate()
    sshd.communicate()
    run("find", str(HOME), "-mindepth", "1", "-delete")


def command(disk, **more):
    said = {"host": "127.0.0.1", "port": PORT, "username": "keeper", "identity": HERE / "user", "name": "worker",
            "path": "images/new", "arch": "x86_64", **more}  # fmt: skip
    config = ",".join(f"{name}:{value}" for name, value in said.items())
    return ["condor_elastic", "image", "deliver", str(disk), "-d", "sftp", "--delivery-config", config, "--json"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("server", ["shell", "sftp alone"], indirect=True)
def test_an_interrupted_upload_goes_on(server, tmp_path):
    disk = make_disk(tmp_path / "disk.raw", 16 * MB, MB)
    target = HOME / "images/new/worker-1.0-x86_64.raw"
    target.parent.mkdir(parents=True)
    sha256 = run("sha256sum", str(disk)).stdout[:12]
    part = target.with_name(f".{target.name}.{sha256}.part")
    part.write_bytes(disk.read_bytes()[: 5 * MB])  # as sftp leaves it that was ended in between
    run("chown", "-R", "keeper", str(HOME))

    done = json.loads(run(*command(disk)).stdout)
    assert target.read_bytes() == disk.read_bytes()
    assert "went on after 5.2 MB" in done["remarks"]
    assert ("SHA256" in done["remarks"][0]) == (server == "shell")
    assert {one.name for one in target.parent.iterdir()} == {target.name, f"{target.name}.sha256"}
    assert json.loads(run(*command(disk)).stdout)["existed"]

    other = make_disk(tmp_path / "other.raw", 16 * MB, MB, seed=2)  # as long, and another
    refused = run(*command(other), check=False)
    assert refused.returncode == 1
    assert "is another disk; overwrite:true replaces it" in refused.stderr
    json.loads(run(*command(other, overwrite="true")).stdout)
    assert target.read_bytes() == other.read_bytes()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("server", ["shell"], indirect=True)  # by sftp alone only the length can be compared
def test_what_was_spoiled_on_its_way_is_deleted(server, tmp_path):
    disk = make_disk(tmp_path / "disk.raw", 8 * MB, MB)
    sha256 = run("sha256sum", str(disk)).stdout[:12]
    part = HOME / f"images/new/.worker-1.0-x86_64.raw.{sha256}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(os.urandom(5 * MB))
    run("chown", "-R", "keeper", str(HOME))
    refused = run(*command(disk), check=False)
    assert "is not" in refused.stderr
    assert "was deleted; deliver it again" in refused.stderr
    assert list(part.parent.iterdir()) == []
    assert not json.loads(run(*command(disk)).stdout)["existed"]
