"""Lets a test break chosen calls of a service: $ELASTIC_OUT/faults.json, a list of rules; without the file nothing.

{"service": "nova", "method": "POST", "path": "/servers$", "status": "503 Service Unavailable", "headers": {...},
 "delay": seconds, "after": true, "count": n}.  With "after" the work is done and only its answer is lost; with the
status 204 the work is said to be done, and is not.  With "cell": "down" Nova itself answers, while its cell is down.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
RULES = Path(os.environ.get("ELASTIC_OUT") or "/nonexistent") / "faults.json"
_LOCK = threading.Lock()
_USED: dict[tuple[int, int], int] = {}


def breakable(app: App, service: str) -> App:
    """Return the application, whose calls a test can break."""

    def call(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        rule = _rule(service, environ)
        if rule is None:
            return app(environ, start)
        time.sleep(rule.get("delay", 0))
        if rule.get("cell") == "down":
            with _cell_down():
                return [b"".join(app(environ, start))]
        if "status" not in rule:
            return app(environ, start)
        if rule.get("after"):
            list(app(environ, lambda *_: None))
        else:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        code = rule["status"].split()[0]
        body = b'{"fault": {"message": "broken by a test", "code": %s}}' % code.encode() if code != "204" else b""
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **rule.get("headers", {})}
        start(rule["status"], list(headers.items()))
        return [body]

    return call


@contextmanager
def _cell_down() -> Iterator[None]:
    """Take from the cell's database what each query of servers needs: to the API the cell fails."""
    with _LOCK, closing(sqlite3.connect("db/nova.db", timeout=30, isolation_level=None)) as database:
        database.execute("pragma legacy_alter_table = on")
        database.execute("alter table instances rename to instances_away")
        try:
            yield
        finally:
            database.execute("alter table instances_away rename to instances")


def _rule(service: str, environ: dict[str, Any]) -> dict[str, Any] | None:
    try:
        version = RULES.stat().st_mtime_ns
        rules = json.loads(RULES.read_text())
    except (OSError, ValueError):
        return None
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    for number, rule in enumerate(rules):
        if (rule["service"], rule["method"]) == (service, environ["REQUEST_METHOD"]) and re.search(rule["path"], path):
            with _LOCK:
                used = _USED[version, number] = _USED.get((version, number), 0) + 1
            if used <= rule.get("count", used):
                return dict(rule)
    return None
