"""The steps of a build: what is there is not made again, and nothing half made is ever found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from definitions import DEBIAN

from condor_elastic.builder import BuildFailed, build
from condor_elastic.builder.recipe import recipe

HERE = "appliances/x86_64/debian/13/try/1.0"


class Builder:
    """Stands for mkosi, which takes minutes: a disk is the text of its recipe."""

    def __init__(self, *, fails: bool = False) -> None:
        self.made, self.fails = [], fails

    def recipe(self, order):
        return recipe(order)

    def make(self, said, order, directory, say):
        self.made.append(order.platform or "system")
        disk = directory / f"{order.name}-sda.raw"
        disk.write_text(said.texts["mkosi.postinst.chroot"].text)
        if self.fails:
            raise BuildFailed("no")
        return disk

    def convert(self, disk, made, form, say):
        made.write_text(f"{form}\n{disk.read_text()}")


@pytest.fixture
def made(ordered, tmp_path):
    """Build a definition, and give the builder, the files that are there and what was said."""

    def made(definition, platform="", *, force=False, fails=False):
        builder, said = Builder(fails=fails), []
        try:
            build(builder, ordered(definition, platform), tmp_path / "build", said.append, force=force)
        finally:
            top = tmp_path / "build" / HERE
            files = (path for path in top.rglob("*") if path.is_file() and path.suffix != ".lock")
            made.files = {str(path.relative_to(top)) for path in files}
        return builder.made, made.files, said

    return made


def test_a_platform_that_adds_nothing_is_a_conversion(made):
    steps, files, said = made(DEBIAN, "libvirt")
    assert steps == ["system"]
    assert files == {"debian-plugin/try-sda.raw", "debian-plugin/try.json", "libvirt-plugin/try.qcow2",
                     "libvirt-plugin/try.xml", "libvirt-plugin/try.json"}  # fmt: skip
    assert said[-1].startswith("made ")


def test_a_platform_with_post_commands_or_another_kernel_gets_a_disk_of_its_own(made, tmp_path):
    steps, files, _ = made(DEBIAN + "post: {base: [one], ec2: [second]}\n", "ec2")
    assert steps == ["system", "ec2"]
    assert files == {"debian-plugin/try-sda.raw", "debian-plugin/try.json", "ec2-plugin/try.raw", "ec2-plugin/try.json"}
    top = tmp_path / "build" / HERE
    assert "second" not in (top / "debian-plugin/try-sda.raw").read_text()
    assert "second" in (top / "ec2-plugin/try.raw").read_text()
    steps, files, _ = made(DEBIAN + "post: {base: [one], ec2: [second]}\n", "vmware")
    assert steps == ["vmware"]
    assert {"vmware-plugin/try.vmdk", "vmware-plugin/try.ovf"} <= files


def test_a_step_whose_result_is_there_is_skipped_and_said(made):
    made(DEBIAN, "openstack")
    steps, _, said = made(DEBIAN, "openstack")
    assert steps == []
    assert [line.rpartition("/")[2] for line in said] == ["try-sda.raw exists, skipped", "try.qcow2 exists, skipped"]
    steps, _, said = made(DEBIAN + "packages: [wget]\n", "openstack")
    assert steps == []
    assert all("IT IS OF ANOTHER DEFINITION" in line for line in said)
    steps, _, said = made(DEBIAN + "packages: [wget]\n", "openstack", force=True)
    assert steps == ["system"]


def test_a_build_that_fails_leaves_nothing_that_a_next_one_would_find(made):
    with pytest.raises(BuildFailed):
        made(DEBIAN, fails=True)
    assert not any(path.startswith("debian-plugin/") for path in made.files)
    steps, files, _ = made(DEBIAN)
    assert steps == ["system"]
    assert files == {"debian-plugin/try-sda.raw", "debian-plugin/try.json"}


def test_beside_a_disk_stands_what_it_was_made_of(made, tmp_path):
    made(DEBIAN, "ec2")
    about = json.loads((tmp_path / "build" / HERE / "ec2-plugin/try.json").read_text())
    assert (about["name"], about["version"], about["system"], about["platform"]) == ("try", "1.0", "debian 13", "ec2")
    assert (about["disk"], about["definition"]) == ("try.raw", str(tmp_path / "try.appl"))
    assert len(about["recipe"]) == 64
    assert about["bytes"] == Path(tmp_path / "build" / HERE / "ec2-plugin/try.raw").stat().st_size


def test_an_unknown_platform_is_refused(made):
    with pytest.raises(BuildFailed, match="the platform xen is unknown; known: ec2, openstack, libvirt, kvm"):
        made(DEBIAN, "xen")
