#!/usr/bin/env python3
"""A PanDA server to the eye of a client, on loopback: panda.py --port N [--port-file F] [--sentinel] [--queue Q]."""
from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script, it finds its package

from standin import journal
from standin.jobs import JobTable
from standin.queues import QueueTable
from standin.service import Service
from standin.wire import Answer, Request

SENTINEL = "SENTINEL"
LARGEST_BODY = 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive."""

    protocol_version = "HTTP/1.1"
    server_version = "panda-standin"
    disable_nagle_algorithm = True  # else each answer on a kept connection waits for a delayed acknowledgement
    server: PandaServer

    def do_GET(self) -> None:
        # The body is always read: left over, it would be taken for the next request.
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self.send_error(413)  # closes the connection
            return
        url = urlsplit(self.path)
        body = self.rfile.read(int(length))
        kinds = self.headers.get("Accept"), self.headers.get("Content-Type")
        request = Request(self.command, url.path, url.query, *kinds, body)
        try:
            self._send(self.server.service.answer(request))
        except ConnectionError:  # a client that loses patience is what the faults are for
            self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def _send(self, answer: Answer) -> None:
        if answer.status is None:
            self.close_connection = True
            return
        chunked = self.request_version == "HTTP/1.1"  # as recorded: no Content-Length
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header(*(("Transfer-Encoding", "chunked") if chunked else ("Connection", "close")))
        self.end_headers()
        for piece in filter(None, answer.body):  # an empty chunk would be the end
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if not answer.complete:
            self.close_connection = True
        elif chunked:
            self.wfile.write(b"0\r\n\r\n")


class PandaServer(ThreadingHTTPServer):
    """Listens on loopback only: it asks nobody for a name or a certificate."""

    request_queue_size = 128
    daemon_threads = True  # a slow answer must not hold up the end

    def __init__(self, port: int, service: Service, *, listen: bool = True) -> None:
        self.service = service
        super().__init__(("127.0.0.1", port), Handler, bind_and_activate=listen)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A traceback, but not for a client that went away."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def job_table(state: Path | None) -> JobTable:
    """An empty table, or the one of an earlier run with the same state directory."""
    if state is None:
        return JobTable()
    state.mkdir(parents=True, exist_ok=True)
    rows = journal.read(state / "jobs.jsonl")
    table = JobTable(record=journal.rewrite(state / "jobs.jsonl", rows))
    table.restore(rows)
    return table


def write_port(path: Path, port: int) -> None:
    """In one step: whoever waits for the file never reads half a number."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(f"{port}\n")
    fresh.replace(path)


def main(words: list[str] | None = None) -> int:
    """Serves until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--port-file", type=Path, help="where to write the port, once connections are accepted")
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep the jobs in there; without it in memory only")
    parser.add_argument("--sentinel", action="store_true", help="keep one job pending: no job at all is a failure")
    parser.add_argument("--queue", action="append", default=[], help="a queue that is there before its jobs are")
    options = parser.parse_args(words)
    # Blocked before there is a thread, so that sigwait is the one place where they arrive.
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    table = job_table(options.state)
    if options.sentinel and not any(job.queue == SENTINEL for job in table.rows()):
        table.add(SENTINEL, status="pending")
    with PandaServer(options.port, Service(table, queues=QueueTable(options.queue))) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        if options.port_file:
            write_port(options.port_file, server.server_port)
        print(f"panda stand-in: http://127.0.0.1:{server.server_port}", flush=True)
        signal.sigwait(ends)
        server.shutdown()
    if options.port_file:
        options.port_file.unlink(missing_ok=True)  # a stale port would mislead whoever waits for the next start
    return 0


if __name__ == "__main__":
    sys.exit(main())
