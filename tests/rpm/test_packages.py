"""What is in the packages, for EL9 and EL10 too, and that they come and go without a trace."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest
from live.pool import run
from packages import BUILT, built, files, install, remove

TOP = Path(__file__).parents[2]
STATE, SECRETS = Path("/var/lib/condor/elastic"), Path("/etc/condor/elastic.d")
STAYS = ("/var/lib/rpm", "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid",
         "/usr/share/licenses", "/etc/.pwd.lock")  # fmt: skip


def query(package, what):
    return run("rpm", "--query", "--package", *what.split(), package).stdout.split("\n")


def left(before):
    """List what is there now and was not."""
    return sorted(path for path in files().keys() - before.keys() if not path.startswith(STAYS))


@pytest.mark.parametrize(("system", "python"), [("el9", "3.9"), ("el10", "3.12")])
def test_files_and_requirements_of_el(system, python):
    manager, worker = built(system)
    package = f"/usr/lib/python{python}/site-packages/condor_elastic"
    assert f"{package}/__init__.py" in query(manager, "--list")
    requires = set(query(manager, "--requires"))
    assert {"condor >= 23.9", f"python(abi) = {python}", "python3-condor", "python3-boto3", "python3-requests",
            "python3-pyyaml", "python3-click", "python3-rich"} <= requires  # fmt: skip
    openstack = "python3-openstacksdk >= 0.101"
    assert (openstack in requires) == (system == "el9")
    assert (openstack in query(manager, "--recommends")) == (system == "el10")
    ours = {"/etc/condor/config.d/50-elastic.conf", "/etc/condor/ganglia.d/10_elastic_metrics"}
    assert ours <= set(query(manager, "--configfiles"))
    assert "/usr/share/condor/elastic/grafana/condor-elastic.json" in query(manager, "--list")
    assert not any(line.startswith("python3-") for line in query(worker, "--requires"))
    assert "/usr/share/condor/elastic/elastic-worker.conf" in query(worker, "--list")


def test_no_file_is_in_both():
    manager, worker = (set(query(package, "--list")) for package in built("el9"))
    assert manager & worker == {""}


@pytest.mark.parametrize("system", ["el9", "el10"])
def test_byte_code_made_at_installation_goes_with_the_package(system):
    before = files()
    install(system)
    version = {"el9": "39", "el10": "312"}[system]
    sources = [path for path in left(before) if "/site-packages/" in path and path.endswith(".py")]
    assert sources
    for source in sources:  # as that system's Python would
        ours = importlib.util.cache_from_source(source)
        made = Path(ours.replace(sys.implementation.cache_tag, f"cpython-{version}"))
        made.parent.mkdir(exist_ok=True)
        made.write_bytes(b"code")
    assert remove() == ""
    assert [path for path in left(before) if not path.startswith("/usr/lib/python3.")] == []
    assert [path for path in left(before) if "elastic" in path] == []


def test_byte_code_in_the_package_is_of_its_sources():
    before = files()
    install("here")
    try:
        sources = [path for path in left(before) if path.endswith(".py")]
        assert sources
        for source in sources:
            header = Path(importlib.util.cache_from_source(source)).read_bytes()[4:16]
            flags, time, size = (int.from_bytes(header[at : at + 4], "little") for at in (0, 4, 8))
            about = Path(source).stat()
            assert (flags, time, size) == (0, int(about.st_mtime), about.st_size), source
    finally:
        remove()


def test_the_key_stays_while_vms_are_there():
    install("here")
    key, data, order = SECRETS / "retire.key", STATE / "user-data" / "try-1", STATE / "orders" / "BNL"
    for file in (key, data, order, SECRETS / "tokens.d" / "elastic", STATE / "panda" / "kept"):
        file.write_text("text\n")
    said = remove()
    assert said.startswith("condor-elastic: 1 VMs have user-data in /var/lib/condor/elastic/user-data; it stays")
    assert key.exists()
    assert data.exists()
    data.unlink()
    install("here")
    assert remove() == ""
    assert not SECRETS.exists()
    assert [path for path in STATE.rglob("*") if path.is_file()] == [order]
    shutil.rmtree(STATE)


def test_the_sites_credentials_stay():
    install("here")
    mine = SECRETS / "clouds.yaml"
    mine.write_text("clouds: {}\n")
    remove()
    assert list(SECRETS.iterdir()) == [mine]
    shutil.rmtree(SECRETS)


def same(made, there):
    return made.read_bytes() == there.read_bytes()


def dated():
    return query(built("el9")[0], "--queryformat %{BUILDTIME}")[0]


def rebuild(to, spec=TOP / "rpm" / "condor-elastic.spec", **options):
    sdist = next(BUILT.glob("condor_elastic-*.tar.gz"))
    return run(str(TOP / "scripts/package/rpm"), str(sdist), str(spec), dated(), str(to), "el9", **options)


def test_the_same_sources_give_the_same_packages(tmp_path):
    run("userdel", "elastic", check=False)  # RPM writes the number of an owner whom the builder knows into the archive
    rebuild(tmp_path)
    made = sorted(tmp_path.iterdir())
    assert len(made) == 3
    for package in made:
        assert same(package, BUILT / package.name), package.name


def test_the_same_sources_give_the_same_wheel(tmp_path):
    run("tar", "-xf", str(next(BUILT.glob("condor_elastic-*.tar.gz"))), "-C", str(tmp_path), "--strip-components=1")
    run("tar", "-cf", "/tmp/sources.tar", "-C", str(tmp_path), ".")
    run(str(TOP / "scripts/package/wheel"), "/tmp/sources.tar", dated(), "/tmp")
    wheel = next(BUILT.glob("condor_elastic-*.whl"))
    assert same(Path("/tmp") / wheel.name, wheel)


def test_the_wheel_brings_the_command(tmp_path):
    run("python3", "-m", "venv", "--system-site-packages", str(tmp_path))
    wheel = next(BUILT.glob("condor_elastic-*.whl"))
    run(str(tmp_path / "bin" / "pip"), "install", "--no-index", "--no-deps", str(wheel))
    talk = TOP / "tests" / "unit" / "apf" / "talk.conf"
    said = run(str(tmp_path / "bin" / "condor_elastic"), "import-apf", str(talk)).stdout
    assert "ELASTIC_FLEET_NAMES = " in said


def test_a_file_that_no_package_has_fails_the_build(tmp_path):
    text = (TOP / "rpm" / "condor-elastic.spec").read_text()
    spec = tmp_path / "condor-elastic.spec"
    more = "install -m 644 README.md %{buildroot}%{_bindir}/forgotten"
    spec.write_text(text.replace("\n%check\n", f"\n{more}\n\n%check\n"))
    done = rebuild(tmp_path, spec, check=False)
    assert done.returncode == 1
    assert "Installed (but unpackaged) file(s) found:\n   /usr/bin/forgotten" in done.stderr


def test_rpmlint_has_nothing_to_say():
    done = run("rpmlint", "--config", str(TOP / "rpm" / "rpmlint.toml"), *map(str, BUILT.glob("*.rpm")), check=False)
    assert done.returncode == 0, done.stdout
    assert " 0 errors, 0 warnings" in done.stdout, done.stdout
