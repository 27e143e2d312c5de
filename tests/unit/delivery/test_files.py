import hashlib
import subprocess
from xml.etree import ElementTree as ET

import pytest
from live.disks import ESP, LINUX, MB, make_disk

from condor_elastic.delivery import copy as copying
from condor_elastic.delivery.deliver import deliver
from condor_elastic.delivery.progress import silent
from condor_elastic.delivery.settings import settings_of
from condor_elastic.delivery.wrong import Undelivered


@pytest.fixture
def disk(tmp_path):
    place = tmp_path / "build/appliances/x86_64/debian/13/worker/2.1/debian-plugin"
    place.mkdir(parents=True)
    return make_disk(place / "worker-sda.raw", 16 * MB, MB)


def to(method, disk, **said):
    return deliver(method, disk, settings_of(method, {}, said)[0], {"pool": "tests"}, silent)


def xml(file):
    return ET.fromstring(file.read_text())  # noqa: S314 - we wrote it


def test_a_copy_is_sparse_equal_and_has_its_checksum_beside(disk, tmp_path):
    done = to("local", disk, path=str(tmp_path / "images"))
    copy = tmp_path / "images/worker-2.1-debian-13-x86_64.raw"
    assert (done.id, done.existed, done.line) == (str(copy), False, "")
    assert copy.read_bytes() == disk.read_bytes()
    assert copy.stat().st_blocks * 512 < 3 * MB
    subprocess.run(["sha256sum", "--quiet", "-c", f"{copy.name}.sha256"], cwd=copy.parent, check=True)
    assert to("local", disk, path=str(tmp_path / "images")).existed
    assert {one.name for one in copy.parent.iterdir()} == {copy.name, f"{copy.name}.sha256"}


def test_another_disk_is_replaced_only_if_that_is_said(disk, tmp_path):
    copy = tmp_path / "worker-2.1-debian-13-x86_64.raw"
    copy.write_bytes(b"another")
    with pytest.raises(Undelivered, match="is there, and is another disk; overwrite:true replaces it"):
        to("local", disk, path=str(tmp_path))
    assert copy.read_bytes() == b"another"
    assert not to("local", disk, path=str(tmp_path), overwrite="true").existed
    assert hashlib.sha256(copy.read_bytes()).digest() == hashlib.sha256(disk.read_bytes()).digest()


def test_a_copy_that_went_wrong_leaves_nothing(disk, tmp_path, monkeypatch):
    whole = copying._copy

    def broken(disk, part, permissions, progress):
        whole(disk, part, permissions, progress)
        with part.open("r+b") as file:
            file.seek(5 * MB)
            file.write(b"\0")

    monkeypatch.setattr(copying, "_copy", broken)
    with pytest.raises(Undelivered, match="is not equal to"):
        to("local", disk, path=str(tmp_path / "images"))
    assert list((tmp_path / "images").iterdir()) == []


def test_what_local_needs_is_told(disk, tmp_path):
    with pytest.raises(Undelivered, match="local needs path: --delivery-config path:VALUE"):
        to("local", disk)
    with pytest.raises(Undelivered, match="package:true: no archive is made"):
        to("local", disk, path=str(tmp_path), package="true")
    with pytest.raises(Undelivered, match=r"cannot be copied to .*: File exists"):
        to("local", disk, path=str(disk))


def test_libvirt_gets_a_disk_and_a_domain(disk, tmp_path):
    pool = tmp_path / "images"
    wanted = {"memory": "2048", "cpus": "2", "network": "workers", "mac": "52:54:00:00:00:01"}
    done = to("libvirt", disk, image_delivery_uri=str(pool), **wanted)
    domain = xml(pool / "worker-2.1-debian-13-x86_64.xml")
    assert domain.findtext("name") == done.name
    assert (domain.findtext("memory"), domain.findtext("vcpu")) == ("2048", "2")
    source = domain.find("devices/disk/source").get("file")
    assert source == done.id == str(pool / "worker-2.1-debian-13-x86_64.raw")
    assert domain.find("devices/disk/driver").get("type") == "raw"
    assert domain.find("devices/interface/source").get("network") == "workers"
    assert domain.find("os").get("firmware") is None  # it has boot code for the BIOS too


def test_a_disk_for_uefi_alone_gets_it_and_a_script_has_the_last_word(tmp_path):
    disk = make_disk(tmp_path / "d.raw", 8 * MB, MB, types=(ESP, LINUX))
    filter_ = tmp_path / "filter"
    filter_.write_text("#!/bin/sh\nsed s/kvm/qemu/\n")
    filter_.chmod(0o755)
    pool = tmp_path / "pool"
    pool.mkdir()
    wanted = {"script": str(filter_), "xml_only": "true", "version": "3.0", "arch": "x86_64"}
    to("libvirt", disk, image_delivery_uri=str(pool), **wanted)
    domain = xml(pool / "d-3.0-x86_64.xml")
    assert (domain.get("type"), domain.find("os").get("firmware")) == ("qemu", "efi")
    assert not list(pool.glob("*.raw"))


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"image_delivery_uri": "ftp://x/y"}, "is neither a directory nor sftp://"),
        ({"script": "/nowhere"}, "script:/nowhere cannot be run: No such file"),
        ({"script": "/bin/false"}, "script:/bin/false ended with status 1"),
    ],
)
def test_what_is_wrong_with_libvirt_s_settings_is_told(disk, said, wrong):
    with pytest.raises(Undelivered, match=wrong):
        to("libvirt", disk, **said)


def test_sftp_needs_a_host_and_a_path(disk):
    with pytest.raises(Undelivered, match="sftp needs host: "):
        to("sftp", disk, path="/x")
    with pytest.raises(Undelivered, match="sftp needs path: "):
        to("sftp", disk, host="nowhere")
