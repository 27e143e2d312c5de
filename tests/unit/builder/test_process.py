"""Long commands: what they say is kept, their steps are told, and they never outlive us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from live.pool import wait_for

from condor_elastic.builder import BuildFailed
from condor_elastic.builder.process import STEP, run

MORE = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
WAITS = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell leaves it ignored
sys.path.insert(0, {top!r})
from pathlib import Path
from condor_elastic.builder.process import run
apart = ["unshare", *{more!r}, "--pid", "--fork", "--kill-child=KILL"]
run([*apart, "sh", "-c", "echo $$ > {here}/on; sleep 1000 & sleep 1000"],
    Path({here!r}, "log"), print)
"""


def sleepers(directory):
    """Count the processes of a command that has its directory in its words or environment."""
    found = []
    for words in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            found.append(f"ELASTIC_TEST={directory}".encode() in words.read_bytes())
    return sum(found)


def test_steps_are_told_and_all_is_kept(tmp_path):
    told = []
    words = "\u2023 one\nplain\n\x1b[32m\u2023  two\x1b[0m\n"
    lines = run(["printf", "%s", words], tmp_path / "log", told.append)
    assert told == ["one", "two"]
    assert lines[1] == "plain"
    assert "plain\n" in (tmp_path / "log").read_text()


def test_a_command_that_fails_is_told_with_its_last_words(tmp_path):
    with pytest.raises(BuildFailed) as failed:
        run(["sh", "-c", "seq 100; exit 3"], tmp_path / "log", print)
    assert str(failed.value).startswith(f"sh failed with status 3 (all it said: {tmp_path}/log):\n")
    assert str(failed.value).endswith("99\n100")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_us(tmp_path, how):
    script = WAITS.format(top=str(Path(__file__).parents[3]), here=str(tmp_path), more=MORE)
    ours = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL,
                            env={**os.environ, "ELASTIC_TEST": str(tmp_path)})  # fmt: skip
    try:
        wait_for("all of it", lambda: (tmp_path / "on").exists() and sleepers(tmp_path) >= 4)
        ours.send_signal(how)
        ours.wait(60)
    finally:
        ours.kill()
        ours.wait()
    wait_for("the end of all", lambda: not sleepers(tmp_path))


def test_the_steps_of_mkosi_are_known():
    assert STEP.match("‣  Building image")[1] == "Building image"
    assert STEP.match("\x1b[33m‣ warned\x1b[0m")[1] == "warned"
    assert not STEP.match("Setting up libc6")
