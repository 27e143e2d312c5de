from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from gahp.local_cloud import wait_until

from condor_elastic.gahp import server as server_module
from condor_elastic.gahp.commands import REQUESTS
from condor_elastic.gahp.driver import CloudError, Credentials, Driver, Instance, Launch
from condor_elastic.gahp.line import Lines, split
from condor_elastic.gahp.newborns import GRACE, Newborns
from condor_elastic.gahp.outbox import Outbox
from condor_elastic.gahp.server import Server, converse, parse_arguments


class Memory:
    """A cloud in memory, with a fault on demand."""

    def __init__(self) -> None:
        self.launches: list[Launch] = []
        self.stopped: list[str] = []
        self.instances: tuple[Instance, ...] = ()
        self.tags: dict[str, Mapping[str, str]] = {}
        self.closed = False

    def server_type(self) -> str:
        return "Amazon"

    def start(self, launch: Launch) -> str:
        if launch.image == "full":
            raise CloudError("InstanceLimitExceeded", "no more\nroom")
        if launch.image == "bug":
            raise ValueError("the text may be a secret")
        self.launches.append(launch)
        return f"i-{launch.token}"

    def stop(self, instance_id: str) -> None:
        self.stopped.append(instance_id)

    def list(self) -> tuple[Instance, ...]:
        return self.instances

    def create_tags(self, instance_id: str, tags: Mapping[str, str]) -> None:
        self.tags[instance_id] = tags

    def close(self) -> None:
        self.closed = True


class Client:
    """The gridmanager's side of the pipes."""

    def __init__(self) -> None:
        self.cloud = Memory()
        requests, self.inlet = os.pipe()
        outlet, answers = os.pipe()
        self.answers = os.fdopen(outlet, "rb")
        self.server = Server(Outbox(answers), 4, self.open_driver)
        self.thread = threading.Thread(target=self.serve, args=(requests, answers))
        self.thread.start()

    def open_driver(self, _url: str, credentials: Credentials) -> Driver:
        assert credentials == Credentials("/a", "/s")
        return self.cloud

    def serve(self, requests: int, answers: int) -> None:
        converse(self.server, requests, lambda _: False)
        self.server.close()
        os.close(requests)
        os.close(answers)

    def ask(self, line: str) -> str:
        os.write(self.inlet, line.encode() + b"\r\n")
        return self.answers.readline().decode()

    def results(self, count: int) -> list[str]:
        got: list[str] = []

        def enough() -> bool:
            got.extend(self.answers.readline().decode() for _ in range(int(self.ask("RESULTS").split()[1])))
            return len(got) >= count

        wait_until(enough)
        return sorted(line.rstrip("\n") for line in got)

    def end(self) -> None:
        os.close(self.inlet)
        self.thread.join(10)
        assert not self.thread.is_alive()
        self.answers.close()


@pytest.fixture
def client() -> Iterator[Client]:
    before = threading.active_count()
    made = Client()
    yield made
    made.end()
    assert made.cloud.closed is (made.server.requests > 0)
    assert threading.active_count() == before


def start_line(number: int, image: str = "ami", *, token: str = "t", data: str = "NULL", file: str = "NULL") -> str:  # noqa: S107
    return (
        f"EC2_VM_START {number} mem:///x /a /s {image} NULL {data} {file} 1x1 NULL NULL NULL {token}"
        " NULL NULL NULL 1 NULL NULL NULL"
    )


def test_the_gridmanagers_first_words(client: Client) -> None:
    answer = client.ask("COMMANDS").split()
    assert answer[0] == "S"
    assert set(REQUESTS) < set(answer)
    assert "RESPONSE_PREFIX" not in answer
    assert client.ask("VERSION").startswith("S $GahpVersion")
    assert client.ask("STATISTICS") == "S 0 0 0 0\n"
    assert client.ask("RESULTS") == "S 0\n"
    assert client.ask("nonsense") == "E\n"


