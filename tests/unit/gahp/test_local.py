from __future__ import annotations

import os
import shlex
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from gahp.local_cloud import Cloud, wait_until

from condor_elastic.gahp import local, processes
from condor_elastic.gahp.driver import CloudError, Credentials
from condor_elastic.gahp.local import LocalDriver, instance_id
from condor_elastic.gahp.local_record import read, write

SLEEP = "exec sleep 1000"


def supervisor(vm: Path) -> int:
    record = read(vm)
    assert record is not None
    assert record.pid is not None
    return record.pid


def test_a_vm_runs_and_stops_and_leaves_nothing(cloud: Cloud) -> None:
    vm = cloud.base / cloud.start("t", SLEEP)
    cloud.until(vm.name, "running")
    assert (vm / "etc/condor/condor_config").exists()
    (running,) = cloud.driver.list()
    assert (running.token, running.state, running.reason) == ("t", "running", None)
    cloud.driver.stop(vm.name)
    assert cloud.end(vm.name).reason == "Client.UserInitiatedShutdown"
    assert {path.name for path in vm.iterdir()} == {"vm.json", "stopping"}
    assert [len(cloud.driver.list()) for _ in range(3)] == [1, 1, 0]
    assert not list(cloud.base.iterdir())


def test_a_start_is_idempotent_across_processes(cloud: Cloud) -> None:
    launch = cloud.launch("t", "echo started >> $CONDOR_CONFIG.count; " + SLEEP)
    assert cloud.driver.start(launch) == cloud.another().start(launch) == instance_id("t")
    vm = cloud.base / instance_id("t")
    cloud.until(vm.name, "running")
    first = supervisor(vm)
    cloud.another().start(launch)
    assert supervisor(vm) == first
    count = vm / "etc/condor/condor_config.count"
    assert wait_until(lambda: count.exists() and count.read_text()) == "started\n"
    assert len(cloud.driver.list()) == 1


def test_a_stop_reaches_what_has_fled_to_another_session(cloud: Cloud) -> None:
    flight = "cd /; echo $$ > \"$0\"; trap '' TERM QUIT; sleep 1000"
    script = f"(setsid --fork sh -c {shlex.quote(flight)} $CONDOR_CONFIG.pid); {SLEEP}"
    vm = cloud.base / cloud.start("t", script)
    file = vm / "etc/condor/condor_config.pid"
    fled = int(wait_until(lambda: file.exists() and file.read_text()))
    assert processes.start_time(fled)
    cloud.driver.stop(vm.name)
    assert cloud.state(vm.name) in ("shutting-down", "terminated")
    cloud.end(vm.name)
    assert not processes.start_time(fled)


@pytest.mark.parametrize(
    ("script", "reason", "status"),
    [
        ("exit 0", "Client.InstanceInitiatedShutdown", 0),
        ("exit 99", "Client.InstanceInitiatedShutdown", 99),
        ("exit 4", "Server.InternalError", 4),
        ("kill -9 $$", "Server.InternalError", -9),
    ],
)
def test_why_a_vm_ended(cloud: Cloud, script: str, reason: str, status: int) -> None:
    name = cloud.start("t", "sleep 1000 & " + script)
    assert cloud.end(name).reason == reason
    record = read(cloud.base / name)
    assert record is not None
    assert record.exit_status == status


def test_a_killed_supervisor_is_noticed_and_cleared_up_after(cloud: Cloud) -> None:
    vm = cloud.base / cloud.start("t", "trap '' QUIT; sleep 1000; sleep 1000")
    cloud.until(vm.name, "running")
    wait_until(lambda: len(processes.at_home_below(vm)) >= 3)
    os.kill(supervisor(vm), signal.SIGKILL)
    assert cloud.end(vm.name).reason == "Server.InternalError"
    assert not processes.at_home_below(vm)


