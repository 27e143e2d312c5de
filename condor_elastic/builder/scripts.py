"""What runs in the image while it is built: files that are fetched, post commands, and what makes a VM of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from shlex import quote

from condor_elastic.appliance.files import Fetched
from condor_elastic.appliance.stated import Stated
from condor_elastic.builder.systems import DEB, Base

HEAD = """\
#!/bin/sh
set -u
export HOME=/root DEBIAN_FRONTEND=noninteractive
run() { # WHERE WORDS COMMAND ...
  where=$1 words=$2; shift 2
  printf '‣  %s: %s\\n' "$where" "$words"
  ( "$@" ); status=$?
  [ $status -eq 0 ] && return
  printf 'POST-FAILED %s: %s: exit status %s\\n' "$where" "$words" $status
  exit 1
}
"""
FAILED, SECRET = "POST-FAILED ", "SECRET "
"""How the scripts begin the lines that say why a build has failed."""
NETWORK = {
    DEB: ["systemd-networkd.service", "systemd-resolved.service"],
    "rpm": ["NetworkManager.service"],
}
DHCP = "# Where nothing else says how (cloud-init does).\n[Match]\nType=ether\n\n[Network]\nDHCP=yes\n"
BUILD_ONLY = "etc/condor/config.d/00-image-build.conf"
WITHOUT_NAMES = "NO_DNS = True\nDEFAULT_DOMAIN_NAME = build.invalid\nNETWORK_INTERFACE = 127.0.0.1\n"
"""Where no name server answers, HTCondor's installation waits two minutes for the name of this machine."""
FINALIZE = '#!/bin/sh\nexec python3 "$SRCDIR/search.py" "$BUILDROOT"{password}\n'


def post_install(base: Base, fetched: Iterable[Fetched], lines: Iterable[tuple[str, Sequence[Stated[str]]]]) -> str:
    """Write the script that runs in the image: what is fetched, then the commands under post, each in its own shell.

    lines are those of base, then those of the platform.  The first that fails fails the build, and is told.
    """
    text = HEAD + f"rm -f /{BUILD_ONLY}\n"
    for unit in NETWORK[base.family]:
        text += f"systemctl enable --quiet {unit} || exit 1\n"
    for file in fetched:
        command = f"mkdir -p {quote(file.directory)} && cd {quote(file.directory)} && curl -fsSLO {quote(file.address)}"
        text += f"run files {quote(file.address)} /bin/sh -c {quote(command)}\n"
    for name, posts in lines:
        for post in posts:
            text += f"run post.{name} {quote(post.value)} /bin/sh -c {quote(post.value)}\n"
    return text


def finalize(*, password: bool) -> str:
    """Write the last script of a build, which searches the image; see search.py."""
    return FINALIZE.format(password=" --password" if password else "")
