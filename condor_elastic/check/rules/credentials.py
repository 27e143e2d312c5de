"""Files with credentials: there, readable by who needs them, and by nobody else."""

from __future__ import annotations

from collections.abc import Iterator

from condor_elastic.check.finding import Finding
from condor_elastic.check.needed import CONDOR, Needed, credentials
from condor_elastic.check.rules.access import barrier, can_read, strangers
from condor_elastic.check.site import File, Site
from condor_elastic.model import Unknown


def all_credentials(site: Site) -> Iterator[Finding]:
    """Look at each file once."""
    seen: set[Needed] = set()
    for needed in credentials(site.settings):
        if needed not in seen and not isinstance(site.files.get(needed.path), Unknown):
            seen.add(needed)
            yield from _one(site, needed)


def _one(site: Site, needed: Needed) -> Iterator[Finding]:
    what, file = f"{needed.what} = {needed.path}", site.files.get(needed.path)
    readers = [site.users[name] for name in needed.readers if name in site.users]
    if not isinstance(file, File) or file.is_directory:
        yield Finding(
            "credential-missing",
            what,
            "there is no such file" if file is None else "that is a directory",
            f"the file of the credential, readable by {' and '.join(needed.readers)}",
            run=f"install {_owner(needed)} -m {_mode(needed)} FILE {needed.path}",
        )
        return
    if len(readers) < len(needed.readers):  # who is not there yet can own nothing
        return
    blind = [user.name for user in readers if not can_read(user, file)]
    change = f"chown {_chown(needed)} {needed.path} && chmod {_mode(needed)} {needed.path}"
    if blind:
        closed = next((place for user in readers if (place := barrier(user, file))), "")
        seen = f"{' and '.join(blind)} cannot {f'enter {closed}' if closed else f'read it ({_whose(file)})'}"
        yield Finding(
            "credential-unreadable",
            what,
            seen,
            f"readable by {' and '.join(needed.readers)}",
            run=f"chmod a+x {closed}" if closed else change,
        )
    other = strangers(file, [*readers, *(site.users[name] for name in (CONDOR,) if name in site.users)])
    if other:
        yield Finding(
            "credential-open",
            what,
            f"{other} can read it ({_whose(file)})",
            f"readable by {' and '.join(needed.readers)} alone",
            run=change,
        )


def _whose(file: File) -> str:
    return f"{file.inode.owner}:{file.inode.group} {file.inode.mode:o}"


def _chown(needed: Needed) -> str:
    return f"{needed.readers[-1]}:{needed.readers[0]}"


def _owner(needed: Needed) -> str:
    owner, group = _chown(needed).split(":")
    return f"-o {owner} -g {group}"


def _mode(needed: Needed) -> str:
    return "600" if len(needed.readers) == 1 else "640"


ALL = (all_credentials,)
