"""Living systems are taken as they are said, dead ones by a table, others are refused."""

from pathlib import Path

import pytest

from condor_elastic.appliance import Fault, OperatingSystem, Stated, Warn
from condor_elastic.appliance.systems import OLDEST, SUCCESSOR, system_of

LIVING = ["almalinux 9", "almalinux 10.1", "rocky 9", "centos 9", "rhel 10", "fedora 43", "fedora rawhide", "debian 12",
          "debian 13", "debian trixie", "ubuntu 22.04", "ubuntu noble", "ubuntu 24.04"]  # fmt: skip
DEAD = {
    "sl 5": "almalinux 9", "sl 6": "almalinux 9", "centos 5": "almalinux 9", "centos 6": "almalinux 9",
    "rhel 5": "almalinux 9", "rhel 6.4": "almalinux 9", "fedora 13": "almalinux 9", "fedora 14": "almalinux 9",
    "fedora 17": "almalinux 9", "fedora 42": "almalinux 9", "almalinux 8": "almalinux 9", "SL 6": "almalinux 9",
    "debian 6": "debian 13", "debian squeeze": "debian 13", "ubuntu precise": "ubuntu 24.04",
    "ubuntu 12.04": "ubuntu 24.04",
}  # fmt: skip


def os_of(text):
    name, _, version = text.partition(" ")
    return OperatingSystem(Stated(name), Stated(version))


def built(text, **options):
    system, remark = system_of(os_of(text), options)
    return system and f"{system.name} {system.version}", remark


@pytest.mark.parametrize("text", LIVING)
def test_a_living_system_is_built(text):
    assert built(text) == (text, None)


@pytest.mark.parametrize(("text", "successor"), DEAD.items())
def test_a_dead_one_is_taken_for_another_and_that_is_said_loudly(text, successor):
    system, remark = built(text)
    assert system == successor
    assert isinstance(remark, Warn)
    assert f"{text.lower()} IS DEAD, and {successor} is built in its place" in remark.said


@pytest.mark.parametrize(("text", "name", "version"), [("sl 5", "rocky", 9), ("dummy 0", "debian", 13)])
def test_os_config_names_another(text, name, version):
    assert built(text, name=name, version=version) == (f"{name} {version}", None)


def test_os_config_may_name_the_version_alone():
    assert built("rhel 5", version=10) == ("rhel 10", None)
    assert built("rhel 9", format="qcow2") == ("rhel 9", None)


@pytest.mark.parametrize(
    ("text", "options", "what"),
    [
        ("dummy 0", {}, "os.name is dummy: this is to be inherited from, and not to be built; say os in a child, or "),
        ("Dummy 0", {}, "os.name is dummy: this is to be inherited from"),
        ("solaris 11", {}, "the system solaris 11 is unknown; systems that are built: almalinux, rocky, "),
        ("almalinx 9", {}, "the system almalinx 9 is unknown; did you mean almalinux?"),
        ("fedora -", {}, "the system fedora - is unknown; systems that are built: "),
        ("", {"name": "debian"}, "the system debian is unknown; a version belongs to it"),
        ("sl 5", {"version": 6}, "--os-config: sl 6 is dead; systems that are built: almalinux, "),
        ("sl 5", {"name": "fedora", "version": 17}, "--os-config: fedora 17 is dead; 43 is the oldest fedora that "),
    ],
)
def test_what_cannot_be_built_is_a_fault(text, options, what):
    system, fault = built(text, **options)
    assert (system, type(fault)) == (None, Fault)
    assert fault.said.startswith(what)


def test_without_a_word_there_is_none():
    system, fault = system_of(OperatingSystem(), {})
    assert (system, fault.said.partition(":")[0]) == (None, "no os is said")


def test_the_table_is_documented():
    page = (Path(__file__).parents[3] / "docs/images.md").read_text()
    for name, (new, version) in SUCCESSOR.items():
        oldest = f"before {OLDEST[name]}" if name in OLDEST else "any"
        assert f"| `{name}` | {oldest} | `{new} {version}` |" in page
