"""Delivery by sftp: OpenSSH's own client, with its keys, agent and known hosts; an interrupted upload goes on.

What is sent has another name until it is whole, with the disk's checksum in it: so what goes on is the same disk.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import SplitResult, unquote

from condor_elastic.delivery.disk import Disk
from condor_elastic.delivery.local import file_name
from condor_elastic.delivery.origin import SHORT, Origin
from condor_elastic.delivery.progress import Progress
from condor_elastic.delivery.result import Delivered
from condor_elastic.delivery.wrong import Undelivered

_STRANGE = re.compile(r"[\n\"\\*?\[\]]")


def settings_of(where: SplitResult, directory: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings that an sftp:// address means; permissions and overwrite are those of another method."""
    return {
        "host": where.hostname or "", "port": where.port or 22, "username": unquote(where.username or ""),
        "path": directory, "identity": "", "i": "", "overwrite": settings["overwrite"],
        "default_permissions": settings["default_permissions"],
    }  # fmt: skip


def deliver(disk: Disk, origin: Origin, settings: Mapping[str, Any], progress: Progress) -> Delivered:
    """Upload the disk to path on host.  Raises Undelivered."""
    account = _Account(settings)
    target = PurePosixPath(settings["path"]) / file_name(disk, origin)
    if _STRANGE.search(f"{target}{disk.path}"):
        raise Undelivered(f"{target} or {disk.path} has a character that sftp takes for something else")
    if account.size(target) is not None:
        checked = account.check(target, disk, note=True)
        if checked:
            return _told(account, target, disk, checked, existed=True)
        if not settings["overwrite"]:
            raise Undelivered(f"{account.url(target)} is there, and is another disk; overwrite:true replaces it")
    part = target.with_name(f".{target.name}.{disk.sha256[:SHORT]}.part")
    begun = account.size(part) or 0
    with progress(f"upload to {settings['host']}", disk.length) as advance:
        advance(min(begun, disk.length))
        if begun < disk.length:
            account.make(target.parent)
            account.run([f'{"reput" if begun else "put"} "{disk.path}" "{part}"'])
        advance(disk.length - min(begun, disk.length))
    disk.must_be_unchanged()
    checked = account.check(part, disk)
    if not checked:
        account.run([f'-rm "{part}"'])
        raise Undelivered(f"what came to {account.url(part)} is not {disk.path}, and was deleted; deliver it again")
    account.finish(part, target, settings["default_permissions"], disk)
    resumed = (f"went on after {begun / 1e6:.1f} MB",) if begun else ()
    return _told(account, target, disk, checked, *resumed, existed=False)


def _told(account: _Account, target: PurePosixPath, disk: Disk, *remarks: str, existed: bool) -> Delivered:
    return Delivered("sftp", account.url(target), target.name, disk.sha256, existed, remarks=remarks)


class _Account:
    """Runs OpenSSH's programs for one user of one host; each without questions, as nobody may be there."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        user = settings["username"]
        self._to = f"{user}@{settings['host']}" if user else str(settings["host"])
        self._port = str(settings["port"])
        identity = settings["identity"] or settings["i"]
        self._options = ["-o", "BatchMode=yes", "-o", f"Port={self._port}", *(["-i", identity] if identity else [])]

    def url(self, path: PurePosixPath) -> str:
        """Give the address of a path."""
        port = "" if self._port == "22" else f":{self._port}"
        return f"sftp://{self._to}{port}{path if path.is_absolute() else f'/~/{path}'}"

    def run(self, commands: Sequence[str]) -> str:
        """Run sftp's commands, and give what it says; one that begins with - may fail.  Raises Undelivered."""
        done = self._ssh(["sftp", *self._options, "-b", "-", self._to], "\n".join(commands) + "\n")
        if done.returncode:
            said = " ".join(done.stderr.split()) or f"exit status {done.returncode}"
            raise Undelivered(f"sftp {self._to}: {said[-300:]}; the same command goes on from there")
        return done.stdout + done.stderr

    def size(self, path: PurePosixPath) -> int | None:
        """Give the length of a file in bytes; None where there is none."""
        said = self.run([f'-ls -ln "{path}"'])
        found = re.search(r"^-\S+\s+\S+\s+\S+\s+\S+\s+(\d+)\s", said, re.MULTILINE)
        return int(found.group(1)) if found else None

    def make(self, directory: PurePosixPath) -> None:
        """Make a directory and those above it."""
        self.run([f'-mkdir "{one}"' for one in [*reversed(directory.parents), directory]
                  if str(one) not in ("/", ".")])  # fmt: skip

    def check(self, path: PurePosixPath, disk: Disk, *, note: bool = False) -> str:
        """Say how a file was found to be the disk; empty if it is not.

        By sha256sum on the host; where only sftp is allowed there, by its length, and by the note beside it if it has
        one.
        """
        if self.size(path) != disk.length:
            return ""
        done = self._ssh(["ssh", *self._options, self._to, "sha256sum", "--", f"'{path}'"], "")
        found = re.search(r"^\\?([0-9a-f]{64})\s", done.stdout)
        if found:
            return "its SHA256 was compared on the host" if found.group(1) == disk.sha256 else ""
        if note and self._note(path) != disk.sha256:
            return ""
        return "its length was compared; the host has no sha256sum for us"

    def _note(self, path: PurePosixPath) -> str:
        """Read the checksum that a delivery has written beside a file."""
        with tempfile.TemporaryDirectory() as here:
            note = Path(here) / "sha256"
            self.run([f'-get "{path}.sha256" "{note}"'])
            return note.read_text(errors="replace")[:64] if note.exists() else ""

    def finish(self, part: PurePosixPath, target: PurePosixPath, permissions: int, disk: Disk) -> None:
        """Give the file its name, and write what sha256sum -c reads beside it."""
        with tempfile.TemporaryDirectory() as here:
            note = Path(here) / "sha256"
            note.write_text(f"{disk.sha256}  {target.name}\n")
            # Servers without OpenSSH's posix-rename do not rename upon a file that is there.
            self.run([f'chmod {permissions:o} "{part}"', f'-rm "{target}.sha256"', f'-rm "{target}"',
                      f'rename "{part}" "{target}"', f'put "{note}" "{target}.sha256"'])  # fmt: skip

    @staticmethod
    def _ssh(command: Sequence[str], said: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(command, input=said, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise Undelivered(f"{command[0]} is not here (package openssh-client, openssh-clients)") from None
