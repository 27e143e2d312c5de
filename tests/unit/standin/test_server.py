"""The stand-in over a real loopback socket: connections, faults, control, many pilots at once, start and end."""
from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from standin.faults import HUGE_PIECES, KINDS, PIECE
from standin.jobs import JobTable, tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standin.panda import PandaServer

PANDA = Path(__file__).resolve().parents[3] / "scripts" / "standin" / "panda.py"
DEMAND = "/api/v1/statistics/job_stats_by_site_and_resource_type?time_window=0"
JSON = {"Accept": "application/json"}


class Client:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def open(self, verb: str, path: str, body: Any = None) -> http.client.HTTPResponse:
        headers = JSON if body is None else {"Content-Type": "application/json"}
        self._connection.request(verb, path, None if body is None else json.dumps(body), headers)
        return self._connection.getresponse()

    def read(self, verb: str, path: str, body: Any = None) -> tuple[int, bytes]:
        response = self.open(verb, path, body)
        return response.status, response.read()

    def fault(self, kind: str, seconds: float = 0.2) -> None:
        assert self.read("POST", "/control/fault", {"kind": kind, "seconds": seconds})[0] == 200

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def client(server: PandaServer, table: JobTable) -> Iterator[Client]:
    table.add("Q", count=3)
    client = Client(server.server_port)
    yield client
    client.close()


def good() -> dict[str, Any]:
    counts = {"activated": 3, "assigned": 0, "running": 0, "finished": 0, "failed": 0}
    return {"success": True, "message": "", "data": {"Q": {"SCORE": counts}}}


def test_only_loopback_is_bound(server: PandaServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_connection_is_kept_and_chunked(client: Client) -> None:
    sockets = set()
    for _ in range(3):
        response = client.open("GET", DEMAND)
        assert response.getheader("Transfer-Encoding") == "chunked"
        assert response.getheader("Content-Type") == "text/plain"
        assert json.loads(response.read()) == good()
        sockets.add(client._connection.sock.getsockname())
    assert len(sockets) == 1


def test_an_old_client_gets_no_chunks(server: PandaServer) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), 30) as plain:
        plain.sendall(b"GET /api/v1/system/is_alive HTTP/1.0\r\nAccept: application/json\r\n\r\n")
        head, _, body = plain.makefile("rb").read().partition(b"\r\n\r\n")
    assert b"Transfer-Encoding" not in head
    assert json.loads(body)["success"]


def test_a_large_body_is_not_read(server: PandaServer) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), 30) as plain:
        plain.sendall(b"POST /control/add_jobs HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")
        assert b" 413 " in plain.makefile("rb").readline()


def test_a_body_nobody_asked_for_is_not_the_next_request(client: Client) -> None:
    assert client.read("POST", "/api/v1/no/such", {"GET": "/"})[0] == 403
    assert client.read("GET", "/api/v1/system/is_alive")[0] == 200


def test_faults_without_a_body_of_their_own(client: Client) -> None:
    client.fault("html")
    assert client.open("GET", DEMAND).read().startswith(b"<html>")
    client.fault("repr")
    assert client.read("GET", DEMAND)[1].startswith(b"{'success': True")
    client.fault("pickle")
    body = client.read("GET", DEMAND)[1]
    assert body.startswith(b"(dp0\nVQ\n")
    assert body.endswith(b".")
    client.fault("failure")
    assert json.loads(client.read("GET", DEMAND)[1]) == {
        "success": False, "message": "Database failure getting the job statistics", "data": {}}
    client.fault("error500")
    assert client.read("GET", DEMAND)[0] == 500


@pytest.mark.parametrize(("kind", "activated"), [("negative", -4), ("fraction", 3.5), ("none", 3)])
def test_faults_in_the_number(client: Client, kind: str, activated: float) -> None:
    client.fault(kind)
    assert json.loads(client.read("GET", DEMAND)[1])["data"]["Q"]["SCORE"]["activated"] == activated
    by_site = json.loads(client.read("GET", "/api/v1/statistics/active_job_stats_by_site")[1])
    assert by_site["data"]["Q"]["activated"] == activated


def test_slow_comes_byte_by_byte(client: Client) -> None:
    client.fault("slow", 0.2)
    begin = time.monotonic()
    response = client.open("GET", DEMAND)
    first = response.read1(100)
    assert len(first) == 1
    assert json.loads(first + response.read()) == good()
    assert time.monotonic() - begin >= 0.2


