"""Files and users, by stat alone: nothing is opened but the elastic token, which is not secret to who may read it."""

from __future__ import annotations

import base64
import grp
import json
import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from condor_elastic.check.site import File, Inode, TokenSeen, User
from condor_elastic.model import Unknown

ACL = "system.posix_acl_access"


def user(name: str) -> User | None:
    """Look a user up."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return User(name, entry.pw_uid, frozenset(os.getgrouplist(name, entry.pw_gid)))


def file(path: str) -> File | None | Unknown:
    """Look at a file, or the file that a link leads to, and at the directories above it."""
    try:
        real = os.path.realpath(path)
        found = os.stat(real)
        above = tuple(_inode(os.stat(one), str(one)) for one in Path(real).parents)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        return Unknown(f"{path} was", _why(error))
    return File(_inode(found), found.st_size, above, stat.S_ISDIR(found.st_mode), _has_acl(real))


def _inode(found: os.stat_result, path: str = "") -> Inode:
    return Inode(
        stat.S_IMODE(found.st_mode),
        found.st_uid,
        found.st_gid,
        _user_name(found.st_uid),
        _group_name(found.st_gid),
        path,
    )


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group_name(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _has_acl(path: str) -> bool:
    try:
        return bool(os.getxattr(path, ACL))
    except OSError:
        return False


def _why(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return f"{_user_name(os.geteuid())} may not look there; root may"
    return str(getattr(error, "strerror", None) or error)


def text(path: str) -> str | Unknown:
    """Read a file that is no secret; empty if it is not there."""
    try:
        return Path(path).read_text("utf-8", "replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        return Unknown(f"{path} was", _why(error))


def token(directory: str, identity: str) -> TokenSeen | None | Unknown:
    """Read what the tokens in a directory say of themselves; the one of this identity, or else the first."""
    try:
        paths = sorted(one for one in Path(directory).iterdir() if one.is_file() and not one.name.startswith("."))
        found = [TokenSeen(str(path), said) for path in paths for said in _claims(path.read_text("utf-8", "replace"))]
    except FileNotFoundError:
        return None
    except OSError as error:
        return Unknown(f"the token in {directory} was", _why(error))
    return next((one for one in found if one.claims.get("sub") == identity), found[0] if found else None)


def _claims(text: str) -> Iterable[dict[str, Any]]:
    """Decode the payload of each token, one a line (RFC 7519); nothing is verified."""
    for line in text.split():
        try:
            payload = line.split(".")[1]
            said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (IndexError, ValueError):
            continue
        if isinstance(said, dict):
            yield said
