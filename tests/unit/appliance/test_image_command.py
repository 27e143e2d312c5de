"""condor_elastic image show and check."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from condor_elastic.cli import main

TOP = Path(__file__).parents[3]
GOOD = "os: {name: rocky, version: 9}\n"


@pytest.fixture(autouse=True)
def at_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("BG_CONFIG_FILE", raising=False)


def run(capsys, *words):
    status = main(["image", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_show_names_each_value_with_its_place(write, capsys):
    child = "summary: mine\nappliances: [base]\npost: {ec2: ['#A#']}"
    write(base=f"{GOOD}packages: [vim]\nvariables: {{A: b}}", a=child)
    status, out, err = run(capsys, "show", "a.appl")
    lines = out.splitlines()
    assert (status, err, lines[:3]) == (0, "", ["a 1.0: mine", "of base.appl, a.appl", ""])
    assert [tuple(re.split("  +", line)) for line in lines[3:]] == [
        ("WHAT", "VALUE", "FROM"),
        ("os.name", "rocky", "base.appl:2:12"),
        ("os.version", "9", "base.appl:2:28"),
        ("os.password", "none: root is locked", "default"),
        ("hardware.cpus", "1", "default"),
        ("hardware.memory", "256 MB", "default"),
        ("partition /", "1 GB ext4", "default"),
        ("package", "vim", "base.appl:3:12"),
        ("post.ec2", "b", "a.appl:4:14"),
        ("variable A", "b", "base.appl:4:16"),
    ]


def test_show_says_warnings_and_faults_and_shows_all_the_same(write, capsys):
    write(a="os: {name: sl, version: 6}\nfiles: {'/etc': [none]}")
    status, out, err = run(capsys, "show", "a.appl")
    assert (status, "built as         almalinux 9" in out) == (0, True)
    assert [line.split()[0] for line in err.splitlines()] == ["error:", "warning:", "warning:"]


def test_a_password_is_never_shown(write, capsys):
    write(a="os: {name: rocky, version: 9, password: hunter2}")
    for words in (["show", "a.appl"], ["show", "a.appl", "--json"], ["check", "a.appl"], ["check", "a.appl", "--json"]):
        _, out, err = run(capsys, *words)
        assert "hunter2" not in out + err
    assert "********" in run(capsys, "show", "a.appl")[1]
    told = "warning: a.appl:2:41: the root password stands in the definition"
    assert run(capsys, "check", "a.appl")[2].startswith(told)


def test_what_cannot_be_read_is_said_by_both_also_as_json(write, capsys):
    write(a="version: x")
    said = "a.appl:2:10: version = x is a text; a whole number would be right"
    for command in ("show", "check"):
        assert run(capsys, command, "a.appl") == (1, "", f"error: {said}\n")
        status, out, err = run(capsys, command, "a.appl", "--json")
        assert (status, err, json.loads(out)) == (1, "", {"ok": False, "name": None, "errors": [said], "warnings": []})


def test_check_counts(write, capsys):
    write(a=f"{GOOD}post: {{vmwrae: [ls]}}")
    status, out, err = run(capsys, "check", "a.appl")
    assert (status, out) == (0, "a (rocky 9, 1 file): 0 errors, 1 warning.\n")
    assert err == "warning: a.appl:3:17: post.vmwrae is never run: there is no such platform; did you mean vmware?\n"
    status, out, _ = run(capsys, "check", "a.appl", "--json", "-p", "ec3")
    made = json.loads(out)
    assert (status, made["ok"], made["name"], len(made["errors"]), len(made["warnings"])) == (1, False, "a", 1, 1)


def test_a_parent_that_is_not_for_itself_is_an_error_to_check_but_not_to_a_child(write, capsys):
    write(base="os: {name: dummy, version: 0}", a=f"appliances: [base]\n{GOOD}")
    status, out, err = run(capsys, "check", "base.appl")
    assert (status, out) == (1, "base (no system, 1 file): 1 error, 0 warnings.\n")
    assert err.startswith("error: base.appl:2:12: os.name is dummy: this is to be inherited from, and not to be built")
    assert run(capsys, "check", "a.appl")[0] == 0
    chosen = ["--os-config", "name:debian,version:13"]
    assert run(capsys, "check", "base.appl", *chosen)[:2] == (0, "base (debian 13, 1 file): 0 errors, 0 warnings.\n")


def test_options_of_reading(write, capsys, monkeypatch):
    monkeypatch.setenv("MINE", "here")
    write(a=f"{GOOD}post: {{base: ['#MINE# #ARCH#']}}")
    status, out, _ = run(capsys, "show", "a.appl", "--env", "MINE", "--arch", "aarch64", "--json")
    assert (status, json.loads(out)["post"]["base"][0]["value"]) == (0, "here aarch64")


def test_the_configuration_file_is_read_and_what_is_wrong_there_is_said(write, capsys):
    write(a="os: {name: sl, version: 6}")
    Path(".boxgrinder").mkdir()
    Path(".boxgrinder/config").write_text("os_config: {name: rocky, version: 10}\ndelivery: local\n")
    status, out, err = run(capsys, "check", "a.appl")
    assert (status, out) == (1, "a (rocky 10, 1 file): 1 error, 0 warnings.\n")
    assert err.startswith("error: local needs path: ")
    Path(".boxgrinder/config").write_text("plugins: []\n")
    assert "config:1:10: plugins is a list; a map would be right" in run(capsys, "show", "a.appl")[2]


def test_the_place_of_a_default_is_nothing_in_json(write, capsys):
    write(a=GOOD)
    made = json.loads(run(capsys, "show", "a.appl", "--json")[1])
    assert made["hardware"]["cpus"] == {"value": 1, "from": None}
    assert made["os"]["name"]["from"] == {"file": "a.appl", "line": 2, "column": 12}
    assert (made["files_read"], made["errors"], made["warnings"]) == (["a.appl"], [], [])


@pytest.mark.parametrize("module", ["condor_elastic.cycle", "condor_elastic.cli.group", "condor_elastic.appliance"])
def test_yaml_is_imported_only_when_a_definition_is_read(module):
    code = f"import sys, {module}; print(sorted({{'yaml'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout) == ("", "[]\n")