def test_silent_keeps_even_the_headers_back(client: Client) -> None:
    client.fault("silent", 0.2)
    begin = time.monotonic()
    response = client.open("GET", DEMAND)
    assert time.monotonic() - begin >= 0.2
    assert json.loads(response.read()) == good()


def test_huge_is_streamed_and_may_be_left(client: Client, server: PandaServer) -> None:
    client.fault("huge")
    left = Client(server.server_port)
    with left.open("GET", DEMAND) as response:
        assert len(response.read(1000)) == 1000
    left.close()
    response, size = client.open("GET", DEMAND), 0
    while piece := response.read(len(PIECE)):
        size += len(piece)
    assert size > HUGE_PIECES * len(PIECE)
    client.fault("none")
    assert json.loads(client.read("GET", DEMAND)[1]) == good()


def test_hangup_and_truncated(client: Client) -> None:
    client.fault("hangup")
    with pytest.raises(http.client.RemoteDisconnected):
        client.open("GET", DEMAND)
    client.close()
    client.fault("truncated")
    with client.open("GET", DEMAND) as response, pytest.raises(http.client.IncompleteRead):
        response.read()
    client.close()


def test_faults_spare_the_pilots(client: Client) -> None:
    client.fault("hangup")
    assert json.loads(client.read("POST", "/api/v1/pilot/acquire_jobs", {"site_name": "Q"})[1])["success"]
    assert client.read("GET", "/api/v1/system/is_alive")[0] == 200


def test_control(client: Client) -> None:
    wanted = {"queue": "R", "resource_type": "MCORE", "count": 2, "seconds": 7, "core_count": 8}
    status, body = client.read("POST", "/control/add_jobs", wanted)
    assert (status, len(json.loads(body)["ids"])) == (200, 2)
    seen = json.loads(client.read("GET", "/control/jobs")[1])
    assert seen["counts"] == {"activated": 5}
    assert wanted.items() - {("count", 2)} <= seen["jobs"][-1].items()


@pytest.mark.parametrize(("path", "body", "status"), [
    ("add_jobs", {}, 400), ("add_jobs", [], 400), ("add_jobs", {"queue": "Q", "count": "3"}, 400),
    ("add_jobs", {"queue": "Q", "count": True}, 400), ("add_jobs", {"queue": "Q", "seconds": -1}, 400),
    ("add_jobs", {"queue": "Q", "seconds": float("nan")}, 400), ("add_jobs", {"queue": "Q", "status": "odd"}, 400),
    ("add_jobs", {"queue": "Q", "cores": 1}, 400), ("fault", {"kind": "odd"}, 400), ("other", {}, 404),
])
def test_control_refuses(client: Client, path: str, body: Any, status: int) -> None:
    answered, text = client.read("POST", f"/control/{path}", body)
    assert answered == status
    assert json.loads(text)["error"]


def test_every_fault_is_known_to_control(client: Client) -> None:
    for kind in KINDS:
        client.fault(kind)


def test_twenty_pilots_get_fifty_jobs_once_each(server: PandaServer, table: JobTable) -> None:
    table.add("BUSY", count=50)

    def fetch_all(number: int) -> list[int]:
        client, found = Client(server.server_port), list[int]()
        while True:
            asked = {"site_name": "BUSY", "node": f"node{number}"}
            answer = json.loads(client.read("POST", "/api/v1/pilot/acquire_jobs", asked)[1])
            if not answer["success"]:
                client.close()
                return found
            found += [job["PandaID"] for job in answer["data"]["jobs"]]

    with ThreadPoolExecutor(20) as pool:
        handed = [panda_id for found in pool.map(fetch_all, range(20)) for panda_id in found]
    assert sorted(handed) == [job.panda_id for job in table.rows()]
    assert tally(table.rows()) == {"sent": 50}


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_command_line_from_start_to_end(tmp_path: Path, end: signal.Signals) -> None:
    words = [sys.executable, str(PANDA), "--sentinel", "--port-file", str(tmp_path / "port"), "--state", str(tmp_path)]
    for jobs in (1, 2):  # the second run finds the rows of the first, and one sentinel only
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]  # the port file is complete before this line
            port = int((tmp_path / "port").read_text())
            assert url == f"http://127.0.0.1:{port}"
            client = Client(port)
            assert json.loads(client.read("GET", DEMAND)[1])["data"]["SENTINEL"]["SCORE"]["pending"] == 1
            assert sum(json.loads(client.read("GET", "/control/jobs")[1])["counts"].values()) == jobs
            client.read("POST", "/control/add_jobs", {"queue": "Q"})
            process.send_signal(end)
            assert process.wait(30) == 0
            assert not (tmp_path / "port").exists()
            client.close()
