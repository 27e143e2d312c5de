"""EC2's instance metadata service on loopback, version 2 and strict, for what moto's has not: notices.

A token for each VM that asks for one; a notice is for those that have theirs when it is given, as a real one is for one
VM: a VM that is launched later sees none.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ALIVE = {
    "instance-id": "i-0123456789abcdef0",
    "instance-type": "m5.xlarge",
    "ami-id": "ami-0123456789abcdef0",
    "placement/availability-zone": "us-east-1a",
    "placement/region": "us-east-1",
    "instance-life-cycle": "spot",
}
TTL, TOKEN = "X-aws-ec2-metadata-token-ttl-seconds", "X-aws-ec2-metadata-token"
ACTION, REBALANCE = "spot/instance-action", "events/recommendations/rebalance"


def written(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


class Metadata(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.values = dict(ALIVE)
        self.openstack = None  # the text of meta_data.json: then this is no EC2
        self.tokens: set[str] = set()
        self.told: dict[str, tuple[str, frozenset[str]]] = {}
        self.seen: list[tuple[str, int]] = []

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def interrupt(self, deadline: float, action: str = "terminate") -> None:
        self.told[ACTION] = json.dumps({"action": action, "time": written(deadline)}), frozenset(self.tokens)

    def rebalance(self) -> None:
        self.told[REBALANCE] = json.dumps({"noticeTime": written(time.time())}), frozenset(self.tokens)

    def answer(self, path: str, token: str) -> str | None:
        text, those = self.told.get(path, (None, frozenset()))
        return text if token in those else self.values.get(path)


class Handler(BaseHTTPRequestHandler):
    server: Metadata

    def log_message(self, *_):
        pass

    def reply(self, status: int, text: str = "") -> None:
        self.server.seen.append((f"{self.command} {self.path}", status))
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_PUT(self) -> None:
        seconds = self.headers.get(TTL, "")
        if self.server.openstack is not None or self.path != "/latest/api/token":
            self.reply(404)
        elif not seconds.isdigit() or not 1 <= int(seconds) <= 21600 or self.headers.get("X-Forwarded-For"):
            self.reply(400)
        else:
            token = secrets.token_urlsafe(40)
            self.server.tokens.add(token)
            self.reply(200, token)

    def do_GET(self) -> None:
        token = self.headers.get(TOKEN, "")
        if self.server.openstack is not None:
            there = self.path == "/openstack/latest/meta_data.json"
            self.reply(200 if there else 404, self.server.openstack if there else "")
        elif token not in self.server.tokens:
            self.reply(401)
        elif not self.path.startswith("/latest/meta-data/"):
            self.reply(404)
        else:
            text = self.server.answer(self.path.removeprefix("/latest/meta-data/"), token)
            self.reply(404 if text is None else 200, text or "")
