import json

import pytest
from live.disks import MB, make_disk

from condor_elastic.cli import main
from condor_elastic.delivery.build import built_disk, definition_hash
from condor_elastic.delivery.disk import read_disk
from condor_elastic.delivery.origin import called_in_glance, origin_of
from condor_elastic.delivery.progress import silent
from condor_elastic.delivery.wrong import Undelivered
from condor_elastic.knobs import FleetKnobs
from condor_elastic.knobs.hash import has_drifted, submit_hash

TEXT = """\
name: worker
version: 2
release: 1
os:
  name: debian
  version: 13
packages:
  - htcondor
"""


@pytest.fixture
def built(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "worker.appl").write_text(TEXT)
    place = tmp_path / "build/appliances/x86_64/debian/13/worker/2.1"
    for plugin in ("debian", "ec2"):
        (place / f"{plugin}-plugin").mkdir(parents=True)
    make_disk(place / "debian-plugin/worker-sda.raw", MB, 4096)
    return place


def delivered(capsys, *words):
    status = main(["image", "deliver", "worker.appl", "--arch", "x86_64", "-d", "local", "--json", *words])
    said = capsys.readouterr()
    return json.loads(said.out) if status == 0 else said.err


def test_a_definition_s_disk_is_found_and_delivered(built, capsys, tmp_path):
    done = delivered(capsys, "--delivery-config", f"path:{tmp_path}/out")
    assert done["id"] == f"{tmp_path}/out/worker-2.1-debian-13-x86_64.raw"
    assert not done["existed"]
    assert delivered(capsys, "--delivery-config", f"path:{tmp_path}/out")["existed"]


def test_boxgrinder_s_configuration_file_counts_and_the_command_line_more(built, capsys, tmp_path):
    config = tmp_path / ".boxgrinder"
    config.mkdir()
    (config / "config").write_text(f"plugins:\n  local:\n    path: {tmp_path}/a\n    package: false\n")
    assert delivered(capsys)["id"].startswith(f"{tmp_path}/a/")
    assert delivered(capsys, "--delivery-config", f"path:{tmp_path}/b")["id"].startswith(f"{tmp_path}/b/")


def test_what_cannot_be_delivered_is_one_sentence(built, capsys, tmp_path):
    (built / "debian-plugin/worker-sda.raw").unlink()
    said = delivered(capsys, "--delivery-config", f"path:{tmp_path}/out")
    assert said == (f"condor_elastic image: no disk of worker 2.1 is in {built.relative_to(tmp_path)}; "
                    "condor_elastic image build worker.appl makes one\n")  # fmt: skip
    assert main(["image", "deliver", "x.raw", "-d", "floppy"]) == 1
    assert "--delivery floppy is unknown; it may be ami, openstack" in capsys.readouterr().err


def test_a_platform_s_disk_comes_before_the_system_s(built):
    known = {"arch": "x86_64", "os": "debian", "os_version": "13", "name": "worker", "version": "2.1", "file": "w.appl"}
    where = {"root": str(built.parents[6])}
    assert built_disk(where, "ami", "", known) == built / "debian-plugin/worker-sda.raw"
    (built / "ec2-plugin/worker.raw").touch()
    assert built_disk(where, "ami", "", known) == built / "ec2-plugin/worker.raw"
    (built / "ec2-plugin/worker.qcow2").touch()
    with pytest.raises(Undelivered, match="has more than one disk"):
        built_disk(where, "ami", "", known)
    with pytest.raises(Undelivered, match=r"image build w.appl -p vmware makes one"):
        built_disk(where, "local", "vmware", known)


def test_the_hash_is_that_of_what_is_meant_and_not_of_where_it_stands():
    place = {"file": "a", "line": 1}
    one = {"name": {"value": "w", "from": place}, "packages": [{"value": "x", "from": place}], "files_read": ["a"]}
    moved = json.loads(json.dumps(one).replace('"line": 1', '"line": 7').replace('["a"]', '["b"]'))
    assert definition_hash(one) == definition_hash(moved)
    assert definition_hash(one) != definition_hash({**one, "name": {"value": "v", "from": place}})


def test_the_marks_tell_whence_an_image_is(tmp_path):
    path = tmp_path / "build/appliances/x86_64/almalinux/9/wn-osg/1.0/ec2-plugin/wn-osg.raw"
    path.parent.mkdir(parents=True)
    disk = read_disk(make_disk(path, MB, 4096), ("sha256",), silent)
    tags = origin_of(disk, {"pool": "p", "hash": "f00", "file": "wn-osg.appl", "os": ""}).tags(disk)
    assert tags["Name"] == f"wn-osg-1.0-x86_64-{disk.sha256[:12]}"
    assert (tags["ElasticAppliance"], tags["ElasticApplianceHash"], tags["ElasticPool"]) == ("wn-osg", "f00", "p")
    assert tags["ElasticDisk"] == disk.sha256
    assert called_in_glance("ElasticApplianceHash") == "elastic_appliance_hash"
    about = {"recipe": "b00", "definition": "/x/wn-osg.appl", "built": "2026-11-23T05:00:00+00:00", "arch": "no"}
    (path.parent / "wn-osg.json").write_text(json.dumps(about))
    tags = origin_of(disk, {}).tags(disk)
    assert (tags["ElasticRecipe"], tags["ElasticBuilt"]) == ("b00", "2026-11-23T05:00:00Z")
    assert (tags["ElasticApplianceFile"], tags["ElasticArch"]) == ("wn-osg.appl", "x86_64")
    bare = origin_of(read_disk(make_disk(tmp_path / "my disk-sda.raw", MB, 4096), ("sha256",), silent), {"arch": "x"})
    assert (bare.name, bare.version, bare.image_name(disk)) == ("my disk", "1.0", f"my-disk-1.0-x-{disk.sha256[:12]}")


def test_a_line_that_is_pasted_makes_the_fleet_s_vms_drift():
    before, after = (submit_hash(FleetKnobs(name="f", submit=f"grid_resource = ec2 ec2://x\nec2_ami_id = {image}\n"))
                     for image in ("ami-1", "ami-2"))  # fmt: skip
    assert has_drifted(before, after)
