"""image build: BoxGrinder's command line."""

from __future__ import annotations

import click
import pytest
from definitions import DEBIAN

from condor_elastic import builder
from condor_elastic.builder import Built
from condor_elastic.cli import image, image_build, main
from condor_elastic.cli.image_build import apart


@pytest.fixture
def orders(monkeypatch, tmp_path):
    """Take the place of the build, which takes minutes; gives what is ordered."""
    taken = []

    def build(builder, order, top, say, *, force):
        say("Building")
        taken.append((order, top, force))
        return [Built(top / "disk.raw", top / "about.json")]

    monkeypatch.setattr(builder, "build", build)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("BG_CONFIG_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wn.appl").write_text("name: wn\n" + DEBIAN)
    return taken


@pytest.fixture
def deliveries(monkeypatch):
    """Take the place of image deliver, which is another's."""
    taken = []

    @click.command(context_settings={"ignore_unknown_options": True})
    @click.argument("words", nargs=-1, type=click.UNPROCESSED)
    def deliver(words):
        taken.append(list(words))
        return 0

    monkeypatch.setitem(image.image.commands, "deliver", deliver)
    return taken


def test_the_talks_command_lines_build_and_deliver(orders, deliveries, tmp_path, capsys):
    assert main(["image", "build", "-f", "wn.appl", "-p", "ec2", "-d", "ami"]) == 0
    config = "region:us-west-2,bucket:racf-cloud-2,account_number:1,access_key:a,secret_access_key:b"
    assert main(["image", "build", "-f", "wn.appl", "-p", "ec2", "-d", "ami", "--delivery-config", config]) == 0
    (order, top, force), _ = orders
    assert (order.name, order.platform, top, force) == ("wn", "ec2", tmp_path / "build", True)
    assert [words[:3] for words in deliveries] == [["wn.appl", "--delivery", "ami"]] * 2
    assert deliveries[1][-2:] == ["--delivery-config", config]
    assert deliveries[0][5:7] == ["--platform", "ec2"]
    out = capsys.readouterr()
    assert out.out == f"{tmp_path}/build/disk.raw\n" * 2
    assert "s] Building\n" in out.err


def test_the_configuration_file_says_where_and_for_which_platform(orders, tmp_path):
    (tmp_path / ".boxgrinder").mkdir()
    (tmp_path / ".boxgrinder/config").write_text("platform: openstack\nforce: true\ndir: {build: /srv/images}\n")
    assert main(["image", "build", "wn.appl"]) == 0
    ((order, top, force),) = orders
    assert (order.platform, str(top), force) == ("openstack", "/srv/images", True)


def test_libvirt_is_what_boxgrinder_called_kvm(orders, capsys):
    assert main(["image", "build", "wn.appl", "-p", "libvirt"]) == 0
    assert orders[0][0].platform == "libvirt"
    assert "unknown" not in capsys.readouterr().err


def test_what_is_wrong_is_said_and_nothing_is_built(orders, tmp_path, capsys):
    for words, said in (
        (["nowhere.appl"], "nowhere.appl: there is no such file"),
        (["wn.appl", "-p", "xen"], "the platform xen is unknown"),
        (["wn.appl", "--os-config", "packages:/nowhere"], "--os-config packages:/nowhere is no directory of packages"),
        (["wn.appl", "--os-config", "format"], "--os-config format is not key:value"),
        (["wn.appl", "--recipe", str(tmp_path)], f"--recipe {tmp_path}: it is there already"),
    ):
        assert main(["image", "build", *words]) == 1
        assert said in capsys.readouterr().err
    assert orders == []


def test_our_own_keys_of_os_config_are_taken_out():
    assert apart(["name:debian,packages:/a", "mirror:http://b.example:80/debian", "version:13"]) == (
        ["name:debian", "version:13"],
        {"packages": "/a", "mirror": "http://b.example:80/debian"},
    )


def test_a_build_that_fails_is_told_in_a_line(orders, monkeypatch, capsys):
    def fails(*_, **__):
        raise builder.BuildFailed("post.base: false: exit status 1 (all it said: /x/build.log)")

    monkeypatch.setattr(builder, "build", fails)
    assert main(["image", "build", "wn.appl"]) == 1
    assert capsys.readouterr().err == "error: post.base: false: exit status 1 (all it said: /x/build.log)\n"
    assert image_build.build.name == "build"
