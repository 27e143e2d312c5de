"""The control service of the tests, by HTTP on loopback: POST /CALL with a JSON object, answered by one.

The calls are those of calls.py.  What is wrong with a call is answered by 400 and {"error": "..."}, what cannot be
done now by 500.
"""

from __future__ import annotations

import http.server
import inspect
import json
import threading
import traceback
from typing import Any

import daemons
import issuer
from calls import Calls
from checks import Wrong, need
from settings import CONTROL

CALLS = {name: call for name, call in inspect.getmembers(Calls(), inspect.ismethod) if not name.startswith("_")}


def answer(name: str, body: bytes) -> tuple[int, Any]:
    """Do one call."""
    try:
        need(name in CALLS, f"there is no call {name}, but {', '.join(CALLS)}")
        return 200, CALLS[name](**_said(name, body))
    except Wrong as error:
        return 400, {"error": str(error)}
    except Exception as error:
        traceback.print_exc()
        return 500, {"error": f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"}


def _said(name: str, body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body or b"{}")
        need(isinstance(said, dict), f"the body is to be an object, not {said!r}")
        inspect.signature(CALLS[name]).bind(**said)
    except (TypeError, ValueError) as error:
        raise Wrong(f"{name}: {error}") from error
    return dict(said)


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._say(200, {name: {"parameters": str(inspect.signature(call)), "does": call.__doc__}
                        for name, call in CALLS.items()})  # fmt: skip

    def do_POST(self) -> None:
        self._say(*answer(self.path.strip("/"), self.rfile.read(int(self.headers.get("Content-Length") or 0))))

    def _say(self, status: int, said: Any) -> None:
        body = json.dumps(said, default=str).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    daemons.connect()
    daemons.start()
    threading.Thread(target=issuer.server().serve_forever, daemon=True).start()
    http.server.ThreadingHTTPServer(("127.0.0.1", CONTROL), _Handler).serve_forever()


if __name__ == "__main__":
    main()
