import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from build import NOW, booting, fleet, idle, jobs, queue, queue_seen, seen, settings
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.associate import associate
from condor_elastic.cli import main
from condor_elastic.decide import plan
from condor_elastic.decide.prices import priced
from condor_elastic.knobs.kinds import SPOT
from condor_elastic.model import (
    EndedPilot,
    Expiry,
    Freshness,
    Hopeless,
    JobGroup,
    Order,
    PilotJob,
    Price,
    QueueSeen,
    QueueSpec,
    QueueStats,
    ResourceType,
    Shape,
    SiteRoom,
    Snapshot,
    Startd,
    Template,
    Unknown,
    VmJob,
)
from condor_elastic.record import keep, load
from condor_elastic.record.form import KNOWN, from_json, to_json
from condor_elastic.replay import replay

WORD = st.text(max_size=8)
WHOLE = st.integers(-(2**40), 2**40)
SHAPE = st.builds(Shape, WHOLE, WHOLE, WHOLE, WHOLE) | st.builds(Template, WHOLE, WHOLE, WHOLE, WHOLE, WORD)
UNKNOWN = st.builds(Unknown, WORD, WORD)


def many(of):
    return st.lists(of, max_size=3).map(tuple)


STATS = st.builds(QueueStats, st.dictionaries(WORD, st.dictionaries(WORD, WHOLE, max_size=2), max_size=2))
TYPE = st.builds(ResourceType, WORD, WHOLE, st.none() | WHOLE, st.none() | WHOLE, st.none() | WHOLE)
QUEUE = st.builds(
    QueueSeen,
    STATS | UNKNOWN,
    st.none() | STATS,
    st.none() | UNKNOWN | st.builds(QueueSpec, WORD, WHOLE),
    many(TYPE),
    st.none() | st.builds(Expiry, WORD, WHOLE),
    UNKNOWN | many(st.builds(EndedPilot, WORD, WHOLE, WHOLE)),
    st.none() | st.builds(Order, st.sampled_from(["pause", "drain"]), WORD),
    WORD,
)
NAMES = st.frozensets(WORD, max_size=3)
SNAPSHOT = st.builds(
    Snapshot,
    WHOLE,
    st.dictionaries(WORD, QUEUE, max_size=2),
    UNKNOWN | many(st.builds(JobGroup, SHAPE, WHOLE, NAMES, NAMES, WHOLE)),
    many(UNKNOWN),
    many(st.builds(Hopeless, WORD, WHOLE, many(st.tuples(WORD, WORD)))),
    many(st.builds(SiteRoom, WORD, SHAPE, WHOLE)),
    UNKNOWN | many(st.builds(PilotJob, WORD, WORD, WHOLE, st.none() | WHOLE, WORD)),
    UNKNOWN | many(st.builds(VmJob, WORD, WORD, WORD, WHOLE, WHOLE, WORD, st.none() | WHOLE)),
    UNKNOWN | many(st.builds(Startd, WORD, WORD, WORD, SHAPE, SHAPE, WHOLE, WHOLE, st.booleans())),
    st.none() | st.builds(Freshness, st.none() | WHOLE, WHOLE, st.none() | WHOLE, st.dictionaries(WORD, WHOLE)),
)


@given(SNAPSHOT)
def test_what_is_read_is_what_was_written(snapshot):
    assert from_json(json.loads(json.dumps(to_json(snapshot)))) == snapshot


def test_knobs_come_back_as_well():
    known = settings(fleet(template=Template(8, 16000, 0, 1, "Cpus = 8")), queues=(queue(),))
    assert from_json(json.loads(json.dumps(to_json(known)))) == known


@pytest.mark.parametrize(
    "wrong",
    [{"class": "Popen", "args": "x"}, {"class": "Shape", "cpus": 1}, {"class": "Shape", "colour": 1}, {"sets": []}, {}],
)
def test_nothing_else_is_made_of_a_file(wrong):
    with pytest.raises(ValueError, match=r"model|version|neither"):
        from_json(wrong)


