"""The appliances that ship are without fault, as they are installed and in a checkout."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from condor_elastic.cli import main

TOP = Path(__file__).parents[3]
INSTALL = str(TOP / "scripts/install")
NAMES = ["base", "batch", "wn-osg", "wn-atlas", "debian-13-batch"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    to = tmp_path_factory.mktemp("root")
    where = {**os.environ, "PYTHON_SITELIB": "/usr/lib/python3.9/site-packages"}
    subprocess.run([INSTALL, str(to)], check=True, env=where)
    return to


@pytest.fixture(autouse=True)
def at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("BG_CONFIG_FILE", raising=False)


@pytest.mark.parametrize("where", ["share/appliances", "usr/share/condor/elastic/appliances"])
@pytest.mark.parametrize("name", NAMES)
def test_each_passes_the_check(installed, capsys, where, name):
    place = (TOP if where.startswith("share") else installed) / where
    assert main(["image", "check", str(place / f"{name}.appl"), "--root", str(installed)]) == 0
    said = capsys.readouterr()
    assert (said.err, said.out.partition("): ")[2]) == ("", "0 errors, 0 warnings.\n")


def test_no_other_definition_ships(installed):
    found = {path.stem for path in (installed / "usr/share/condor/elastic/appliances").rglob("*.appl")}
    assert found == set(NAMES)


def shown(name, installed, capsys):
    assert main(["image", "show", f"{TOP}/share/appliances/{name}.appl", "--root", str(installed), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_each_el_worker_is_the_one_before_it_and_more(installed, capsys):
    made = [shown(name, installed, capsys) for name in NAMES[:4]]
    assert made[-1]["appliances"] == NAMES[:3]
    for key in ("packages", "repos", "files"):
        lists = [[each.get("value", each.get("name", each.get("target"))) for each in one[key]] for one in made]
        for above, below in zip(lists, lists[1:]):
            assert below[: len(above)] == above
    assert {"condor", "condor-elastic-worker", "cloud-init", "osg-wn-client", "cvmfs"} <= {
        each["value"] for each in made[-1]["packages"]
    }


def test_the_debian_worker_has_every_file_of_the_workers_package(installed, capsys, tmp_path):
    subprocess.run([INSTALL, str(tmp_path), "worker"], check=True)
    package = {f"/{path.relative_to(tmp_path)}" for path in tmp_path.rglob("*") if path.is_file()}
    assert package <= {each["target"] for each in shown("debian-13-batch", installed, capsys)["files"]}


def test_without_the_workers_files_the_debian_worker_is_at_fault(tmp_path, capsys):
    assert main(["image", "check", f"{TOP}/share/appliances/debian-13-batch.appl", "--root", str(tmp_path)]) == 1
    assert f"there is no file {tmp_path}/usr/share/condor/elastic/elastic-worker.conf" in capsys.readouterr().err


@pytest.mark.parametrize("name", NAMES)
def test_no_secret_and_no_password_is_in_them(installed, capsys, name):
    assert shown(name, installed, capsys)["os"]["password"] is None