def test_a_start_that_died_half_way_is_repaired_by_the_next(cloud: Cloud) -> None:
    vm = cloud.base / instance_id("t")
    vm.mkdir()
    assert cloud.state(vm.name) == "pending"
    cloud.start("t", SLEEP)
    cloud.until(vm.name, "running")


def test_a_start_that_died_half_way_is_given_up(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    vm = cloud.base / instance_id("t")
    vm.mkdir()
    monkeypatch.setattr(local, "START_PATIENCE", 0.0)
    assert cloud.end(vm.name).reason == "Server.InternalError"
    cloud.driver.list()
    cloud.driver.list()
    assert not vm.exists()


def test_only_the_owner_counts_reports_but_age_removes_for_all(cloud: Cloud) -> None:
    vm = cloud.base / cloud.start("t", "exit 0")
    cloud.end(vm.name)
    stranger = LocalDriver(cloud.base, "/other")
    assert [len(stranger.list()) for _ in range(3)] == [1, 1, 1]
    stranger.close()
    record = read(vm)
    assert record is not None
    write(vm, replace(record, ended=time.time() - local.RETENTION - 1))
    stranger.list()
    assert not vm.exists()


def test_a_clean_exit_leaves_nothing_of_what_was_reported_or_stopped(cloud: Cloud) -> None:
    ended = cloud.start("a", "exit 0")
    cloud.end(ended)
    cloud.driver.list()
    alive = cloud.start("b", SLEEP)
    stopped = cloud.start("c", "trap '' QUIT; sleep 1000 & wait; sleep 1")
    cloud.driver.stop(stopped)
    cloud.driver.close()
    wait_until(lambda: [path.name for path in cloud.base.iterdir()] == [alive])
    assert cloud.state(alive) == "running"


def test_stopping_what_is_unknown_is_a_success(cloud: Cloud) -> None:
    for name in ("i-0123456789abcdef0", "../..", "", "i-x"):
        cloud.driver.stop(name)


def test_a_cloud_that_cannot_be_read_is_not_empty(cloud: Cloud) -> None:
    cloud.base.rmdir()
    with pytest.raises(CloudError, match="Unavailable"):
        cloud.driver.list()


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"instance_type": "m1.small"}, "2x2048"),
        ({"instance_type": None}, "2x2048"),
        ({"image": "ami-1"}, "absolute path"),
        ({"image": "/no/such/image"}, "no such directory"),
        ({"user_data": b"#!/bin/sh"}, "#cloud-config"),
    ],
)
def test_what_cannot_be_started_leaves_nothing(cloud: Cloud, more: dict[str, object], text: str) -> None:
    with pytest.raises(CloudError, match=text):
        cloud.driver.start(cloud.launch("t", SLEEP, **more))
    assert not list(cloud.base.iterdir())


def test_a_master_that_is_not_there(cloud: Cloud) -> None:
    with pytest.raises(CloudError, match="HTCondor"):
        LocalDriver(cloud.base, "", "/no/such/master").start(cloud.launch("t", SLEEP))


def test_twenty_at_once(cloud: Cloud) -> None:
    names = [cloud.start(f"t{number}", SLEEP) for number in range(20)]
    wait_until(lambda: [i.state for i in cloud.another().list()] == ["running"] * 20)
    for name in names:
        cloud.driver.stop(name)
    wait_until(lambda: {i.state for i in cloud.another().list()} == {"terminated"})


def test_urls(tmp_path: Path) -> None:
    driver = LocalDriver.at(f"local://{tmp_path}/deep/vms", Credentials("/a", "/s"))
    assert driver.list() == ()
    assert (tmp_path / "deep/vms").stat().st_mode & 0o777 == 0o700
    for url in ("local://host/vms", "local://", "local:///", "local:///a b", "local:///$(x)", "local:///proc/no/vms"):
        with pytest.raises(CloudError):
            LocalDriver.at(url, Credentials("/a", "/s"))
