"""Workloads as the command takes them."""

import io
import json
import os

import pytest

from condor_elastic.cli import main

AD = {"QDate": 1700000000, "JobStartDate": 1700000100, "CompletionDate": 1700000200, "RequestCpus": 2}
PRINTED = json.dumps([AD, {**AD, "QDate": 1700000010}], indent=2)


@pytest.fixture
def knobs(tmp_path):
    path = tmp_path / "knobs.conf"
    path.write_text("""\
ELASTIC_POOL = p
ELASTIC_TRUST_DOMAIN = p
ELASTIC_COLLECTOR = p
ELASTIC_FLEET_NAMES = a
ELASTIC_A_TEMPLATE = Cpus = 2; Memory = 4096
ELASTIC_A_MAX_VMS = 3
ELASTIC_A_SUBMIT = x = y
""")
    return str(path)


def launches(capsys):
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    return row["launches"]


def test_the_same_history_from_a_file_stdin_and_the_schedd(tmp_path, knobs, capsys, monkeypatch):
    path = tmp_path / "printed"
    path.write_text(PRINTED)
    for words in (["--history", str(path)], ["--history", "-"], ["--history"], ["--history", "--negotiator", "0"]):
        monkeypatch.setattr("sys.stdin", io.StringIO(PRINTED))
        tool = tmp_path / "condor_history"
        tool.write_text(f"#!/bin/sh\ncase $1$2 in -json-attributes) cat {path} ;; esac\n")
        tool.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        assert main(["simulate", "--knobs", knobs, "--json", *words]) == 0
        assert launches(capsys) == 2


def test_a_schedd_that_cannot_be_asked_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["simulate", "--history"]) == 1
    assert "condor_history: No such file or directory; give a file" in capsys.readouterr().err
    tool = tmp_path / "condor_history"
    tool.write_text("#!/bin/sh\necho 'Error: no  schedd' >&2\nexit 3\n")
    tool.chmod(0o755)
    assert main(["simulate", "--history"]) == 1
    assert "condor_history: Error: no schedd" in capsys.readouterr().err


def test_a_file_that_is_not_there_and_two_sources_are_said(tmp_path, capsys):
    assert main(["simulate", "--history", str(tmp_path / "none")]) == 1
    assert "No such file" in capsys.readouterr().err
    assert main(["simulate", "--history", "-", "--recorded", str(tmp_path)]) == 1
    assert "--trace, --history and --recorded are jobs each: give one of them" in capsys.readouterr().err


def test_droughts_and_silence_are_said_in_seconds_from_the_start(capsys):
    burst = ["simulate", "--workload", "burst", "--days", "0.1", "--json"]

    def told(*words):
        assert main([*burst, *words]) == 0
        return json.loads(capsys.readouterr().out)["rows"][0]

    free, dry = told(), told("--drought", "3600-5400", "--drought", "6000-6600")
    assert dry["mean_wait_s"] > free["mean_wait_s"] + 1800
    assert told("--blind", "3600-5400")["mean_wait_s"] > free["mean_wait_s"] + 600
    assert main([*burst, "--drought", "7200-3600"]) == 2
    assert "7200-3600 is not FROM-TO in seconds from the start" in capsys.readouterr().err
