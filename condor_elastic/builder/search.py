"""Make an image like any other of its kind, and find what must be in none: python3 search.py ROOT [--password].

The last script of a build (mkosi.finalize); it stands alone, as it runs where nothing of ours is installed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ITS_OWN = (
    "etc/ssh/ssh_host_*", "etc/hostname", "var/lib/dbus/machine-id", "var/lib/systemd/random-seed",
    "var/lib/systemd/credential.secret", "var/lib/cloud/*", "var/lib/dhcp/*", "var/lib/NetworkManager/*",
    "var/log/*.log", "var/log/apt/*", "var/cache/debconf/*-old", "root/.bash_history", "root/.wget-hsts", "run/*",
    "tmp/*", "var/tmp/*", "boot/efi/loader/random-seed", "efi/loader/random-seed",
)  # fmt: skip
"""What each VM makes for itself when it starts, or nobody needs."""
KEY = re.compile(
    rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\s+(?:[A-Za-z-]+: [^\r\n]*\r?\n)*\s*[A-Za-z0-9+/=]{32,}"
)
JWT = re.compile(rb"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{12,}\.eyJ[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{32,}")
"""HTCondor's tokens, and others of their kind: a header, claims and a signature."""
AWS = re.compile(rb"(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY)\W{1,4}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])")
CONTENTS = (
    ((b"PRIVATE KEY",), KEY, "a private key"),
    ((b".eyJ",), JWT, "a token"),
    ((b"aws_secret", b"AWS_SECRET"), AWS, "a secret access key of AWS"),
)
"""Each with bytes that it cannot be without: to look for those first is ten times as fast."""
CONDOR_DIRECTORIES = ("etc/condor/tokens.d", "etc/condor/passwords.d", "root/.condor/tokens.d")
CONDOR_NAMES = re.compile(r"(?i)pool|.*passw(?:or)?d.*|.*\.token")
KNOBS = re.compile(
    r"^\s*(?:SEC_PASSWORD_FILE|SEC_TOKEN_POOL_SIGNING_KEY_FILE|SEC_TOKEN_FILE|SEC_CREDENTIAL_STORECRED_DIR)\s*[=:]\s*(/\S+)",
    re.IGNORECASE | re.MULTILINE,
)
PRIVATE = re.compile(r"(?:home/[^/]+|root)/(?:\.aws/credentials|\.netrc|\.git-credentials|\.pgpass)"
                     r"|(?:.*/)?clouds\.yaml|etc/ssh/ssh_host_.*_key"
                     r"|var/lib/systemd/(?:random-seed|credential\.secret)")  # fmt: skip
BYTE_CODE = re.compile(r"(.*)/__pycache__/([^/.]+)\.cpython-\d+(?:\.opt-\d)?\.pyc")
BY_CONTENT = [what for _, _, what in CONTENTS]
PIECE, OVERLAP = 8 << 20, 1 << 16
"""Files are searched in pieces of so many bytes, each with the last of the one before."""


def clean(root: Path) -> None:
    """Take away what is this system's own; an empty machine-id makes systemd give each VM one of its own."""
    for pattern in ITS_OWN:
        for path in root.glob(pattern):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path in (root / "var/log").rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.write_bytes(b"")
    machine_id = root / "etc/machine-id"
    if machine_id.parent.is_dir():
        machine_id.unlink(missing_ok=True)
        machine_id.touch(0o444)


def found(root: Path, *, password: bool = False) -> list[str]:
    """Say what secrets are below a root directory, each with its path in the image; password: root may have one."""
    told = {}
    named = dict(_named_by_condor(root))
    for path, inside in _files(root):
        what = named.get(inside) or _by_place(inside) or _by_content(path)
        if what in BY_CONTENT and inside.startswith("usr/") and _published(root, path, inside):
            continue
        if what and path.stat().st_size:
            told[inside] = f"/{inside}: {what}"
    machine_id = root / "etc/machine-id"
    if machine_id.is_file() and re.fullmatch(r"[0-9a-f]{32}", machine_id.read_text().strip()):
        told["etc/machine-id"] = "/etc/machine-id: the id of a machine"
    return [told[inside] for inside in sorted(told)] + list(_passwords(root, {"root"} if password else set()))


def _files(root: Path) -> Iterator[tuple[Path, str]]:
    for directory, _, names in os.walk(root):
        for name in names:
            path = Path(directory, name)
            if path.is_file() and not path.is_symlink():
                yield path, str(path.relative_to(root))


def _named_by_condor(root: Path) -> Iterator[tuple[str, str]]:
    """Look where HTCondor's own configuration says that its secrets are."""
    for path, inside in _files(root / "etc/condor"):
        for file in KNOBS.findall(path.read_text(errors="replace")):
            yield file.lstrip("/"), f"a secret of HTCondor's, as /etc/condor/{inside} says"


def _by_place(inside: str) -> str:
    directory, name = os.path.split(inside)
    if directory in CONDOR_DIRECTORIES:
        return "a token or password of HTCondor's"
    if directory.startswith("etc/condor") and CONDOR_NAMES.fullmatch(name):
        return "a token or password of HTCondor's, by its name"
    return "a secret, by its name" if PRIVATE.fullmatch(inside) else ""


def _by_content(path: Path) -> str:
    before = b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            text = before + piece
            for hints, pattern, what in CONTENTS:
                if any(hint in text for hint in hints) and pattern.search(text):
                    return what
            before = text[-OVERLAP:]
    return ""


def _published(root: Path, path: Path, inside: str) -> bool:
    """Tell whether a file is as its package has it: examples in manuals and keys for self-tests are known to all.

    Of Python's byte code, which is made when a package is installed, the source counts.
    """
    made = BYTE_CODE.fullmatch(inside)
    if made:
        inside = f"{made[1]}/{made[2]}.py"
        path = root / inside
        if not path.is_file():
            return False
    said = f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  "
    names = {said + inside, said + inside.removeprefix("usr/")}
    for sums in (root / "var/lib/dpkg/info").glob("*.md5sums"):
        if names & {*sums.read_text(errors="replace").splitlines()}:
            return True
    if not shutil.which("rpm") or not any((root / place).is_dir() for place in ("usr/lib/sysimage/rpm", "var/lib/rpm")):
        return False
    rpm = ["rpm", "--root", str(root), "--nodeps"]
    owned = subprocess.run([*rpm, "-qf", f"/{inside}"], capture_output=True, check=False).returncode == 0
    wrong = subprocess.run([*rpm, "-Vf", f"/{inside}"], capture_output=True, text=True, check=False).stdout
    return owned and f" /{inside}\n" not in wrong


def _passwords(root: Path, allowed: set[str]) -> Iterator[str]:
    shadow = root / "etc/shadow"
    for line in shadow.read_text().splitlines() if shadow.is_file() else ():
        user, word, *_ = [*line.split(":"), ""]
        if user not in allowed and not word.startswith(("*", "!")):
            yield f"/etc/shadow: {user} has {'a password' if word else 'an empty password'}"


def main() -> int:
    """Clean the root directory, then search it."""
    root = Path(sys.argv[1])
    clean(root)
    secrets = found(root, password="--password" in sys.argv)
    for line in secrets:
        print(f"SECRET {line}", flush=True)
    return 1 if secrets else 0


if __name__ == "__main__":
    sys.exit(main())
