"""The partitions of a disk."""

from __future__ import annotations

from definitions import DEBIAN

from condor_elastic.builder.recipe import recipe
from condor_elastic.builder.repart import partitions

DISK = """\
hardware:
  partitions:
    "/": {size: 2.5, type: ext4}
    "/home": {size: 1, type: ext3}
    "/data/more": {size: 0.5}
    "swap": {size: 1}
"""


def read(text):
    found = {}
    for line in text.splitlines()[1:]:
        name, _, value = line.partition("=")
        found.setdefault(name, []).append(value)
    return found


def test_each_partition_has_its_size_and_the_root_comes_last(ordered):
    made = partitions(ordered(DEBIAN + DISK).appliance.hardware)
    assert [*made] == sorted(made)
    assert [name[4:-5] for name in made] == ["bios", "esp", "home", "data-more", "swap", "root"]
    disk = {name[4:-5]: read(text) for name, text in made.items()}
    assert {name: each["SizeMinBytes"] for name, each in disk.items() if name not in ("bios", "esp")} == {
        "home": ["1024M"], "data-more": ["512M"], "swap": ["1024M"], "root": ["2560M"],
    }  # fmt: skip
    assert all(each["SizeMinBytes"] == each["SizeMaxBytes"] for each in disk.values())
    home = disk["home"]
    assert (home["Type"], home["MountPoint"], home["CopyFiles"]) == (["home"], ["/home"], ["/home/:/"])
    assert disk["data-more"]["Type"] == ["linux-generic"]
    assert disk["swap"]["Format"] == ["swap"]
    assert disk["root"]["ExcludeFilesTarget"] == ["/boot/", "/home/", "/data/more/"]
    assert disk["root"]["GrowFileSystem"] == ["yes"]


def test_an_older_file_system_becomes_ext4_and_is_said(ordered):
    (remark,) = recipe(ordered(DEBIAN + DISK)).remarks
    assert remark.endswith("try.appl:6:30: /home is ext4, which reads ext3")
