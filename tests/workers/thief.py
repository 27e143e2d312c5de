"""Somebody with an account on a machine of the pool, and with what a worker knows, but no more."""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml
from live.pool import run

HOME = Path("/home/mallory")
CONFIG = """\
RELEASE_DIR = /usr
LIBEXEC = /usr/libexec/condor
LOCAL_CONFIG_DIR =
CONDOR_HOST = cm.elastic.test
COLLECTOR_HOST = cm.elastic.test
SEC_CLIENT_AUTHENTICATION = REQUIRED
SEC_CLIENT_AUTHENTICATION_METHODS = {methods}
SEC_TOKEN_DIRECTORY = {home}/tokens.d
SEC_PASSWORD_FILE = {home}/password
SEC_PASSWORD_DIRECTORY = {home}/passwords.d
"""
PATH = "PATH=/usr/bin:/usr/sbin"
PING = ["READ", "WRITE", "DAEMON", "ADMINISTRATOR", "NEGOTIATOR", "CONFIG", "OWNER", "ADVERTISE_SCHEDD",
        "ADVERTISE_STARTD", "ADVERTISE_MASTER"]  # fmt: skip
AD = 'MyType = "Machine"\nName = "{0}"\nMachine = "{0}"\nMyAddress = "<127.0.0.1:1>"\n'


def secrets(vm: dict[str, object]) -> tuple[str, str]:
    """Give token and retire password of a worker, from the user-data of its VM job."""
    text = Path(str(vm["EC2UserDataFile"])).read_text()
    files = {file["path"]: file["content"].strip() for file in yaml.safe_load(text)["write_files"]}
    return files["/etc/condor/tokens.d/elastic"], files["/etc/condor/passwords.d/POOL"]


class Thief:
    """An unprivileged user with this token, and this password, and nothing else; FS makes him known as himself."""

    made = 0

    def __init__(self, token: str = "", password: str = "", methods: str = "IDTOKENS") -> None:
        run("useradd", "--create-home", "--home-dir", str(HOME), "mallory", check=False)
        Thief.made += 1
        self.home = HOME / str(Thief.made)
        for directory in ("tokens.d", "passwords.d"):
            (self.home / directory).mkdir(parents=True)
        (self.home / "config").write_text(CONFIG.format(methods=methods, home=self.home))
        for name, secret in (("tokens.d/token", token), ("password", password)):
            if secret:
                (self.home / name).write_text(secret)
        run("chown", "-R", "mallory:", str(self.home))
        run("chmod", "-R", "go=", str(self.home))

    def do(self, *command: str, input: str = "") -> subprocess.CompletedProcess[str]:  # noqa: A002
        """Run a command as him."""
        clean = ["runuser", "-u", "mallory", "--", "env", "-i", PATH, f"HOME={HOME}"]
        return run(*clean, f"CONDOR_CONFIG={self.home}/config", *command, check=False, input=input, timeout=60)

    def may(self) -> set[str]:
        """Give what the collector lets him do, by its own word."""
        lines = self.do("condor_ping", "-type", "collector", "-table", *PING).stdout.splitlines()[1:]
        return {line.split()[0] for line in lines if line.split()[4] == "ALLOW"}

    def advertises(self, name: str) -> bool:
        """Tell whether the collector takes a startd's ad from him."""
        return self.do("condor_advertise", "-tcp", "UPDATE_STARTD_AD", "-", input=AD.format(name)).returncode == 0
