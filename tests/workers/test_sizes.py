"""The central manager's drop-in, as HTCondor reads it, for pools of several sizes."""

from __future__ import annotations

import os
import subprocess

import pytest

DROP_IN = "/usr/share/condor/elastic/elastic-central-manager.conf"
NAMES = ("ELASTIC_CHILD_COLLECTORS", "ELASTIC_UPDATE_INTERVAL", "COLLECTOR_MAX_FILE_DESCRIPTORS", "DAEMON_LIST")
ROLE = "use ROLE : CentralManager"


def asked(tmp_path, *lines):
    config = tmp_path / "condor_config"
    config.write_text("\n".join([ROLE, *lines, f"include : {DROP_IN}", ""]))
    return [
        subprocess.run(["condor_config_val", name], env={**os.environ, "CONDOR_CONFIG": str(config)},
                       capture_output=True, text=True, check=False)
        for name in NAMES
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("workers", "children", "interval", "least"),
    [(0, 0, 60, 10240), (1000, 0, 60, 20000), (1001, 2, 300, 10240), (5000, 5, 300, 20000), (50000, 10, 300, 100000)],
)
def test_the_tree_grows_with_the_workers(tmp_path, workers, children, interval, least):
    told = [one.stdout.strip() for one in asked(tmp_path, f"ELASTIC_WORKERS = {workers}")]
    assert [int(one) for one in told[:3]] == [children, interval, least]
    assert [word for word in told[3].split() if word[-1].isdigit()] == [f"COLLECTOR{n + 1}" for n in range(children)]


def test_nothing_said_is_no_tree(tmp_path):
    assert asked(tmp_path)[0].stdout.strip() == "0"


@pytest.mark.parametrize("word", ["five", "5,000", "-1", "1e4"])
def test_what_is_no_number_is_refused_with_knob_and_value(tmp_path, word):
    for one in asked(tmp_path, f"ELASTIC_WORKERS = {word}"):
        assert one.returncode != 0
        assert f"ELASTIC_WORKERS = {word} must be a whole number, 0 or more" in one.stderr + one.stdout
