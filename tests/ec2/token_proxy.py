"""What moto lacks: a RunInstances with a ClientToken that was seen before gets the first answer again.

A loopback HTTP proxy in front of moto's server, which ignores ClientToken and would start another instance.  As in EC2,
a launch whose caller has died meanwhile goes on, and an answer that is an error is not remembered.
"""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs

MOTO = "http://127.0.0.1:5000"


class Answer(NamedTuple):
    status: int
    body: bytes


class TokenProxy(ThreadingHTTPServer):
    """Listens on a port of its own; launched counts the RunInstances that reached moto, replayed those that did not.

    Two faults on demand: rate, RunInstances a second above which it throttles; full, instance types without capacity.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.launched = self.replayed = self.throttled = 0
        self.rate: float | None = None
        self.full: set[str] = set()
        self._last = 0.0
        self.actions: dict[str, int] = {}
        self._lock = threading.Lock()
        self._by_token: dict[str, tuple[threading.Lock, list[Answer]]] = {}
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def serve(self, body: bytes, headers: dict[str, str]) -> Answer:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        action, token = form.get("Action", ""), form.get("ClientToken", "")
        with self._lock:
            self.actions[action] = self.actions.get(action, 0) + 1
            turn, known = self._by_token.setdefault(token, (threading.Lock(), []))
        if action != "RunInstances" or not token:
            return forward(body, headers)
        with turn:  # two calls with one token: the second waits for the first
            if known:
                self.replayed += 1
                return known[0]
            if self._is_too_fast():
                return fault(503, "RequestLimitExceeded")
            if form.get("InstanceType") in self.full:
                return fault(500, "InsufficientInstanceCapacity")
            answer = forward(body, headers)
            if answer.status == 200:
                self.launched += 1
                known.append(answer)
            return answer


    def _is_too_fast(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if self.rate and now - self._last < 1 / self.rate:
                self.throttled += 1
                return True
            self._last = now
            return False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: TokenProxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.serve(body, {name: value for name, value in self.headers.items() if name != "Connection"})
        self.send_response(answer.status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return  # the caller was killed: that is what the tests do


def fault(status: int, code: str) -> Answer:
    inner = f"<Error><Code>{code}</Code><Message>{code}, says the test</Message></Error>"
    return Answer(status, f"<Response><Errors>{inner}</Errors><RequestID>0</RequestID></Response>".encode())


def forward(body: bytes, headers: dict[str, str]) -> Answer:
    request = urllib.request.Request(MOTO, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return Answer(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())
