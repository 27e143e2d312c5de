"""The three schemas, key by key."""

import pytest

from condor_elastic.appliance import BadAppliance
from condor_elastic.appliance.grow import read_definition
from condor_elastic.appliance.schema import NEWEST, OLDEST, schema_of

FULL = """
name: full
summary: all keys
version: 2
release: -3
os: {name: sl, version: 6.4, password: ""}
hardware:
  cpus: 16
  memory: 8192
  partitions:
    "/": {size: 5, type: ext3}
    "/home": {size: 0.01}
    swap: {size: 0.5}
appliances: [base, "other-one"]
packages: ["@core", curl, glibc.i686, 'libstdc++', "*-devel", "Virtualization Tools"]
default_repos: no
repos:
  - {name: "a-1.0+x#ARCH#", baseurl: "http://x/#ARCH#", ephemeral: true}
  - {name: b, mirrorlist: "ftp://x"}
  - {name: c, baseurl: "file:///srv"}
files: {"/etc": [a, "http://x/y"]}
post: {base: [ls], "any name": [ls]}
variables: {A: b}
"""
WRONG = [  # what is added to a name, and what is said
    ("nmae: x", "nmae is unknown; did you mean name?"),
    ("summary: ''", "summary is empty; a text would be right"),
    ("summary: 5", 'summary = 5 is a whole number; a text would be right: "5"'),
    ("version: 1.0", "version = 1.0 is a number; a whole number would be right"),
    ("version: '1'", "version = 1 is a text, being in quotes; a whole number would be right"),
    ("version: one", "version = one is a text; a whole number would be right"),
    ("os: sl", "os = sl is a text; a map of name, password, version would be right"),
    ("os: {name: sl}", "os.version is not said"),
    ("os: {version: 5}", "os.name is not said"),
    ("os: {name: sl, version: 5, pae: false}", "os.pae is unknown"),
    ("os: {name: sl, version: yes}",
     'os.version = yes is true or false; the version of a system would be right: "yes"'),
    ("os: {name: sl, version: 5, password: 123}", 'os.password = 123 is a whole number; a text would be right: "123"'),
    ("hardware: {cpus: 17}", "hardware.cpus = 17 is not a whole number from 1 to 16"),
    ("hardware: {cpus: 0}", "hardware.cpus = 0 is not a whole number from 1 to 16"),
    ("hardware: {memory: 100}", "hardware.memory = 100 is not a whole number of MB, a multiple of 64"),
    ("hardware: {memory: 0}", "hardware.memory = 0 is not a whole number of MB, a multiple of 64"),
    ("hardware: {network: NAT}", "hardware.network is unknown"),
    ('hardware: {partitions: {"/": {size: 0}}}', 'hardware.partitions."/".size = 0 is not a number of GB, from 0.01'),
    ('hardware: {partitions: {"/": {type: ext4}}}', 'hardware.partitions."/".size is not said'),
    ('hardware: {partitions: {"/": {size: 1, type: xfs}}}', 'hardware.partitions."/".type = xfs is not ext3 or ext4'),
    ('hardware: {partitions: {"/": {size: 1, options: ro}}}', 'hardware.partitions."/".options is unknown'),
    ('hardware: {partitions: ["/"]}', "hardware.partitions is a list; a map of mount points would be right"),
    ("appliances: [a/b]", "appliances, item 1 = a/b is not the name of a file beside this one, without its extension"),
    ("appliances: base", "appliances = base is a text; a list of appliances would be right"),
    ("packages: [a, b=1]", "packages, item 2 = b=1 is not the name of a package or an @group"),
    ("packages:\n  -\n", "packages, item 1 is nothing; the name of a package or an @group would be right"),
    ("packages: [5]", 'packages, item 1 = 5 is a whole number; the name of a package or an @group would be right: "5"'),
    ("packages: {include: [a]}", "packages.include is unknown; did you mean includes"),
    ("default_repos: on", "default_repos = on is a text; true, false, yes or no, without quotes would be right"),
    ("repos: [{name: a}]", "repos, item 1 has no address; either baseurl or mirrorlist is right"),
    ('repos: [{name: a, baseurl: "http://x", mirrorlist: "http://x"}]',
     "repos, item 1 has baseurl and mirrorlist; either baseurl or mirrorlist is right"),
    ('repos: [{baseurl: "http://x"}]', "repos, item 1.name is not said"),
    ('repos: [{name: a b, baseurl: "http://x"}]',
     "repos, item 1.name = a b is not a name of letters, digits, and _ - + . #"),
    ('repos: [{name: a, baseurl: "sftp://x"}]',
     "repos, item 1.baseurl = sftp://x is not an address that begins with http://, https://, ftp:// or file://"),
    ('files: {"/etc": x}', 'files."/etc" = x is a text; a list of files would be right'),
    ('files: {"/etc": [""]}', 'files."/etc", item 1 is empty; a file would be right'),
    ("post: [ls]", "post is a list; a map of base or a platform to a list of commands would be right"),
    ("post: {base: [true]}", 'post."base", item 1 = true is true or false; a command would be right: "true"'),
    ("variables: {A: 5}", 'variables."A" = 5 is a whole number; a text would be right: "5"'),
    ("variables: {A: 2013-03-13}", 'variables."A" = 2013-03-13 is a date; a text would be right: "2013-03-13"'),
]  # fmt: skip


def version(text):
    return schema_of(read_definition(text, "x.appl")[0])


def faults(text):
    with pytest.raises(BadAppliance) as error:
        version(text)
    return str(error.value).splitlines()


def test_all_keys_are_valid_by_the_newest():
    assert version(FULL) == NEWEST


@pytest.mark.parametrize(("text", "what"), WRONG)
def test_what_is_wrong_is_said(text, what):
    (fault,) = [line for line in faults(f"name: x\n{text}") if what in line]
    assert fault.startswith("x.appl:")


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_file():
    text = "version: x\nhardware:\n  memory: 1\n  cpus: 99\npost: {base: [5]}\n"
    assert [line.split(" ")[0] for line in faults(text)] == [
        "x.appl:1:1:", "x.appl:1:10:", "x.appl:3:11:", "x.appl:4:9:", "x.appl:5:15:"
    ]  # fmt: skip
    assert faults(text)[0] == "x.appl:1:1: name is not said"


@pytest.mark.parametrize("nothing", ["hardware:", "packages:", "repos: ~", "os: null", "post:\n  base:", "summary:"])
def test_what_is_said_to_be_nothing_is_not_said(nothing):
    assert version(f"name: x\n{nothing}") == NEWEST


def test_the_form_of_0_8_has_a_map_of_packages():
    old = "name: x\nhardware: {cpus: 4}\npackages:\n  includes: [a]\n  excludes: [b]\n"
    assert version(old) == OLDEST
    assert faults(old.replace("cpus: 4", "cpus: 5")) == [
        "x.appl:2:18: hardware.cpus = 5 is not a whole number from 1 to 4"
    ]
    assert faults(old + "files: {}")[0].startswith("x.appl:6:1: files is unknown")


def test_only_0_9_6_wants_short_names_and_has_files():
    long = "name: " + 36 * "x" + "\n"
    assert version(long) == "0.9.0"
    assert faults(long + "files: {}")[0].endswith("has 36 characters; at most 35 are right")


def test_what_is_no_map_is_no_definition():
    assert faults("- a")[0].startswith("x.appl:1:1: the definition is a list; a map of name, ")
