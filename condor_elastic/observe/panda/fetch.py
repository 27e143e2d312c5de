"""One GET, whole or not at all: within its time and size, without a redirect, and with nobody's password."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from condor_elastic.knobs.panda import loopback
from condor_elastic.observe.panda.credentials import Credential

if TYPE_CHECKING:
    import requests

CHUNK = 4096
"""Bytes that are unpacked at once, to 4 MB at most."""
CODINGS = ("", "identity", "gzip")
DIRECT = {"http": "", "https": "", "all": ""}
REASON = 160
CONNECTION = re.compile(r"<[^>]*>: |\bHTTPS?Connection\([^)]*\): ")
"""How urllib3 names a connection: by its address in memory, or by what is known anyway."""


@dataclass(frozen=True)
class Limits:
    """What a server may take: seconds for its whole answer, and bytes, when unpacked."""

    timeout: int
    max_bytes: int


@dataclass(frozen=True)
class Answer:
    """An answer, whole, of any status; location is where a redirect would lead."""

    status: int
    body: bytes
    location: str


def session() -> requests.Session:
    """Open a session that knows no passwords; proxies are the environment's, as for any other tool."""
    import requests  # here, because a cycle without pilot queues does not need it

    opened = requests.Session()
    opened.auth = lambda request: request  # else requests takes a password from ~/.netrc
    return opened


def fetch(session: requests.Session, url: str, params: Mapping[str, str], shown: Credential, limits: Limits) -> Answer:
    """Ask for a URL; raises ValueError with the reason when no whole answer comes."""
    import requests

    try:
        with session.get(
            url,
            params=params,
            headers=_headers(shown),
            cert=shown.certificate or None,
            verify=shown.ca_directory or None,
            proxies=DIRECT if loopback(url) else None,
            timeout=limits.timeout,
            stream=True,
            allow_redirects=False,
        ) as answer:
            return Answer(answer.status_code, _whole(answer, limits.max_bytes), answer.headers.get("Location", ""))
    except requests.Timeout:
        raise ValueError(late(limits.timeout)) from None
    except OSError as error:  # all of requests' own, ssl's, and a file that has gone
        raise ValueError(_reason(error, limits.timeout)) from None


def late(timeout: int) -> str:
    """Say that time was up."""
    return f"no whole answer within ELASTIC_PANDA_TIMEOUT={timeout}"


def _headers(shown: Credential) -> dict[str, str]:
    """Give the headers; panda-server answers JSON only to this very Accept, and takes the VO from Origin."""
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
    if shown.token:
        headers["Authorization"] = f"Bearer {shown.token}"
    if shown.origin:
        headers["Origin"] = shown.origin
    return headers


def _whole(answer: requests.Response, max_bytes: int) -> bytes:
    coding = answer.headers.get("Content-Encoding", "").lower()
    if coding not in CODINGS:
        raise ValueError(f"its answer is packed as {coding[:REASON]!r}, where gzip was asked for")
    body = bytearray()
    for chunk in answer.iter_content(CHUNK):
        body += chunk
        if len(body) > max_bytes:
            raise ValueError(f"its answer is larger than ELASTIC_PANDA_MAX_BYTES={max_bytes}")
    declared = "" if "Transfer-Encoding" in answer.headers else answer.headers.get("Content-Length", "")
    came = answer.raw.tell()
    if declared.isdigit() and came < int(declared):  # urllib3 before 2 does not mind
        raise ValueError(f"its answer broke off after {came} of {declared} bytes")
    return bytes(body)


def _reason(error: OSError, timeout: int) -> str:
    reason = error.args[0] if error.args else error
    text = CONNECTION.sub("", str(getattr(reason, "reason", reason)))
    return late(timeout) if "timed out" in text else f"{type(error).__name__}: {text[-REASON:]}"
