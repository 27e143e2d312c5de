"""mkosi itself reads what is written for it: the appliances that ship, of Debian and of EL9, for each platform."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from condor_elastic.builder.tools import find_tools
from condor_elastic.cli.group import condor_elastic

TOP = Path(__file__).parents[2]
SHIPPED = TOP / "share/appliances"
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def tools():
    return find_tools("deb", print)


@pytest.fixture
def definitions(tmp_path):
    """Give the directory of a site's own definitions: those that ship, and a child that says where packages are."""
    subprocess.run(["cp", "-r", SHIPPED, tmp_path / "appliances"], check=True)
    subprocess.run([TOP / "scripts/install", tmp_path / "worker", "worker"], check=True)
    (tmp_path / "rpms").mkdir()
    (tmp_path / "rpms/condor-elastic-worker-0.1.0-1.el9.noarch.rpm").touch()
    ours = f'name: ours\nappliances: [wn-atlas]\nvariables: {{WORKER_RPMS: "{tmp_path}/rpms"}}\n'
    (tmp_path / "appliances/ours.appl").write_text(ours)
    return tmp_path / "appliances"


@pytest.fixture
def summary(tools, definitions, tmp_path):
    """Write a recipe with image build --recipe, and give what mkosi understands of it."""

    def summary(name, *more):
        words = ["image", "build", str(definitions / f"{name}.appl"), "--recipe", str(tmp_path / "recipe")]
        words += ["--root", str(tmp_path / "worker"), *more]
        done = CliRunner().invoke(condor_elastic, words, standalone_mode=False)
        assert done.return_value == 0, done.output
        said = subprocess.run(tools.command(tmp_path / "recipe", ["mkosi", "--json", "summary"]), check=False,
                              capture_output=True, text=True)  # fmt: skip
        assert said.returncode == 0, said.stderr
        assert "‣" not in said.stderr, "mkosi has nothing to warn of"
        (image,) = json.loads(said.stdout)["Images"]
        return image

    return summary


def test_an_el9_worker_node_is_read(summary):
    image = summary("ours", "-p", "ec2")
    assert (image["Distribution"], image["Release"], image["Architecture"]) == ("alma", "9", "x86-64")
    assert {"kernel", "condor", "condor-elastic-worker", "cloud-init", "cvmfs", "osg-wn-client"} <= {*image["Packages"]}
    assert (image["Format"], image["Bootable"], image["Bootloader"]) == ("disk", "enabled", "grub")
    assert image["WithNetwork"] is True
    assert [Path(each).name for each in image["PackageDirectories"]] == ["mkosi.packages"]
    assert [Path(each).name for each in image["RepartDirectories"]] == ["mkosi.repart"]
    assert [Path(each).name for each in image["PostInstallationScripts"]] == ["mkosi.postinst.chroot"]
    assert [Path(each).name for each in image["FinalizeScripts"]] == ["mkosi.finalize"]
    assert image["SplitArtifacts"] == []


@pytest.mark.parametrize(("platform", "kernel"), [("openstack", "cloud-amd64"), ("vmware", "amd64")])
def test_a_debian_worker_is_read(summary, platform, kernel):
    more = ["--platform-config", "type:enterprise"] if platform == "vmware" else []
    image = summary("debian-13-batch", "-p", platform, *more)
    assert (image["Distribution"], image["Release"]) == ("debian", "trixie")
    assert {f"linux-image-{kernel}", "condor", "cloud-init"} <= {*image["Packages"]}
    assert [Path(each["Source"]).name for each in image["ExtraTrees"]] == ["mkosi.extra"]


def test_debian_12_is_read(summary, definitions):
    (definitions / "twelve.appl").write_text('name: twelve\nos: {name: debian, version: 12, password: "secret"}\n')
    image = summary("twelve")
    assert image["Release"] == "bookworm"
    assert image["RootPassword"]