def test_only_data_can_be_made():
    assert all(kind.__module__.startswith(("condor_elastic.model", "condor_elastic.knobs")) for kind in KNOWN.values())
    with pytest.raises(TypeError):
        to_json(Path("x"))


@pytest.fixture
def known(tmp_path):
    secret = fleet(submit="environment = TOKEN=hunter2")
    found = settings(secret, queues=(queue(submit="arguments = hunter2"),))
    return replace(found, pool=replace(found.pool, record=3, record_directory=str(tmp_path)))


def record(known, now=NOW, **more):
    workers = [idle("a"), booting("b")]
    look = seen(jobs(24), now=now, queues={"BNL": queue_seen(4)}, vms=tuple(w.vm for w in workers),
                startds=tuple(w.startd for w in workers if w.startd), **more)  # fmt: skip
    return keep(known, look, plan(known, look, associate(look.vms, look.startds)))


def test_the_last_cycles_are_kept_without_secrets(known, tmp_path):
    for now in (NOW, NOW, NOW + 60, NOW + 120, NOW + 120):
        assert record(known, now) == ""
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"cycle-{NOW + 60}-000.json", f"cycle-{NOW + 120}-000.json", f"cycle-{NOW + 120}-001.json"]
    assert all("hunter2" not in path.read_text() for path in tmp_path.iterdir())
    assert load(str(tmp_path / names[0])).seen.now == NOW + 60


def test_no_record_is_asked_for_by_default(known, tmp_path):
    assert record(replace(known, pool=replace(known.pool, record=0))) == ""
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_cannot_be_kept_is_said(known):
    gone = replace(known, pool=replace(known.pool, record_directory="/nowhere"))
    assert record(gone).startswith("what was seen cannot be kept in ELASTIC_RECORD_DIRECTORY=/nowhere: No such file")


def test_a_cycle_is_replayed_to_the_letter(known, tmp_path, capsys):
    record(known)
    (path,) = tmp_path.iterdir()
    assert main(["replay", str(path)]) == 0
    assert "fleet cloud: Submitting 1 VM, because 8 idle jobs have no room." in capsys.readouterr().out


def test_the_spot_price_of_a_cycle_is_replayed_with_it(known, tmp_path, capsys):
    spot = replace(known, fleets=(fleet(price=SPOT, max_price_per_hour=0.2),))
    prices = {"cloud": Price(0.5, "ec2_spot_price", "AuthFailure: no")}
    record(priced(spot, prices), prices=prices)
    (path,) = tmp_path.iterdir()
    assert main(["replay", str(path)]) == 0
    assert "A VM counts as ec2_spot_price=0.5 an hour, because AuthFailure: no." in capsys.readouterr().out


def test_what_differs_is_shown(known, tmp_path, capsys):
    record(known)
    (path,) = tmp_path.iterdir()
    path.write_text(path.read_text().replace('"max_vms":100', '"max_vms":2'))
    assert replay([str(path)]) == 1
    told = capsys.readouterr().out
    assert "-fleet cloud: Submitting 1 VM" in told
    assert "+fleet cloud: Submitting none of 1 wanted VM, because ELASTIC_CLOUD_MAX_VMS=2 and there are 2." in told


@pytest.mark.parametrize("text", ["", "[]", '{"form": 1}', '{"form": 1, "settings": {"class": "os"}}', None])
def test_a_broken_file_is_said(tmp_path, capsys, text):
    path = tmp_path / "x.json"
    if text is not None:
        path.write_text(text)
    assert replay([str(path)]) == 1
    assert str(path) in capsys.readouterr().err


def test_an_expression_without_the_bindings_is_said(known, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "classad2", None)
    record(replace(known, fleets=(fleet(policies=("Ready", "Expression"), expr="2 * N"),)))
    (path,) = tmp_path.iterdir()
    replay([str(path)])
    assert "bindings are not here" in capsys.readouterr().out
