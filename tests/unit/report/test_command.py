"""The command: what it writes, what it says where it cannot, and the picture of the README."""

import json
import re
import shlex
import subprocess
import sys
import zlib
from pathlib import Path
from struct import unpack
from types import SimpleNamespace

import pytest

from condor_elastic.cli import main
from condor_elastic.cli.reporting import PLOTS, report
from condor_elastic.report.png import packed
from condor_elastic.report.write import NAMES

TOP = Path(__file__).parents[3]
README = (TOP / "README.md").read_text()
QUICK = ["--workload", "trickle", "--days", "0.1"]


@pytest.fixture
def knobs(tmp_path):
    """Give knobs without expressions, which need HTCondor's bindings."""
    path = tmp_path / "knobs.conf"
    lines = ("FLEET_NAMES = VM", "VM_TEMPLATE = Cpus = 8; Memory = 16384", "VM_MAX_VMS = 50",
             "VM_POLICIES = Ready MaxPerCycle MaxToRun", "VM_SUBMIT = x = y")  # fmt: skip
    path.write_text("".join(f"ELASTIC_{line}\n" for line in lines))
    return ["--knobs", str(path)]


def pixels(image):
    place, data = 8, b""
    while place < len(image):
        (size,) = unpack(">I", image[place : place + 4])
        body = image[place + 4 : place + 8 + size]
        assert unpack(">I", image[place + 8 + size : place + 12 + size]) == (zlib.crc32(body),)
        data += body[4:] if body.startswith(b"IDAT") else b""
        place += size + 12
    return zlib.decompress(data)


def test_the_page_holds_all_that_it_needs(tmp_path, knobs, capsys):
    out = tmp_path / "new" / "out"
    assert main(["report", "--out", str(out), *QUICK, *knobs, "--policy", "ours", "--policy", "gcpm", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"files": [str(out / name) for name in ("report.html", *(f"{name}.png" for name in NAMES))],
                    "left_out": []}  # fmt: skip
    assert sorted(path.name for path in out.iterdir()) == sorted(Path(path).name for path in told["files"])
    page = (out / "report.html").read_text()
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", page.partition("<script>")[0])
    assert "<td>gcpm</td>" in page
    specs = json.loads(re.search(r'id="plots">(.*?)</script>', page, re.DOTALL)[1])
    assert set(specs) == set(NAMES)


def test_only_the_pngs_that_are_wanted(tmp_path, knobs, capsys):
    out = tmp_path / "out"
    assert main(["report", "--out", str(out), *QUICK, *knobs, "--png", "waits"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["report.html", "waits.png"]
    assert "no plot pareto: There is one policy" in capsys.readouterr().out


def test_a_packed_image_has_the_same_pixels():
    import vl_convert

    x = {"field": "a", "type": "nominal"}
    spec = {"data": {"values": [{"a": 1}, {"a": 3}]}, "mark": "bar", "encoding": {"x": x}}
    image = vl_convert.vegalite_to_png(spec)
    assert pixels(packed(image)) == pixels(image)
    assert len(packed(image)) < len(image)
    assert packed(packed(image)) == packed(image)


@pytest.mark.parametrize("name", ["altair", "vl_convert"])
def test_what_is_missing_is_said_before_a_simulation_begins(tmp_path, capsys, monkeypatch, name):
    monkeypatch.setattr("condor_elastic.report.write.find_spec", lambda asked: None if asked == name else object())
    assert main(["report", "--out", str(tmp_path / "out"), *QUICK, "--days", "4000"]) == 1
    assert "pip install 'altair>=5.5' 'vl-convert-python>=1.7'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [["--cycles", "."], ["--since", "6h"]])
def test_a_record_and_a_simulation_are_not_mixed(tmp_path, capsys, words):
    assert main(["report", "--out", str(tmp_path), *words, *QUICK]) == 2
    assert f"{words[0]} is of a record, --workload of a simulation: one of both" in capsys.readouterr().err


def test_without_a_pool_the_record_must_be_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "htcondor2", None)
    assert main(["report", "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "condor_elastic report: HTCondor's Python bindings are not here\n"


@pytest.mark.parametrize("said", ["/nowhere/said", None])
def test_the_record_of_this_pool_is_where_its_knob_says(tmp_path, capsys, monkeypatch, said):
    param = {"ELASTIC_RECORD_DIRECTORY": said} if said else {}
    monkeypatch.setitem(sys.modules, "htcondor2", SimpleNamespace(param=param))
    assert main(["report", "--out", str(tmp_path)]) == 1
    where = said or "/var/lib/condor/elastic/record"
    assert f"ELASTIC_RECORD_DIRECTORY={where} cannot be read: No such file" in capsys.readouterr().err


def test_the_record_is_read_and_an_empty_one_is_said(tmp_path, capsys):
    assert main(["report", "--out", str(tmp_path / "out"), "--cycles", str(tmp_path)]) == 1
    assert "ELASTIC_RECORD = 1440 keeps those of a day" in capsys.readouterr().err


def test_the_plots_of_the_command_are_those_that_are_written():
    assert PLOTS == NAMES


def test_the_library_is_loaded_by_nothing_but_the_report():
    code = (
        "import sys, condor_elastic.cycle, condor_elastic.cli.run, condor_elastic.report.simulated, "
        "condor_elastic.report.recorded, condor_elastic.report.write\n"
        "sys.exit(str({'altair', 'vl_convert', 'rich'} & set(sys.modules)).replace('set()', '') or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_picture_of_the_readme_is_made_by_its_command():
    words = shlex.split(re.search(r"^condor_elastic (report .*--png.*)$", README, re.MULTILINE)[1], comments=True)
    asked = report.make_context("report", words[1:]).params
    picture = TOP / re.search(r"!\[[^]]*\]\((\S+\.png)\)", README)[1]
    assert picture.stem in asked["only"]
    assert Path(asked["out"]) == picture.parent.relative_to(TOP)
    image = picture.read_bytes()
    assert image == packed(image)
    assert len(image) < 150_000
