"""No image has a secret: what a system made for itself is removed, the rest is searched."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys

import pytest
from definitions import DEBIAN

from condor_elastic.builder import search, write
from condor_elastic.builder.recipe import recipe

KEY = b"-----BEGIN %sPRIVATE KEY-----\n" + base64.encodebytes(bytes(range(200))) + b"-----END PRIVATE KEY-----\n"
WORDS = [base64.urlsafe_b64encode(text).decode().rstrip("=") for text in (b'{"alg":"HS256","kid":"POOL"}',
         b'{"iat":1700000000,"iss":"pool.example","sub":"condor"}', bytes(range(32)))]  # fmt: skip
TOKEN = ".".join(WORDS).encode()
SHADOW = "root:*:20000:0:99999:7:::\ncondor:!:20000::::::\n"


def md5(text):
    return hashlib.md5(text, usedforsecurity=False).hexdigest()


def lay(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("root/.ssh/id_rsa", KEY % b"RSA ", "a private key"),
        ("etc/pki/tls/private/host.pem", b"certificate\n" + KEY % b"", "a private key"),
        ("srv/key", KEY % b"OPENSSH ", "a private key"),
        ("tmp.img", bytes(search.PIECE - 40) + KEY % b"EC ", "a private key"),
        ("srv/gpg", b"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 2\n\n" + b"A" * 64, "a private key"),
        ("opt/a/config.py", b'token = "' + TOKEN + b'"\n', "a token"),
        ("etc/condor/tokens.d/worker", b"x", "a token or password of HTCondor's"),
        ("etc/condor/passwords.d/POOL", b"x", "a token or password of HTCondor's"),
        ("etc/condor/password_file", b"x", "a token or password of HTCondor's, by its name"),
        ("root/.aws/credentials", b"[default]\n", "a secret, by its name"),
        ("home/alice/.netrc", b"machine a\n", "a secret, by its name"),
        ("etc/openstack/clouds.yaml", b"clouds:\n", "a secret, by its name"),
        ("srv/env", b"export AWS_SECRET_ACCESS_KEY=" + b"a" * 40 + b"\n", "a secret access key of AWS"),
        ("etc/machine-id", b"0123456789abcdef" * 2, "the id of a machine"),
    ],
)
def test_a_secret_is_found_with_its_path(tmp_path, path, text, what):
    lay(tmp_path, {"etc/shadow": SHADOW, path: text})
    assert search.found(tmp_path) == [f"/{path}: {what}"]


def test_where_htcondor_itself_says_that_its_secrets_are_they_are_found(tmp_path):
    lay(tmp_path, {"etc/condor/config.d/50-cloud": "SEC_PASSWORD_FILE = /opt/pool\n", "opt/pool": b"\x01\x02"})
    assert search.found(tmp_path) == ["/opt/pool: a secret of HTCondor's, as /etc/condor/config.d/50-cloud says"]


def test_what_is_no_secret_is_not_taken_for_one(tmp_path):
    lay(tmp_path, {
        "usr/lib/libssl.so": b"\0-----BEGIN RSA PRIVATE KEY-----\0-----BEGIN PRIVATE KEY-----\0" * 9,
        "etc/ssh/moduli": "x", "etc/condor/config.d/00-minicondor": "SEC_PASSWORD_FILE = $(X)\n",
        "etc/condor/tokens.d/empty": "", "etc/machine-id": "", "etc/shadow": SHADOW,
        "srv/authorized_keys": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI alice\n", "srv/jwt": TOKEN.rpartition(b".")[0],
    })  # fmt: skip
    assert search.found(tmp_path) == []


def test_what_a_package_shows_to_all_is_no_secret_unless_somebody_has_changed_it(tmp_path):
    example = b"As in " + TOKEN
    sums = f"{md5(example)}  usr/share/jwt/METADATA\n{md5(TOKEN)}  etc/jwt\n"
    lay(tmp_path, {"usr/share/jwt/METADATA": example, "var/lib/dpkg/info/jwt.md5sums": sums, "etc/shadow": SHADOW})
    assert search.found(tmp_path) == []
    lay(tmp_path, {"usr/share/jwt/METADATA": example + b"\n", "etc/jwt": TOKEN})
    assert search.found(tmp_path) == ["/etc/jwt: a token", "/usr/share/jwt/METADATA: a token"]


def test_byte_code_is_judged_by_its_source(tmp_path):
    code, source = "usr/lib/python3/a/__pycache__/b.cpython-311.pyc", "usr/lib/python3/a/b.py"
    lay(tmp_path, {code: b"\0" + TOKEN, source: TOKEN, "var/lib/dpkg/info/a.md5sums": f"{md5(TOKEN)}  {source}\n"})
    assert search.found(tmp_path) == []
    (tmp_path / source).write_bytes(b"# changed\n" + TOKEN)
    assert search.found(tmp_path) == [f"/{code}: a token", f"/{source}: a token"]
    (tmp_path / source).unlink()
    assert search.found(tmp_path) == [f"/{code}: a token"]


@pytest.mark.parametrize(
    ("shadow", "allowed", "said"),
    [("root::1::", False, ["/etc/shadow: root has an empty password"]),
     ("root:$y$abc:1::", False, ["/etc/shadow: root has a password"]), ("root:$y$abc:1::", True, []),
     ("a:$y$abc:1::", True, ["/etc/shadow: a has a password"]), (SHADOW, False, [])],
)  # fmt: skip
def test_nobody_has_a_password_but_root_if_the_definition_says_one(tmp_path, shadow, allowed, said):
    lay(tmp_path, {"etc/shadow": shadow})
    assert search.found(tmp_path, password=allowed) == said


def test_what_a_system_made_for_itself_goes(tmp_path):
    own = ("etc/ssh/ssh_host_rsa_key", "etc/ssh/ssh_host_rsa_key.pub", "var/lib/systemd/random-seed", "etc/hostname",
           "var/lib/cloud/instances/i-1/user-data.txt", "var/lib/dbus/machine-id", "root/.bash_history",
           "var/tmp/x", "tmp/x", "efi/loader/random-seed")  # fmt: skip
    lay(tmp_path, {**dict.fromkeys(own, "x"), "etc/machine-id": "a" * 32, "etc/ssh/sshd_config": "y",
                   "var/log/apt/term": "z", "var/log/deep/messages": "said"})  # fmt: skip
    search.clean(tmp_path)
    left = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"etc/machine-id": "", "etc/ssh/sshd_config": "y", "var/log/deep/messages": ""}
    assert search.found(tmp_path) == []


@pytest.mark.parametrize("bad", [False, True])
def test_the_last_script_of_a_build_fails_with_the_paths(ordered, tmp_path, bad):
    source, root = tmp_path / "recipe", tmp_path / "root"
    write(recipe(ordered(DEBIAN)), source)
    lay(root, {"etc/shadow": SHADOW, "etc/ssh/ssh_host_rsa_key": KEY % b"", **({"srv/key": KEY % b""} if bad else {})})
    done = subprocess.run([source / "mkosi.finalize"], check=False, capture_output=True, text=True,
                          env={**os.environ, "SRCDIR": str(source), "BUILDROOT": str(root)})  # fmt: skip
    said = "SECRET /srv/key: a private key\n" if bad else ""
    assert (done.returncode, done.stdout, done.stderr) == (int(bad), said, "")


def test_it_stands_alone():
    command = [sys.executable, "-I", "-S", search.__file__, "/nonexistent"]
    done = subprocess.run(command, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
