import json
import sys
from pathlib import Path

import pytest

from condor_elastic.knobs import GlobalKnobs, QueueKnobs, Settings
from condor_elastic.model import QueueSpec, QueueStats, Unknown
from condor_elastic.observe.panda.look import look

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
from live.panda import StandIn

NOW = 1_800_000_000


@pytest.fixture(scope="module")
def panda():
    with StandIn(("BNL", "OTHER")) as server:
        server.add_jobs("BNL", 3, 1)
        server.add_jobs("BNL", 2, 1, resource_type="MCORE", core_count=8)
        yield server


@pytest.fixture(autouse=True)
def _healthy(panda):
    panda.fault("none")
    panda.fault("none", module="metaconfig")


@pytest.fixture
def seen(panda, tmp_path):
    def ask(*names, now=NOW, keep=True, **knobs):
        pool = GlobalKnobs(pool="p", trust_domain="t", collector="c", panda_timeout=5, panda_directory=str(tmp_path))
        rows = tuple(QueueKnobs(name=n, submit="x = y", **{"panda_url": panda.url, **knobs}) for n in names)
        return look(Settings(pool, rows), now, keep=keep)

    return ask


def activated(stats):
    return {kind: counts["activated"] for kind, counts in stats.types.items()}


def test_one_answer_serves_all_queues(seen, panda):
    before = requests(panda)
    found = seen("BNL", "OTHER")
    assert activated(found["BNL"].stats) == {"SCORE": 3, "MCORE": 2}
    assert found["OTHER"].stats == QueueStats()
    assert found["BNL"].spec == QueueSpec(
        "online", 8, 16000, 0, 80000, found["BNL"].spec.maxtime, "ucore", NOW, found["BNL"].spec.why
    )
    asked = requests(panda)[len(before):]
    assert [path.partition("?")[0].rpartition("/")[2] for path in asked] == [
        "job_stats_by_site_and_resource_type", "get_site_specs"]  # fmt: skip


def requests(panda):
    lines = (panda.directory / "requests.log").read_text().splitlines()
    return [word for line in lines if "/api/v1/" in line for word in line.split() if word.startswith("/api/v1/")]


def test_the_answer_before_is_remembered_from_look_to_look(seen):
    assert seen("BNL")["BNL"].before is None
    assert activated(seen("BNL")["BNL"].before) == {"SCORE": 3, "MCORE": 2}


def test_a_rehearsal_is_not_remembered(seen):
    seen("BNL", keep=False)
    assert seen("BNL")["BNL"].before is None


def test_an_answer_that_cannot_be_read_keeps_the_one_before(seen, panda):
    seen("BNL")
    panda.fault("failure")
    found = seen("BNL")["BNL"]
    assert isinstance(found.stats, Unknown)
    assert "Database failure" in found.stats.why
    assert activated(found.before) == {"SCORE": 3, "MCORE": 2}
    panda.fault("none")
    assert activated(seen("BNL")["BNL"].stats) == {"SCORE": 3, "MCORE": 2}


def test_queue_data_that_cannot_be_had_are_those_of_before_and_it_is_said(seen, panda):
    seen("BNL")
    panda.fault("failure", module="metaconfig")
    found = seen("BNL", now=NOW + 301)["BNL"]
    assert (found.spec.status, found.spec.read) == ("online", NOW)
    assert "Database failure" in found.spec.why or "success:false" in found.spec.why
    assert found.warning.startswith("its data are of ")


def test_queue_data_that_never_came_make_the_queue_unknown(seen, panda):
    panda.fault("error500", module="metaconfig")
    found = seen("BNL")["BNL"]
    assert isinstance(found.unknown(), Unknown)
    assert found.hides_demand() is found.spec
    assert seen("OTHER")["OTHER"].hides_demand() is None, "it has no jobs at all"
    panda.fault("none", module="metaconfig")
    assert seen("BNL", now=NOW + 59)["BNL"].unknown() is not None
    assert seen("BNL", now=NOW + 61)["BNL"].unknown() is None


def test_a_queue_that_panda_does_not_know_is_named_with_the_nearest(seen):
    assert "did you mean OTHER?" in seen("OTHRE")["OTHRE"].spec.why


def test_no_queue_data_are_asked_for_if_none_are_wanted(seen, panda):
    before = len(requests(panda))
    assert seen("BNL", queue_data="None")["BNL"].spec is None
    assert len(requests(panda)) == before + 1


def test_a_directory_that_cannot_be_written_is_said(seen, panda, tmp_path):
    pool = GlobalKnobs(pool="p", trust_domain="t", collector="c", panda_directory=str(tmp_path / "none"))
    row = QueueKnobs(name="BNL", panda_url=panda.url, submit="x = y")
    assert "cannot be kept in" in look(Settings(pool, (row,)), NOW)["BNL"].warning


def test_one_server_in_trouble_leaves_the_other_alone(panda, tmp_path):
    pool = GlobalKnobs(pool="p", trust_domain="t", collector="c", panda_timeout=2, panda_directory=str(tmp_path))
    fine = QueueKnobs(name="BNL", panda_url=panda.url, submit="x = y")
    gone = QueueKnobs(name="OTHER", panda_url="http://127.0.0.1:9", submit="x = y")
    found = look(Settings(pool, (gone, fine)), NOW)
    assert isinstance(found["OTHER"].stats, Unknown)
    assert activated(found["BNL"].stats) == {"SCORE": 3, "MCORE": 2}


@pytest.mark.parametrize("content", ["", "[]", '{"version": 1}', json.dumps({"version": 1, "value": {"BNL": 7}})])
def test_what_was_kept_and_is_broken_counts_as_not_there(seen, tmp_path, content):
    seen("BNL")
    for file in tmp_path.glob("*.json"):
        file.write_text(content)
    assert seen("BNL")["BNL"].before is None
