"""Serves the real panda-server on loopback: serve.py plain|oidc.

It does what Apache and its modules do before the server in production: the path in SCRIPT_NAME, the files of the
queues below /cache/schedconfig/ and, on the server without tokens, the production identity of a pilot's certificate.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import Any

import absent  # noqa: F401 - before any of panda-server
import waitress
from pandaserver.api.v1 import pilot_api
from pandaserver.server.panda import application
from settings import SCHEDCONFIG, SERVERS

PILOT = {"SSL_CLIENT_S_DN": "/DC=test/CN=pilot", "GRST_CRED_AURI_0": "VOMS /atlas/Role=production"}
Start = Callable[..., Any]


def _schedconfig(name: str, start: Start) -> Iterable[bytes]:
    file = SCHEDCONFIG / PurePath(name).name
    if not file.is_file():
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not found"]
    start("200 OK", [("Content-Type", "application/json")])
    return [file.read_bytes()]


def main(name: str) -> None:
    # Ten minutes are the server's own: no test waits that long until a new queue, or a queue's new status, is known.
    pilot_api.global_site_mapper_cache.timeInterval = datetime.timedelta(seconds=1)

    def serve(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/cache/schedconfig/"):
            return _schedconfig(path, start)
        environ.update(SCRIPT_NAME=path, PATH_INFO="")
        environ.setdefault("CONTENT_LENGTH", "0")
        if name == "plain" and path.startswith("/api/v1/pilot/"):
            environ.update(PILOT)
        return application(environ, start)

    waitress.serve(serve, host="127.0.0.1", port=SERVERS[name], threads=16)


if __name__ == "__main__":
    main(*sys.argv[1:])
