"""Who can read a file, by its mode and those of the directories above it; pure."""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.check.site import File, Inode, User

READ, SEARCH = 4, 1


def may(user: User, inode: Inode, bit: int) -> bool:
    """Tell whether the mode lets a user do this; root always may."""
    if user.uid == 0:
        return True
    shift = 6 if user.uid == inode.uid else 3 if inode.gid in user.groups else 0
    return bool(inode.mode >> shift & bit)


def can_read(user: User, file: File) -> bool:
    """Tell whether a user can read a file; one with an ACL is believed to be as it should."""
    return file.has_acl or (may(user, file.inode, READ) and all(may(user, one, SEARCH) for one in file.above))


def barrier(user: User, file: File) -> str:
    """Give the outermost directory that a user cannot pass through on the way to a file; empty if there is none."""
    return next((one.path for one in reversed(file.above) if not may(user, one, SEARCH)), "")


def strangers(file: File, entitled: Iterable[User]) -> str:
    """Say who else can read a file, for whom it is not: its owner or its group where they are not entitled, or all."""
    users = list(entitled)
    mode, reachable = file.inode.mode, all(one.mode & 0o001 for one in file.above)
    if mode & 0o004 and reachable and not file.has_acl:
        return "every user"
    if mode & 0o040 and file.inode.gid and not any(file.inode.gid in user.groups for user in users):
        return f"the group {file.inode.group}"
    return "" if file.inode.uid in {0, *(user.uid for user in users)} else f"its owner {file.inode.owner}"
