"""A site's own user-data: the parts of #cloud-config, a shell script or a MIME multipart, with our names filled in."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from email import message_from_bytes
from email.message import Message
from email.mime.text import MIMEText
from typing import Any

KINDS = "a #cloud-config, a script (#!) or a MIME multipart"
NAMES = re.compile(r"\$\((Elastic\w+)\)", re.IGNORECASE)
HEADERS = re.compile(rb"(?i)(content-type|mime-version):")
MOST = 1 << 20
"""Bytes of the file that are read: more is too large for any cloud."""


class BadUserData(RuntimeError):
    """The user-data of a fleet's VMs cannot be made; the message never quotes the site's file (secrets)."""


def site_parts(path: str, names: Mapping[str, str]) -> list[Message]:
    """Read the file and give its parts, each as cloud-init wants it; none if it is empty.

    $(NAME) is replaced by the value of one of names; any other $(Elastic...) is refused.  Raises BadUserData.
    """
    text = _filled(_read(path), names)
    if not text.strip():
        return []
    first = text.partition("\n")[0].rstrip()
    if first == "#cloud-config":
        return [_checked(_part(text, "cloud-config"))]
    if first.startswith("#!"):
        script = _part(text, "x-shellscript")
        script.add_header("Content-Disposition", "attachment", filename=os.path.basename(path))
        return [script]
    if HEADERS.match(text.encode()):
        return _leaves(text)
    raise BadUserData(f"is neither {KINDS}")


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(MOST)
    except OSError as error:
        raise BadUserData(f"cannot be read: {error.strerror}") from None
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise BadUserData("is not UTF-8") from None


def _filled(text: str, names: Mapping[str, str]) -> str:
    known = {name.lower(): value for name, value in names.items()}  # as HTCondor's macros: any case

    def value(found: re.Match[str]) -> str:
        if found[1].lower() not in known:
            line = text.count("\n", 0, found.start()) + 1
            raise BadUserData(f"names {found[0]} in line {line}; it may name {', '.join(f'$({n})' for n in names)}")
        return known[found[1].lower()]

    return NAMES.sub(value, text)


def _part(text: str, kind: str) -> MIMEText:
    return MIMEText(text, kind, "us-ascii" if text.isascii() else "utf-8")


def _leaves(text: str) -> list[Message]:
    whole = message_from_bytes(text.encode())
    if not whole.is_multipart() or whole.defects:
        raise BadUserData(f"begins as MIME and is no multipart that can be read; it must be {KINDS}")
    leaves = [part for part in whole.walk() if not part.is_multipart()]
    return [_checked(part) for part in leaves]


def _checked(part: Message) -> Message:
    """Check a part that is YAML; what cloud-init makes of its keys is its own to say."""
    import yaml

    content: Any = part.get_payload(decode=True)
    if part.get_content_type() != "text/cloud-config" and not content.startswith(b"#cloud-config"):
        return part
    try:
        config = yaml.safe_load(content)
    except yaml.MarkedYAMLError as error:
        where = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise BadUserData(f"is no YAML{where}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise BadUserData("is no YAML") from None
    if config is not None and not isinstance(config, dict):
        raise BadUserData("is YAML, and not a table of cloud-init's keys")
    return part
