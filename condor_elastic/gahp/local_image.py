"""The "image" of a local VM: the configuration that makes a condor_master of its own out of the host's programs."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from condor_elastic.gahp.driver import CloudError
from condor_elastic.gahp.host import config_value
from condor_elastic.gahp.user_data import File

WORKER = Path("/usr/share/condor/elastic/worker.d")
DIRECTORIES = ("etc/condor/config.d", "var/log", "var/spool", "var/execute", "var/lock", "var/run")
SECRETS = ("etc/condor/tokens.d", "etc/condor/passwords.d")
_PROGRAMS = {
    "RELEASE_DIR": "/usr",
    "BIN": "/usr/bin",
    "SBIN": "/usr/sbin",
    "LIBEXEC": "/usr/libexec/condor",
    "LIB": "/usr/lib/condor",
}

_CONFIG = """\
{programs}
LOCAL_DIR = {vm}/var
LOG = $(LOCAL_DIR)/log
SPOOL = $(LOCAL_DIR)/spool
EXECUTE = $(LOCAL_DIR)/execute
LOCK = $(LOCAL_DIR)/lock
RUN = $(LOCAL_DIR)/run
LOCAL_CONFIG_FILE =
REQUIRE_LOCAL_CONFIG_FILE = False
LOCAL_CONFIG_DIR = {config_dirs}
SEC_TOKEN_DIRECTORY = {vm}/etc/condor/tokens.d
SEC_TOKEN_SYSTEM_DIRECTORY = {vm}/etc/condor/tokens.d
SEC_PASSWORD_DIRECTORY = {vm}/etc/condor/passwords.d
SEC_PASSWORD_FILE = {vm}/etc/condor/passwords.d/POOL
DAEMON_LIST = MASTER, STARTD
# As large as the instance type says; a machine of its own would be detected.
NUM_CPUS = {cpus}
MEMORY = {memory}

# What only a VM that shares its host needs:
# Names are made of the host name, which is the same for all.
MASTER_NAME = {name}
STARTD_NAME = {name}
# Jobs must not take the user names and the files of the host for those of the submit machine.
UID_DOMAIN = {name}.local
FILESYSTEM_DOMAIN = {name}.local
# As behind NAT: nobody is on the VM's network, so whoever wants it must go through the collector (CCB).
PRIVATE_NETWORK_NAME = {name}
# The port of the host's daemons is theirs.
USE_SHARED_PORT = False
# A collector on this host would be taken for family, and it says "Server rejected our session id".
SEC_USE_FAMILY_SESSION = False
# Benchmarks of many VMs at once would measure one another.
RUNBENCHMARKS = False
"""


SILENT = "silent"
"""The image of a VM that runs and never joins a pool, as one whose boot hangs."""
SAYS_NOTHING = """\
LOCAL_CONFIG_DIR =
COLLECTOR_HOST = 127.0.0.1:1
DAEMON_LIST = MASTER
"""


@dataclass(frozen=True)
class Size:
    """An instance type; memory is in MB."""

    cpus: int
    memory: int


def parse_size(instance_type: str | None) -> Size:
    """Return the size that an instance type like "2x2048" means: two cores, 2048 MB.  Raises CloudError."""
    found = re.fullmatch(r"([1-9][0-9]{0,4})x([1-9][0-9]{0,8})", instance_type or "", re.ASCII)
    if not found:
        raise CloudError(
            "InvalidParameterValue", f"instance type {instance_type}: want <cores>x<memory in MB>, like 2x2048"
        )
    return Size(int(found.group(1)), int(found.group(2)))


def find_image(image: str, default: Path = WORKER) -> Path | None:
    """Return the directory of configuration files that an image name means, None when the default one is missing.

    Raises CloudError.
    """
    if image == SILENT:
        return None
    if image == "worker":
        return default if default.is_dir() else None
    if not image.startswith("/"):
        raise CloudError("InvalidAMIID.Malformed", f'image {image}: want "worker" or the absolute path of a directory')
    if not Path(image).is_dir():
        raise CloudError("InvalidAMIID.NotFound", f"image {image}: there is no such directory")
    return Path(image)


@functools.cache
def host_programs() -> Mapping[str, str]:
    """Return where the host's HTCondor is, by the names of its configuration."""
    return {name: config_value(name, default) for name, default in _PROGRAMS.items()}


def configuration(vm: Path, name: str, size: Size, image: Path | None, programs: Mapping[str, str]) -> str:
    """Return the text of condor_config; what is in the image, and then in the user data, overrides it."""
    return _CONFIG.format(
        programs="\n".join(f"{key} = {value}" for key, value in programs.items()),
        vm=vm,
        name=name,
        cpus=size.cpus,
        memory=size.memory,
        config_dirs=", ".join(str(path) for path in (image, vm / "etc/condor/config.d") if path is not None),
    )


def lay_down(vm: Path, config: str, files: Iterable[File]) -> None:
    """Write the image and the files of the user data below the VM's directory, its root.  Raises OSError."""
    for directory in DIRECTORIES:
        (vm / directory).mkdir(parents=True, exist_ok=True)
    for directory in SECRETS:
        (vm / directory).mkdir(mode=0o700, parents=True, exist_ok=True)
    (vm / "etc/condor/condor_config").write_text(config, encoding="utf-8")
    for file in files:
        _write(vm / file.path, file)


def _write(path: Path, file: File) -> None:
    """Private from the first byte on; the final mode comes last."""
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | (os.O_APPEND if file.append else os.O_TRUNC)
    with open(os.open(path, flags, 0o600), "wb") as handle:
        handle.write(file.content)
    path.chmod(file.mode)
