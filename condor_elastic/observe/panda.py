"""Ask a PanDA server how many jobs of each queue are activated: one GET, everything or nothing.

The wire rules were seen on panda-server 1.0.4: the Accept header must be exactly application/json (else the answer is
a Python repr), the JSON comes as text/plain, errors are 200 with success:false, and an idle server and a broken one
give the same bytes.  Nothing is unpickled or evaluated.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

from condor_elastic.model import QueueStats, Unknown

PATH = "/api/v1/statistics/job_stats_by_site_and_resource_type"
HOLDING_A_SLOT = ("sent", "starting", "running")  # holding, transferring and merging use no slot


def ask(url: str, timeout: int, max_bytes: int) -> Mapping[str, QueueStats] | Unknown:
    """Give the statistics of all queues of the server at this URL; timeout in seconds bounds the whole answer.

    The question is asked by a thread that is left behind when time is up: a name server that hangs, or a server that
    dribbles its answer byte by byte, is beyond the reach of a socket's timeout.
    """
    came: list[Mapping[str, QueueStats] | str] = []
    asking = threading.Thread(target=lambda: came.append(_ask(url + PATH, timeout, max_bytes)), daemon=True)
    asking.start()
    asking.join(timeout)
    answer = came[0] if came else f"no whole answer within ELASTIC_PANDA_TIMEOUT={timeout}"
    return Unknown(f"PanDA at {url}", answer) if isinstance(answer, str) else answer


def _ask(url: str, timeout: int, max_bytes: int) -> Mapping[str, QueueStats] | str:
    try:
        return parse(_fetch(url, timeout, max_bytes))
    except ValueError as error:
        return str(error)


def _fetch(url: str, timeout: int, max_bytes: int) -> bytes:
    import requests  # here, because a cycle without pilot queues does not need it

    body = b""
    headers = {"Accept": "application/json"}
    try:
        with requests.get(
            url, params={"time_window": "0"}, headers=headers, timeout=timeout, stream=True, allow_redirects=False
        ) as answer:
            for chunk in answer.iter_content(65536):
                body += chunk
                if len(body) > max_bytes:
                    raise ValueError(f"its answer is larger than ELASTIC_PANDA_MAX_BYTES={max_bytes}")
            if answer.status_code != requests.codes.ok:
                raise ValueError(f"HTTP status {answer.status_code}: {_start(body)}")
    except requests.Timeout:
        raise ValueError(f"no whole answer within ELASTIC_PANDA_TIMEOUT={timeout}") from None
    except requests.RequestException as error:
        raise ValueError(f"{type(error).__name__}: {_reason(error)}") from None
    return body


def parse(body: bytes) -> dict[str, QueueStats]:
    """Read an answer; raises ValueError when any part of it is not what the server's API says."""
    if body[:1] == b"\x80" or body[:4] == b"(dp0":
        raise ValueError("it answered a pickle, which is never read; servers since 0.5.2 have the JSON API")
    try:
        answer = json.loads(body.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError(f"it answered no JSON: {_start(body)}") from None
    if not isinstance(answer, dict) or answer.get("success") is not True:
        message = answer.get("message") if isinstance(answer, dict) else None
        raise ValueError(f"it answered success:false, {str(message)[:200]!r}")
    sites = _table(answer.get("data"), "data")
    return {site: _stats(site, types) for site, types in sites.items() if site != "null"}


def _stats(site: str, types: Any) -> QueueStats:
    activated = running = 0
    for resource, counts in _table(types, site).items():
        for status, number in _table(counts, f"{site}, {resource}").items():
            value = _whole(number, f"{site}, {resource}, {status}")
            activated += value if status == "activated" else 0
            running += value if status in HOLDING_A_SLOT else 0
    return QueueStats(activated, running)


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"it answered {_start(repr(value).encode())} for {where}, where a table belongs")  # noqa: TRY004
    return value


def _whole(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"it answered {value!r} jobs for {where}, which is no count")
    return int(value)


def _start(body: bytes) -> str:
    return repr(body[:60].decode("utf-8", "replace"))


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else error
    return str(getattr(reason, "reason", reason))[-160:]
