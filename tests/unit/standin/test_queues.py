"""The queues of the stand-in, as get_site_specs tells them and as our own reader takes them."""
from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from standin.jobs import JobTable
from standin.queues import QueueTable
from standin.service import Service
from standin.wire import JSON, Answer, Request

from condor_elastic.model import QueueSpec
from condor_elastic.observe.panda.specs import SITE_SPECS, site_specs

PANDA = Path(__file__).resolve().parents[3] / "scripts" / "standin" / "panda.py"
ALL = "type=all"
# The keys of a queue in a recorded answer of 1.0.4, in their order.
RECORDED_KEYS = """sitename nickname dq2url cloud ddm type releases memory maxtime status setokens_output defaulttoken
    validatedreleases maxinputsize comment statusmodtime pledgedCPU coreCount reliabilityLevel iscvmfs transferringlimit
    maxwdir fairsharePolicy mintime allowfax pandasite corepower wnconnectivity catchall role pandasite_state maxrss
    minrss direct_access_lan direct_access_wan tier objectstores is_unified unified_name jobseed capability workflow
    maxDiskio extra_queue_params space"""


@pytest.fixture
def service(table: JobTable) -> Service:
    return Service(table, queues=QueueTable(["SKY"]))


def get(service: Service, query: str) -> bytes:
    answer = service.answer(Request("GET", SITE_SPECS, query, JSON))
    assert (answer.status, answer.content_type) == (200, "text/plain")
    return b"".join(answer.body)


def control(service: Service, call: str, **given: Any) -> Answer:
    return service.answer(Request("POST", f"/control/{call}", body=json.dumps(given).encode()))


def test_a_queue_is_told_before_it_has_jobs_and_once_it_has(service: Service, table: JobTable) -> None:
    table.add("SEA")
    usual = QueueSpec("online", 8, 16000, 0, 80000, 172800, "ucore", 5)
    specs = site_specs(get(service, ALL), 5)
    assert (specs.found, specs.wrong) == ({"SKY": usual, "SEA": usual}, {})


def test_keys_as_recorded_and_the_queues_derived_for_resource_types(service: Service) -> None:
    data = json.loads(get(service, ALL))["data"]
    assert [list(row) for row in data.values()] == [RECORDED_KEYS.split()] * 5
    assert list(data) == ["SKY", "SKY/SCORE", "SKY/SCORE_HIMEM", "SKY/MCORE", "SKY/MCORE_HIMEM"]
    assert [row["coreCount"] for row in data.values()] == [8, 1, 1, 8, 8]
    assert [row["maxrss"] for row in data.values()] == [16000, 2000, 2000, 16000, 16000]
    assert [row["is_unified"] for row in data.values()] == [True, False, False, False, False]


@pytest.mark.parametrize("query", ["", "type=analysis", "type=production"])
def test_by_default_only_queues_for_analysis_are_told(service: Service, query: str) -> None:
    assert json.loads(get(service, query)) == {"success": True, "message": "", "data": {}}


def test_an_unknown_parameter(service: Service) -> None:
    assert json.loads(get(service, "kind=all"))["message"] == (
        "Argument error: got an unexpected keyword argument 'kind'")


def test_set_queue_changes_what_it_names(service: Service) -> None:
    assert control(service, "set_queue", queue="SKY", status="test", corecount=1, capability="score").status == 200
    control(service, "set_queue", queue="SKY", maxrss=4000, maxwdir=9000)
    control(service, "set_queue", queue="SUN")
    found = site_specs(get(service, ALL), 5).found
    assert found["SKY"] == QueueSpec("test", 1, 4000, 0, 9000, 172800, "score", 5)
    assert found["SUN"].status == "online"


@pytest.mark.parametrize("given", [{}, {"queue": "Q", "status": 5}, {"queue": "Q", "cores": 1}, {"queue": 5}])
def test_set_queue_refuses(service: Service, given: dict[str, Any]) -> None:
    assert control(service, "set_queue", **given).status == 400


def test_a_fault_is_of_one_module(service: Service, table: JobTable) -> None:
    table.add("SKY")
    demand = Request("GET", "/api/v1/statistics/active_job_stats_by_site", accept=JSON)
    for module in ("statistics", "metaconfig"):
        control(service, "fault", kind="html", module=module)
        bad = [b"".join(answer.body).startswith(b"<html>")
               for answer in (service.answer(demand), service.answer(Request("GET", SITE_SPECS, ALL, JSON)))]
        assert bad == [module == "statistics", module == "metaconfig"]
        control(service, "fault", kind="none", module=module)
    assert control(service, "fault", kind="html", module="pilot").status == 400


def test_a_fault_in_the_number_is_one_of_memory(service: Service) -> None:
    control(service, "fault", kind="negative", module="metaconfig")
    with pytest.raises(ValueError, match="it answered -16001 for SKY, maxrss, where a number belongs"):
        site_specs(get(service, ALL), 5)
    control(service, "fault", kind="failure", module="metaconfig")
    with pytest.raises(ValueError, match="success:false"):
        site_specs(get(service, ALL), 5)


def test_queues_of_the_command_line(tmp_path: Path) -> None:
    words = [sys.executable, str(PANDA), "--queue", "A", "--queue=B"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        request = urllib.request.Request(f"{url}{SITE_SPECS}?{ALL}", headers={"Accept": JSON})
        with urllib.request.urlopen(request, timeout=30) as answer:
            found = site_specs(answer.read(), 5).found
        process.terminate()
        assert process.wait(30) == 0
    assert list(found) == ["A", "B"]
