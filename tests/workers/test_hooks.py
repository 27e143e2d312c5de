"""Each hook as HTCondor or systemd would call it, against real services on loopback."""

import json
import os
import socket
import subprocess
import time
from pathlib import Path

import pytest
from live.pool import run, wait_for
from metadata import Metadata, written

LIBEXEC = "/usr/libexec/condor/condor_elastic_"
NOWHERE = "http://127.0.0.1:1"
MARK = Path("/etc/condor/config.d/60-elastic-vm.conf")
META = {"uuid": "5a6b", "availability_zone": "nova", "meta": {"region": "RegionOne"}}


@pytest.fixture
def metadata():
    with Metadata() as server:
        yield server


def identity(*arguments):
    start = time.monotonic()
    said = run(LIBEXEC + "identity", *map(str, arguments)).stdout
    return dict(line.split(" = ", 1) for line in said.splitlines() if line != "-"), time.monotonic() - start


def test_identity_of_ec2(metadata):
    said, _ = identity(metadata.url)
    assert said == {
        "Instance": '"i-0123456789abcdef0"', "InstanceType": '"m5.xlarge"', "Image": '"ami-0123456789abcdef0"',
        "Zone": '"us-east-1a"', "Region": '"us-east-1"', "Lifecycle": '"spot"',
    }  # fmt: skip
    assert 401 not in [status for _, status in metadata.seen], "no request without a token"


def test_identity_of_openstack(metadata):
    metadata.openstack = json.dumps(META)
    assert identity(metadata.url)[0] == {"Instance": '"5a6b"', "Zone": '"nova"', "Region": '"RegionOne"'}


def test_identity_from_a_config_drive(tmp_path):
    drive = tmp_path / "openstack" / "latest"
    drive.mkdir(parents=True)
    (drive / "meta_data.json").write_text(json.dumps(META))
    assert identity(NOWHERE, tmp_path)[0]["Instance"] == '"5a6b"'


@pytest.mark.parametrize("text", ["", "[]", "not JSON", '{"meta": null}', '"text"'])
def test_a_strange_answer_is_no_identity(metadata, text):
    metadata.openstack = text
    assert identity(metadata.url)[0] == {}


def test_without_a_cloud_nothing_is_said_and_nothing_hangs():
    assert identity(NOWHERE, "/nonexistent")[0] == {}
    with socket.socket() as silent:  # takes the connection, and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        said, seconds = identity(f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert said == {}
    assert seconds < 5, "the time-out is a second"


class Notice:
    """The hook, as the startd has it running."""

    def __init__(self, url, directory):
        self.out = directory / "said"
        with self.out.open("w") as out:
            self.process = subprocess.Popen([LIBEXEC + "notice", url], stdout=out)

    def said(self):
        """Give the last ad, with its separator."""
        ads = self.out.read_text().split("- update:true\n")
        return ads[-2].splitlines() if len(ads) > 1 else []


@pytest.fixture
def notice(metadata, tmp_path):
    hook = Notice(metadata.url, tmp_path)
    yield hook
    hook.process.terminate()
    hook.process.wait()


NONE = ["Notice = undefined", "NoticeDeadline = undefined"]


def test_notices_come_as_they_change(metadata, notice):
    wait_for("the first answer", lambda: notice.said() == NONE, 10)
    metadata.rebalance()
    wait_for("the recommendation", lambda: notice.said() == ['Notice = "rebalance"', NONE[1]], 10)
    metadata.tokens.clear()  # all tokens are over: the hook takes a new one, for which nothing is announced
    wait_for("nothing", lambda: notice.said() == NONE, 10)
    metadata.interrupt(1_800_000_000, "stop")
    wait_for("the notice", lambda: notice.said() == ['Notice = "stop"', "NoticeDeadline = 1800000000"], 10)
    before = notice.out.read_text()
    asked = len(metadata.seen)
    wait_for("more questions", lambda: len(metadata.seen) > asked + 2, 10)
    assert notice.out.read_text() == before, "what does not change is said once"


def test_a_notice_that_cannot_be_read_is_one_all_the_same(metadata, notice):
    wait_for("the first answer", lambda: notice.said() == NONE, 10)
    metadata.values["spot/instance-action"] = "soon"
    said = wait_for("the notice", lambda: notice.said() if notice.said() != NONE else None, 10)
    assert said[0] == 'Notice = "terminate"'
    assert 60 < int(said[1].split(" = ")[1]) - time.time() <= 120


def test_it_ends_with_its_startd(metadata):
    startd = f"{LIBEXEC}notice {metadata.url} > /dev/null & echo $!; sleep 1"
    pid = int(run("sh", "-c", startd).stdout)
    wait_for("its end", lambda: not Path(f"/proc/{pid}").exists(), 20)


