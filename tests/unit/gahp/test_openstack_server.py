from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from condor_elastic.gahp.driver import Instance
from condor_elastic.gahp.openstack_server import OWNER, TOKEN, Server, chosen, instance, read, reason_of_failure


@pytest.mark.parametrize(
    ("status", "task", "state"),
    [
        ("BUILD", "spawning", "pending"),
        ("BUILD", "deleting", "shutting-down"),
        ("ACTIVE", None, "running"),
        ("ACTIVE", "deleting", "shutting-down"),
        ("SHUTOFF", None, "stopped"),
        ("SHELVED_OFFLOADED", None, "stopped"),
        ("PAUSED", None, "running"),
        ("SUSPENDED", None, "running"),
        ("HARD_REBOOT", None, "running"),
        ("SOFT_DELETED", None, "shutting-down"),
        ("DELETED", None, "terminated"),
        ("UNKNOWN", None, "running"),
        ("a word of tomorrow", None, "running"),
    ],
)
def test_states(status: str, task: str | None, state: str) -> None:
    assert instance(Server("1", status, task), None).state == state


def test_what_is_unknown_stays_as_it_was() -> None:
    last = Instance("1", "pending", "t")
    assert instance(Server("1", "UNKNOWN"), last) == last


def test_an_address_is_told_of_a_running_server_only() -> None:
    assert instance(Server("1", "ACTIVE", address="10.0.0.1"), None).address == "10.0.0.1"
    assert instance(Server("1", "BUILD", address="10.0.0.1"), None).address is None


def test_failures_have_a_reason() -> None:
    young, old = time.time(), time.time() - 100
    assert reason_of_failure(Server("1", "ERROR", fault="No valid host was found. "), 60) == (
        "NoValidHost: No valid host was found."
    )
    assert "gives no reason" in (reason_of_failure(Server("1", "ERROR"), 60) or "")
    assert (reason_of_failure(Server("1", "BUILD", created=old), 60) or "").startswith("BuildTimeout: still in BUILD")
    assert reason_of_failure(Server("1", "BUILD", created=young), 60) is None
    assert reason_of_failure(Server("1", "ERROR", "deleting"), 60) is None
    assert reason_of_failure(Server("1", "ACTIVE", created=old), 60) is None


def test_of_two_servers_the_one_that_was_answered_counts_else_the_eldest() -> None:
    elder, younger = Server("b", "ACTIVE", created=1), Server("a", "BUILD", created=2)
    assert chosen([younger, elder], None) == elder
    assert chosen([younger, elder], "a") == younger
    assert chosen([Server("b", "ACTIVE", "deleting", created=1), younger], None) == younger


def test_a_server_is_read() -> None:
    fixed = {"addr": "10.0.0.1", "OS-EXT-IPS:type": "fixed"}
    floating = {"addr": "192.0.2.1", "OS-EXT-IPS:type": "floating"}
    seen = SimpleNamespace(
        id="1",
        status="ACTIVE",
        task_state=None,
        metadata={TOKEN: "t", OWNER: "cm"},
        created_at="1970-01-01T00:01:00Z",
        fault=None,
        key_name="k",
        addresses={"net": [fixed, floating]},
    )
    assert read(seen) == Server("1", "ACTIVE", None, "t", "cm", 60.0, None, "k", "192.0.2.1")


def test_a_server_of_a_cell_that_is_down_is_read() -> None:
    names = ("status", "task_state", "metadata", "created_at", "fault", "key_name", "addresses")
    server = read(SimpleNamespace(id="1", **dict.fromkeys(names)))
    assert (server.status, server.token) == ("UNKNOWN", None)