def test_start_list_stop(client: Client, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.write_bytes(b"+file")
    assert client.ask(start_line(2, data="#cloud-config\\\nsecret", file=str(more))) == "S\n"
    assert client.results(1) == ["2 0 i-t"]
    assert client.cloud.launches[0].user_data == b"#cloud-config\nsecret+file"
    client.ask("EC2_VM_STATUS_ALL 3 mem:///x /a /s")
    assert client.results(1) == ["3 0 i-t pending t NULL NULL NULL NULL NULL"]
    client.cloud.instances = (Instance("i-t", "running", "t", "key", None, "host name"),)
    client.ask("EC2_VM_STATUS_ALL 4 mem:///x /a /s")
    assert client.results(1) == ["4 0 i-t running t key NULL host\\ name NULL NULL"]
    client.ask("EC2_VM_CREATE_TAGS 5 mem:///x /a /s i-t Name=x=y NULL")
    client.ask("EC2_VM_STOP 6 mem:///x /a /s i-t i-u")
    client.ask("EC2_VM_SERVER_TYPE 7 mem:///x /a /s")
    assert client.results(3) == ["5 0", "6 0", "7 0 Amazon"]
    assert client.cloud.stopped == ["i-t", "i-u"]
    assert client.cloud.tags == {"i-t": {"Name": "x=y"}}


def test_an_empty_list_and_what_is_not_offered(client: Client) -> None:
    client.ask("EC2_VM_STATUS_ALL 3 mem:///x /a /s")
    client.ask("EC2_VM_ATTACH_VOLUME 4 mem:///x /a /s vol i-t dev")
    refused = "4 1 Unsupported Unsupported:\\ EC2_VM_ATTACH_VOLUME\\ is\\ not\\ offered\\ for\\ mem:///x"
    assert client.results(2) == ["3 0", refused]


def test_spot_requests_are_their_instances(client: Client) -> None:
    spot = "EC2_VM_START_SPOT 1 mem:///x /a /s ami 0.5 NULL NULL NULL 1x1 NULL NULL NULL t NULL NULL NULL NULL"
    assert client.ask(spot) == "S\n"
    assert client.results(1) == ["1 0 i-t"]
    assert client.cloud.launches[0].spot_price == "0.5"
    client.cloud.instances = (
        Instance("i-t", "running", "t"),
        Instance("i-u", "terminated", "u", reason="Server.SpotInstanceTermination"),
    )
    client.ask("EC2_VM_STATUS_ALL_SPOT 2 mem:///x /a /s")
    assert client.results(1) == ["2 0 i-t active t i-t NULL i-u closed u i-u Server.SpotInstanceTermination"]


def test_failures_have_four_words(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.ask(start_line(1, "full"))
    client.ask(start_line(2, "bug"))
    client.ask(start_line(3, file="/nowhere/at/all"))
    full, bug, file = sorted(_unescaped(client, 3))
    assert full == "1 1 InstanceLimitExceeded InstanceLimitExceeded: no more\nroom"
    assert bug.startswith("2 1 InternalError ValueError at test_server.py:")
    assert file == "3 1 E_FILE_IO E_FILE_IO: Failed to read userdata file /nowhere/at/all: No such file or directory."
    assert "secret" not in caplog.text


def _unescaped(client: Client, count: int) -> list[str]:
    """Read results as GahpServer::read_argv does, newlines inside them included."""
    wait_until(lambda: len(client.server._outbox._results) == count)
    assert client.ask("RESULTS") == f"S {count}\n"
    lines = Lines()
    got: list[bytes] = []
    while len(got) < count:
        got += lines.feed(client.answers.readline())
    assert all(len(split(line)) == 4 for line in got)
    return [" ".join(split(line)) for line in got]


def test_one_r_announces_results(client: Client) -> None:
    assert client.ask("ASYNC_MODE_ON") == "S\n"
    os.write(client.inlet, (start_line(1) + "\n" + start_line(2, token="u") + "\n").encode())
    assert sorted(client.answers.readline() for _ in range(3)) == [b"R\n", b"S\n", b"S\n"]
    wait_until(lambda: len(client.server._outbox._results) == 2)
    assert client.results(2) == ["1 0 i-t", "2 0 i-u"]
    os.write(client.inlet, (start_line(3, token="v") + "\n").encode())
    assert sorted(client.answers.readline() for _ in range(2)) == [b"R\n", b"S\n"]
    assert client.ask("ASYNC_MODE_OFF") == "S\n"


def test_the_prefix_is_on_every_line_after_its_own_answer(client: Client) -> None:
    assert client.ask("RESPONSE_PREFIX GAHP:") == "S\n"
    assert client.ask("ASYNC_MODE_ON") == "GAHP:S\n"
    os.write(client.inlet, (start_line(1) + "\n").encode())
    assert sorted(client.answers.readline() for _ in range(2)) == [b"GAHP:R\n", b"GAHP:S\n"]
    assert client.ask("RESULTS") == "GAHP:S 1\n"
    assert client.answers.readline() == b"GAHP:1 0 i-t\n"


def test_quit_is_answered_and_ends(client: Client) -> None:
    assert client.ask("QUIT") == "S\n"
    client.thread.join(10)
    assert not client.thread.is_alive()


class Counter(Outbox):
    """Counts instead of writing."""

    answers = 0

    def _write(self, lines: Sequence[bytes]) -> None:
        assert lines
        self.answers += 1


def test_ten_thousand_lines_have_one_answer_each() -> None:
    """Real requests with words lost, doubled, swapped, glued together and replaced by any bytes."""
    dice = random.Random(20)
    seeds = [
        start_line(1),
        "EC2_VM_STOP 2 mem:///x /a /s i-1",
        "EC2_VM_STATUS_ALL 3 mem:///x /a /s",
        "RESULTS",
        "COMMANDS",
    ]
    outbox = Counter(-1)
    server = Server(outbox, 2, lambda *_: Memory())
    for number in range(1, 10_001):
        words = dice.choice(seeds).encode().split()
        for _ in range(dice.randint(0, 2)):
            start, end = sorted(dice.choices(range(len(words) + 1), k=2))
            words[start:end] = dice.choices(
                [*words, b"", b"\\", b"NULL", b"\r", dice.randbytes(3)], k=dice.randint(0, 3)
            )
        assert server.answer(dice.choice([b" ", b" ", b" ", b""]).join(words).replace(b"\n", b""))
        assert outbox.answers == number
    assert 1000 < server.requests < 9000
    server.close()


def test_newborns_are_told_of_as_they_were_seen_until_they_are_stopped_ended_or_old() -> None:
    now = 0.0
    newborns = Newborns(lambda: now)
    for name in ("seen", "ended", "stopped", "old"):
        newborns.add(name, "t")
    newborns.forget(["stopped"])
    seen, ended, old = Instance("seen", "running"), Instance("ended", "terminated"), Instance("old", "pending", "t")
    assert newborns.complete(lambda: (seen, ended)) == (seen, ended, old)
    assert newborns.complete(tuple) == (seen, old), "a list that misses what it has just shown is not believed"
    now = GRACE + 1
    assert newborns.complete(tuple) == ()


def test_what_is_stopped_while_a_list_is_read_is_not_shown_as_running() -> None:
    now = 0.0
    newborns = Newborns(lambda: now)
    seen = tuple(Instance(name, "running") for name in ("before", "meanwhile", "never"))

    def read() -> tuple[Instance, ...]:
        nonlocal now
        now = 2.0
        newborns.end(["meanwhile"])
        now = 3.0
        return seen

    for name in ("before", "meanwhile", "never"):
        newborns.add(name, "t")
    newborns.end(["before"])
    now = 1.0
    states = [instance.state for instance in newborns.complete(read)]
    assert states == ["running", "shutting-down", "running"]
    now = 4.0
    assert newborns.complete(lambda: seen) == seen


@pytest.mark.parametrize(
    "given", [["-f"], ["-f", "-w", "1"], ["-f", "/log", "-w", "1", "-m", "5", "-d", "D_FULLDEBUG"]]
)
def test_arguments_of_any_gridmanager(given: list[str]) -> None:
    assert parse_arguments(given).log == ("/log" if "/log" in given else None)
    assert server_module._workers(parse_arguments(given).workers) == 32