def contact(path, collector, period=10):
    said = run(LIBEXEC + "contact", collector, str(path), str(period)).stdout
    return {name: int(value) for name, value in (line.split(" = ") for line in said.splitlines() if line != "-")}


def test_silence_is_added_up_and_forgotten_with_the_first_answer(pool, tmp_path):
    kept = tmp_path / "kept"
    start = int(time.time())
    assert contact(kept, "127.0.0.1:1")["Silence"] == 0, "of a first question nobody knows"
    assert contact(kept, "cm.elastic.test")["Silence"] == 0
    kept.write_text(json.dumps({"contact": start - 7, "asked": start - 7, "silence": 0}))
    assert 7 <= contact(kept, "127.0.0.1:1")["Silence"] <= 20
    kept.write_text(json.dumps({"contact": start - 90000, "asked": start - 90000, "silence": 5}))
    said = contact(kept, "127.0.0.1:1")
    assert said == {"Contact": start - 90000, "Silence": 5 + 2 * 10 + 20}, "a VM that slept for a day was not forsaken"
    kept.write_text(json.dumps({"contact": start + 90000, "asked": start + 90000, "silence": 5}))
    assert contact(kept, "127.0.0.1:1")["Silence"] == 5, "nor one whose clock went back"
    kept.write_text("{")
    assert contact(kept, "127.0.0.1:1")["Silence"] == 0
    assert contact(kept, "cm.elastic.test")["Contact"] >= start


def test_a_collector_that_refuses_has_answered(pool, tmp_path):
    no_token = {f"_CONDOR_SEC_TOKEN_{name}DIRECTORY": str(tmp_path) for name in ("", "SYSTEM_")}
    refused = {**os.environ, **no_token, "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS": "IDTOKENS"}
    kept = tmp_path / "kept"
    kept.write_text(json.dumps({"contact": 5, "asked": 5, "silence": 99}))
    said = run(LIBEXEC + "contact", "cm.elastic.test", str(kept), "10", env=refused).stdout
    assert "Silence = 0\n" in said


@pytest.fixture
def poweroff(tmp_path):
    """Give the hook with a systemctl that notes what it is asked: the real one needs a machine that it has booted."""
    asked = tmp_path / "asked"
    (tmp_path / "jobs").write_text("")
    tool = tmp_path / "systemctl"
    tool.write_text(f'#!/bin/sh\necho "$*" >> {asked}\n[ "$1" != list-jobs ] || cat {tmp_path}/jobs\n')
    tool.chmod(0o755)

    def call(**environment):
        asked.write_text("")
        path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        run(LIBEXEC + "poweroff", env={**path, **environment})
        return "--no-block poweroff" in asked.read_text().splitlines()

    MARK.touch()
    yield call
    MARK.unlink(missing_ok=True)


PLANNED = {"SERVICE_RESULT": "exit-code", "EXIT_CODE": "exited", "EXIT_STATUS": "99"}


def test_a_planned_exit_powers_off(poweroff):
    assert poweroff(**PLANNED)


@pytest.mark.parametrize(
    "end",
    [
        {},
        {**PLANNED, "EXIT_STATUS": "0", "SERVICE_RESULT": "success"},
        {**PLANNED, "EXIT_STATUS": "44"},
        {"SERVICE_RESULT": "signal", "EXIT_CODE": "killed", "EXIT_STATUS": "SEGV"},
        {"SERVICE_RESULT": "watchdog", "EXIT_CODE": "dumped", "EXIT_STATUS": "ABRT"},
        {"SERVICE_RESULT": "signal", "EXIT_CODE": "killed", "EXIT_STATUS": "99"},
    ],
)
def test_any_other_end_does_not(poweroff, end):
    assert not poweroff(**end)


def test_a_machine_of_no_fleet_stays_on(poweroff):
    MARK.unlink()
    assert not poweroff(**PLANNED)


@pytest.mark.parametrize("verb", ["stop", "restart"])
def test_an_administrator_may_stop_the_service(poweroff, tmp_path, verb):
    (tmp_path / "jobs").write_text(f"12 condor.service {verb} running\n")
    assert not poweroff(**PLANNED)


def test_systemd_takes_the_unit_with_the_drop_in():
    done = run("systemd-analyze", "verify", "--man=no", "/usr/lib/systemd/system/condor.service", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    dropped = Path("/usr/lib/systemd/system/condor.service.d/elastic-worker.conf").read_text()
    (line,) = [line for line in dropped.splitlines() if line.startswith("ExecStopPost")]
    command = line.partition("=")[2].lstrip("-")
    assert os.access(command, os.X_OK)


def test_the_stand_in_writes_times_as_ec2_does():
    assert written(1_800_000_000) == "2027-01-15T08:00:00Z"
