"""The programs that build: the machine's own where they are young enough, else a tree of Debian 13's, made once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from condor_elastic.builder.parts import BuildFailed, Say
from condor_elastic.builder.process import run

OLDEST = 25
"""The first mkosi that takes what we write."""
SUITE = "trixie"
PACKAGES = ("mkosi", "python3", "systemd-repart", "udev", "kmod", "cpio", "zstd", "xz-utils", "ca-certificates",
            "e2fsprogs", "dosfstools", "mtools", "qemu-utils", "grub-common", "grub-pc-bin",
            "debian-archive-keyring")  # fmt: skip
MORE = {"rpm": ("createrepo-c", "dnf", "rpm", "distribution-gpg-keys", "xfsprogs"), "deb": ("reprepro",)}
"""What a family of systems needs beside that."""
PROGRAMS = ("mkosi", "systemd-repart", "qemu-img", "mkfs.ext4", "mcopy")
ROOT = ("unshare", "--mount", "--propagation", "slave", "--pid", "--fork", "--kill-child=KILL")
NOT_ROOT = (*ROOT, "--map-root-user", "--map-auto")
"""Who is not root is root in a namespace of user ids of his own, a range of which /etc/subuid must give him."""
ENTER = """\
set -eu
tree=$1; count=$2; shift 2
mount --rbind "$tree" "$tree"
mount -t proc proc "$tree/proc"
mount --rbind /dev "$tree/dev"; mount --rbind /sys "$tree/sys"; mount -t tmpfs tmpfs "$tree/run"
for name in resolv.conf hosts; do
  if [ -e /etc/$name ]; then touch "$tree/etc/$name"; mount --bind "$(realpath /etc/$name)" "$tree/etc/$name"; fi
done
while [ "$count" -gt 0 ]; do
  mkdir -p "$tree$1"; mount --rbind "$1" "$tree$1"; shift; count=$((count - 1))
done
here=$PWD
cd "$tree"; pivot_root . .; umount -l .
cd "$here"
exec env HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
"""
"""mkosi's sandbox needs a real root directory (pivot_root); what is mounted vanishes with the last process."""


@dataclass(frozen=True)
class Tools:
    """Where the programs are: in a tree, or on this machine if there is none."""

    tree: Path | None = None

    def command(self, directory: Path, words: Sequence[str], seen: Sequence[Path] = ()) -> list[str]:
        """Give the command that runs these words in a directory, which it sees at its own path, as it does seen."""
        enter = [*(ROOT if os.geteuid() == 0 else NOT_ROOT), "sh", "-c"]
        if self.tree is None:
            return [*enter[:-2], "--mount-proc", "sh", "-c", 'cd "$0"; exec "$@"', str(directory), *words]
        places = [str(place) for place in (directory, *seen)]
        script = 'cd "$0"; ' + ENTER
        return [*enter, script, str(directory), str(self.tree), str(len(places)), *places, *words]

    def sources(self) -> tuple[str, ...]:
        """Give the addresses of Debian's archive that the tree itself came from; none without a tree."""
        file = self.tree / "etc/apt/sources.list" if self.tree else None
        found = re.findall(r"^deb \S*?(\w+://\S+)", file.read_text(), re.MULTILINE) if file and file.exists() else []
        return tuple(dict.fromkeys(found))


def find_tools(family: str, say: Say) -> Tools:
    """Give the tools for a family of systems, deb or rpm; makes their tree if need be.  Raises BuildFailed."""
    if _young(_version()) and all(shutil.which(name, path=_path()) for name in PROGRAMS):
        return Tools()
    packages = [*PACKAGES, *MORE[family]]
    key = hashlib.sha256(" ".join([SUITE, *packages]).encode()).hexdigest()[:12]
    tree = cache() / f"image-tools-{family}-{key}"
    with locked(tree):
        if not (tree / ".complete").exists():
            _make(tree, packages, say)
    return Tools(tree)


def cache() -> Path:
    """Give the directory of what is made once; XDG_CACHE_HOME says where."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    made = Path(base, "condor-elastic")
    made.mkdir(parents=True, exist_ok=True)
    return made


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep others from making the same at the same time."""
    with open(f"{path}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def remove(path: Path) -> None:
    """Delete what a build made, whose files may have other owners than we are."""
    if path.exists():
        command = Tools().command(path.parent, ["rm", "-rf", "--one-file-system", str(path)])
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def _make(tree: Path, packages: Sequence[str], say: Say) -> None:
    if not shutil.which("mmdebstrap"):
        raise BuildFailed(f"neither mkosi {OLDEST} or later with {', '.join(PROGRAMS[1:])} is installed here, nor "
                          "mmdebstrap, which would make a tree that has them")  # fmt: skip
    say(f"making a tree of tools in {tree} (once)")
    new, log = tree.with_name(tree.name + ".new"), tree.with_name(tree.name + ".log")
    remove(new)
    new.mkdir()
    log.unlink(missing_ok=True)
    archive = new / "tools.tar"
    make = ["env", f"TMPDIR={new}", "mmdebstrap", "--quiet", "--variant=apt", f"--include={','.join(packages)}", SUITE,
            str(archive)]  # fmt: skip
    # What is not root has namespaces of mmdebstrap's own; root has ours, so that its mounts go with it.
    run(Tools().command(new, make) if os.geteuid() == 0 else make, log, say)
    unpack = ["tar", "-x", "--numeric-owner", "--exclude=./dev/*", "-f", archive.name]
    run(Tools().command(new, unpack), log, say)
    archive.unlink()
    remove(tree)
    (new / ".complete").touch()
    new.rename(tree)


def _version() -> str:
    if not shutil.which("mkosi"):
        return ""
    return subprocess.run(["mkosi", "--version"], capture_output=True, text=True, check=False).stdout


def _young(said: str) -> bool:
    number = re.search(r"mkosi (\d+)", said)
    return number is not None and int(number[1]) >= OLDEST


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
