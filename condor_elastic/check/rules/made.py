"""What condor_elastic setup makes: the user, the directories, the retire key."""

from __future__ import annotations

from collections.abc import Iterator

from condor_elastic.check.finding import Finding, told
from condor_elastic.check.rules.access import can_read, strangers
from condor_elastic.check.site import File, Site, User
from condor_elastic.knobs.directories import directories
from condor_elastic.model import Unknown

SETUP = "condor_elastic setup"


def user(site: Site) -> Iterator[Finding]:
    """Find a user that the operating system does not know."""
    if site.settings.pool.user not in site.users:
        yield Finding(
            "user-missing",
            told("ELASTIC_USER", site.macros),
            f"there is no user {site.settings.pool.user}, who owns pilots and VM jobs",
            "a system user",
            run=SETUP,
        )


def places(site: Site) -> Iterator[Finding]:
    """Find directories that are not as setup makes them."""
    for path, owner, group, mode in directories(site.settings.pool):
        file = site.files.get(path)
        if isinstance(file, Unknown) or (isinstance(file, File) and file.has_acl):
            continue
        right = f"{owner}:{group} {mode:o}"
        if file is None or not file.is_directory:
            yield Finding("directory", path, "there is no such directory", right, run=SETUP)
        elif (file.inode.owner, file.inode.group, file.inode.mode) != (owner, group, mode):
            yield Finding(
                "directory", path, f"it is {file.inode.owner}:{file.inode.group} {file.inode.mode:o}", right, run=SETUP
            )


def key(site: Site) -> Iterator[Finding]:
    """Find a retire key that is missing, or not condor's alone."""
    path = site.settings.pool.retire_key
    file, condor = site.files.get(path), site.users.get("condor")
    what = told("ELASTIC_RETIRE_KEY", site.macros) if "ELASTIC_RETIRE_KEY" in site.macros else path
    if isinstance(file, Unknown):
        return
    if file is None:
        yield Finding(
            "retire-key",
            what,
            f"{path} does not exist, so no worker can be launched or retired",
            "a secret that condor alone can read",
            run=SETUP,
        )
    elif not file.size:
        yield Finding(
            "retire-key",
            what,
            f"{path} is empty: anybody can derive the workers' passwords",
            "a secret",
            run=f"rm {path} && {SETUP}",
        )
    elif condor and (seen := _wrong(condor, file)):
        yield Finding(
            "retire-key",
            what,
            f"{path}: {seen}",
            "condor:condor 600",
            run=f"chown condor:condor {path} && chmod 600 {path}",
        )


def _wrong(condor: User, file: File) -> str:
    other = strangers(file, [condor])
    return f"{other} can read it" if other else "" if can_read(condor, file) else "condor cannot read it"


ALL = (user, places, key)
