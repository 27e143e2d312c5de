"""Where files come from, and where the image has them."""

import pytest

from condor_elastic.appliance import Asked
from condor_elastic.appliance.files import Copied, Fetched

OS = "os: {name: rocky, version: 9}\n"


@pytest.fixture
def placed(reading, tmp_path):
    def placed(directory, *entries, **asked):
        lines = "".join(f"    - '{entry}'\n" for entry in entries)
        return reading(_asked=Asked(**asked), a=f'{OS}files:\n  "{directory}":\n{lines}')

    for name in ("ssh/sshd_config", "script/x.sh", "d/1.conf", "d/2.conf", "root/opt/a b"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return placed


def targets(made):
    return [each.target for each in made.files]


@pytest.mark.parametrize(
    ("directory", "entry", "where"),
    [
        ("/etc", "ssh/sshd_config", ["/etc/ssh/sshd_config"]),
        ("/root", "script/x.sh", ["/root/script/x.sh"]),
        ("/root/", "script/", ["/root/script"]),
        ("/etc", "d", ["/etc/d"]),
        ("/etc", "d/*.conf", ["/etc/d/1.conf", "/etc/d/2.conf"]),
        ("/", "./d/[1]*", ["/d/1.conf"]),
    ],
)
def test_a_file_keeps_its_path_below_the_directory(placed, tmp_path, directory, entry, where):
    made = placed(directory, entry)
    assert (targets(made), made.faults) == (where, ())
    assert all(isinstance(each, Copied) and each.source.startswith(str(tmp_path)) for each in made.files)


def test_an_absolute_path_is_kept_whole(placed, tmp_path):
    made = placed("/opt", str(tmp_path / "d/1.conf"))
    assert targets(made) == [f"/opt{tmp_path}/d/1.conf"]
    assert made.files[0].source == str(tmp_path / "d/1.conf")


def test_absolute_paths_are_looked_up_below_a_root(placed, tmp_path):
    made = placed("/", "/opt/*", root=str(tmp_path / "root"))
    assert [(each.source, each.target) for each in made.files] == [(str(tmp_path / "root/opt/a b"), "/opt/a b")]


@pytest.mark.parametrize("scheme", ["http", "https", "ftp"])
def test_an_address_is_fetched_into_the_directory(placed, scheme):
    (one,) = placed("/opt", f"{scheme}://x/y.sh").files
    assert isinstance(one, Fetched)
    assert (one.address, one.directory) == (f"{scheme}://x/y.sh", "/opt")


def test_parents_files_are_looked_up_beside_the_file_that_is_built(reading, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there/base.appl").write_text(f'name: base\n{OS}files: {{"/etc": [x]}}')
    (tmp_path / "base.appl").symlink_to("there/base.appl")
    (tmp_path / "x").touch()
    made = reading(a="appliances: [base]")
    assert [(each.source, each.target) for each in made.files] == [(str(tmp_path / "x"), "/etc/x")]


@pytest.mark.parametrize(
    ("directory", "entry", "what"),
    [
        ("/etc", "none", "there is no file none, which is to go to /etc/none"),
        ("/etc", "d/*.none", "there is no file d/*.none, which is to go to /etc/d/*.none"),
        ("/etc", "../x", "../x would leave /etc: a file keeps its path below it; .. is not taken"),
        ("/etc", "/nowhere/x", "there is no file /nowhere/x, which is to go to /etc/nowhere/x"),
        ("etc", "d", 'files."etc" is not an absolute directory'),
    ],
)
def test_what_cannot_be_placed_is_a_fault(placed, said, directory, entry, what):
    made = placed(directory, entry)
    assert (said(made.faults), made.files) == ([f"a.appl:5:7: {what}"], ())
