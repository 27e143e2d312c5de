"""All of hooks/, config.d/ and share/ is installed, in one of two packages; what the RPM makes, setup would make."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from build import settings

import condor_elastic
from condor_elastic import setup

TOP = Path(__file__).parents[2]
SPEC = (TOP / "rpm" / "condor-elastic.spec").read_text()


def install(to: Path, *package: str) -> dict[str, bytes]:
    where = {**os.environ, "PYTHON_SITELIB": "/usr/lib/python3.9/site-packages"}
    subprocess.run([TOP / "scripts" / "install", to, *package], check=True, env=where)
    return {str(file.relative_to(to)): file.read_bytes() for file in to.rglob("*") if file.is_file()}


def test_every_hook_every_configuration_and_what_is_shared_is_installed(tmp_path: Path) -> None:
    installed = set(install(tmp_path).values())
    ships = [file for place in ("hooks", "config.d", "share") for file in (TOP / place).rglob("*") if file.is_file()]
    assert len(ships) > 20
    assert [file.name for file in ships if file.read_bytes() not in installed] == []


def test_every_module_is_installed(tmp_path: Path) -> None:
    installed = install(tmp_path)
    modules = {str(file.relative_to(TOP)) for file in (TOP / "condor_elastic").rglob("*.py")}
    assert modules == {name.partition("site-packages/")[2] for name in installed if name.endswith(".py")}


def test_two_packages_share_no_file_and_leave_none_out(tmp_path: Path) -> None:
    manager, worker = (install(tmp_path / name, name) for name in ("manager", "worker"))
    assert manager.keys() & worker.keys() == set()
    assert {**manager, **worker} == install(tmp_path / "both")
    assert not any("site-packages" in name for name in worker)


def test_monitors_find_what_is_theirs(tmp_path: Path) -> None:
    installed = install(tmp_path, "manager")
    formats = {name for name in installed if name.endswith(".cpf")}
    names = ("", "-queues", "-fleets", "-workers", "-vms", "-schedd")
    assert formats == {f"usr/share/condor/elastic{name}.cpf" for name in names}
    assert {"etc/condor/ganglia.d/10_elastic_metrics", "usr/share/condor/elastic/grafana/condor-elastic.json"} <= set(
        installed
    )


def test_an_unknown_package_is_refused(tmp_path: Path) -> None:
    done = subprocess.run([TOP / "scripts" / "install", tmp_path, "wrker"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "usage: scripts/install DESTDIR [manager|worker]\n")
    assert list(tmp_path.iterdir()) == []


def test_the_rpm_makes_the_directories_of_setup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "_directory", lambda *directory: directory)
    text = SPEC.replace("%{state}", "/var/lib/condor/elastic").replace("%{secrets}", "/etc/condor/elastic.d")
    packaged = re.findall(r"^%dir %attr\((\d+),(\w+),(\w+)\) (\S+)$", text, re.MULTILINE)
    assert {(path, owner, group, int(mode, 8)) for mode, owner, group, path in packaged} == set(
        setup._directories(settings().pool)
    )


def test_the_rpm_has_the_version_of_the_package() -> None:
    assert re.findall(r"^Version:\s+(\S+)$", SPEC, re.MULTILINE) == [condor_elastic.__version__]
    assert re.search(r"^%changelog\n.* - (\S+)-\d+$", SPEC, re.MULTILINE).group(1) == condor_elastic.__version__
