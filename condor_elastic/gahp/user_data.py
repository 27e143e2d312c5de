"""The part of cloud-init's user data that local VMs understand: write_files of #cloud-config, alone or in a multipart.

Source: https://cloudinit.readthedocs.io/en/latest/reference/modules.html#write-files
"""

from __future__ import annotations

import base64
import binascii
import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import PurePosixPath
from typing import Any

from condor_elastic.gahp.driver import CloudError
from condor_elastic.gahp.journal import LOG

_FIRST = b"#cloud-config"
_MIME = re.compile(rb"(?i)(content-type|mime-version):")
_SECRET_DIRECTORIES = ("tokens.d", "passwords.d")
_BASE64 = ("b64", "base64", "gz+b64", "gz+base64", "gzip+b64", "gzip+base64")


@dataclass(frozen=True)
class File:
    """A file to be written; path is relative to the root of the VM."""

    path: PurePosixPath
    content: bytes
    mode: int
    append: bool


def parse(data: bytes) -> tuple[File, ...]:
    """Return the files that user data asks for, in order; other keys and parts are logged by name and ignored.

    Raises CloudError, whose text never quotes the user data.
    """
    return tuple(file for part in _parts(data) for file in _files(_load(part)))


def _parts(data: bytes) -> Iterator[bytes]:
    """Take a multipart apart; the lists of its parts are taken for appended, as ours asks of cloud-init."""
    if not _MIME.match(data):
        yield data
        return
    whole = message_from_bytes(data)
    if not whole.is_multipart():
        raise _refusal("no multipart")
    for part in whole.walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "text/cloud-config" and isinstance(content, bytes):
            yield content if content.startswith(_FIRST) else _FIRST + b"\n" + content
        elif not part.is_multipart():
            LOG.info("user data: a part of type %s is ignored", part.get_content_type()[:40])


def _files(config: Mapping[str, Any]) -> Iterator[File]:
    for key in config:
        if key != "write_files":
            LOG.info("user data: %s is ignored", str(key)[:40])
    entries = config.get("write_files") or []
    if not isinstance(entries, list):
        raise _refusal("write_files is not a list")
    yield from (_file(number, entry) for number, entry in enumerate(entries, 1))


def _refusal(why: str) -> CloudError:
    return CloudError("InvalidParameterValue", f"user data of a local VM: {why}")


def _load(data: bytes) -> Mapping[str, Any]:
    import yaml

    if data.partition(b"\n")[0].strip() != _FIRST:
        raise _refusal("the first line is not #cloud-config")
    try:
        config = yaml.safe_load(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise _refusal("not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _refusal(f"no YAML, line {line}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise _refusal("no YAML") from None
    if config is None:
        return {}
    if not isinstance(config, dict):
        raise _refusal("not a mapping")
    return config


def _file(number: int, entry: Any) -> File:
    if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
        raise _refusal(f"write_files entry {number} has no path")
    path = PurePosixPath(entry["path"])
    if not path.is_absolute() or ".." in path.parts or not path.name or "\0" in entry["path"]:
        raise _refusal(f"write_files entry {number}: the path must be absolute and must not leave the VM")
    mode = _mode(number, entry.get("permissions", "0644"))
    if path.parent.name in _SECRET_DIRECTORIES:
        mode &= 0o700
    return File(path.relative_to("/"), _content(number, entry), mode, bool(entry.get("append")))


def _mode(number: int, permissions: Any) -> int:
    """cloud-init takes a string of octal digits, or the number that YAML makes of 0644."""
    try:
        mode = permissions if isinstance(permissions, int) else int(str(permissions), 8)
    except ValueError:
        mode = -1
    if mode < 0:
        raise _refusal(f"write_files entry {number}: permissions are not octal")
    return mode & 0o777


def _content(number: int, entry: Mapping[str, Any]) -> bytes:
    content = entry.get("content") or ""
    encoding = str(entry.get("encoding") or "text/plain")
    data = content if isinstance(content, bytes) else str(content).encode("utf-8", "surrogateescape")
    try:
        if encoding in _BASE64:
            data = base64.b64decode(data)
        if encoding.startswith("gz"):
            data = gzip.decompress(data)
    except (binascii.Error, OSError, EOFError, ValueError):
        raise _refusal(f"write_files entry {number}: the content is not {encoding}") from None
    if encoding not in (*_BASE64, "gz", "gzip", "text/plain"):
        raise _refusal(f"write_files entry {number}: unknown encoding")
    return data
