"""A loopback proxy in front of moto that can let so many blocks of a snapshot through and hold the others."""

from __future__ import annotations

import http.client
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOTO = ("127.0.0.1", 5000)
BLOCK = re.compile(r"/snapshots/[^/]+/blocks/(\d+)")


class Gate(ThreadingHTTPServer):
    """put has the numbers of the blocks that moto has received, in order; after so many the rest waits for open()."""

    daemon_threads = True

    def __init__(self, after: int | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.put: list[int] = []
        self.held = threading.Event()
        self._after = after
        self._opened = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.set()
        self.shutdown()
        self.server_close()

    def admit(self, path: str) -> bool:
        """Tell whether a request may pass; one that is held is dropped in the end."""
        found = BLOCK.match(path)
        if not found:
            return True
        with self._lock:
            if self._after is None or len(self.put) < self._after:
                self.put.append(int(found.group(1)))
                return True
        self.held.set()
        self._opened.wait(120)
        return False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gate

    def __getattr__(self, name: str) -> Any:
        """Serve every method alike."""
        if name.startswith("do_"):
            return self.relay
        raise AttributeError(name)

    def relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.command == "PUT" and not self.server.admit(self.path):
            self.close_connection = True
            return
        moto = http.client.HTTPConnection(*MOTO, timeout=120)
        moto.request(self.command, self.path, body, dict(self.headers))
        answer = moto.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "content-length", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        moto.close()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return  # the caller was killed: that is what the test does
