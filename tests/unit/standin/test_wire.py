"""Answers against what panda-server 1.0.4 was recorded to say, without a socket."""
from __future__ import annotations

import json
import re
from typing import Any

import pytest
from standin.jobs import JobTable
from standin.service import Service
from standin.wire import JSON, Answer, Request

STATISTICS = "/api/v1/statistics/"
BY_SITE = "active_job_stats_by_site"
BY_RESOURCE = "job_stats_by_site_and_resource_type"
SCORE = {
    "sent": 1, "starting": 2, "merging": 2, "activated": 7, "holding": 1, "transferring": 4, "assigned": 6,
    "defined": 2, "pending": 1, "cancelled": 2, "closed": 1, "failed": 1, "finished": 9}
BAD_WINDOW = 'Parameter "time_window" needs to be a positive integer smaller than 10080 min (7 days)'

# Recorded bodies of 1.0.4 over PostgreSQL, from the rows that `recorded_service` makes.
RECORDED_BY_SITE = (
    '{"success": true, "message": "", "data": {"BNL_CLOUD": {"sent": 1, "activated": 12, "holding": 1, "starting": 2, '
    '"running": 3, "transferring": 4, "assigned": 6, "defined": 2, "pending": 1}, '
    '"ANALY_BNL_CLOUD": {"activated": 3, "assigned": 0, "running": 0}}}')
RECORDED_REPR = (
    "{'success': True, 'message': '', 'data': {'BNL_CLOUD': {'sent': Decimal('1'), 'activated': Decimal('12'), "
    "'holding': Decimal('1'), 'starting': Decimal('2'), 'running': Decimal('3'), 'transferring': Decimal('4'), "
    "'assigned': 6, 'defined': 2, 'pending': 1}, "
    "'ANALY_BNL_CLOUD': {'activated': Decimal('3'), 'assigned': 0, 'running': 0}}}")
RECORDED_BY_RESOURCE = (
    '{"success": true, "message": "", "data": {"BNL_CLOUD": {"SCORE": {"sent": 1, "starting": 2, "merging": 2, '
    '"activated": 7, "holding": 1, "transferring": 4, "assigned": 6, "defined": 2, "pending": 1, "cancelled": 2, '
    '"closed": 1, "failed": 1, "finished": 9, "running": 0}, "MCORE": {"activated": 5, "running": 3, "assigned": 0, '
    '"finished": 0, "failed": 0}}, "ANALY_BNL_CLOUD": {"SCORE_HIMEM": {"activated": 3, "assigned": 0, "running": 0, '
    '"finished": 0, "failed": 0}}}}')
RECORDED_WINDOW_0 = (
    '{"success": true, "message": "", "data": {"BNL_CLOUD": {"SCORE": {"sent": 1, "starting": 2, "merging": 2, '
    '"activated": 7, "holding": 1, "transferring": 4, "assigned": 6, "defined": 2, "pending": 1, "running": 0, '
    '"finished": 0, "failed": 0}, "MCORE": {"activated": 5, "running": 3, "assigned": 0, "finished": 0, "failed": 0}}, '
    '"ANALY_BNL_CLOUD": {"SCORE_HIMEM": {"activated": 3, "assigned": 0, "running": 0, "finished": 0, "failed": 0}}}}')
RECORDED_JOB = (
    '{"success": true, "message": "", "data": {"StatusCode": 0, "jobs": [{"StatusCode": 0, "PandaID": 6000000001, '
    '"prodSourceLabel": "managed", "swRelease": "NULL", "homepackage": "NULL", "transformation": "NULL", '
    '"jobName": "job6000000001", "jobDefinitionID": 1, "cloud": "US", "inFiles": "", "dispatchDblock": "", '
    '"dispatchDBlockToken": "", "dispatchDBlockTokenForOut": "", "outFiles": "", "destinationDblock": "", '
    '"destinationDBlockToken": "", "prodDBlocks": "", "prodDBlockToken": "", "realDatasets": "", "realDatasetsIn": "", '
    '"fileDestinationSE": "", "logFile": "", "logGUID": "", "jobPars": "NULL", "attemptNr": 0, "GUID": "", '
    '"checksum": "", "fsize": "", "scopeIn": "", "scopeOut": "", "scopeLog": "", "ddmEndPointIn": "", '
    '"ddmEndPointOut": "", "destinationSE": "NULL", "prodUserID": "NULL", "maxCpuCount": 0, "minRamCount": 2000, '
    '"maxDiskCount": 0, "cmtConfig": "NULL", "processingType": "simul", "transferType": "NULL", "sourceSite": "NULL", '
    '"currentPriority": 900, "taskID": "NULL", "coreCount": 1, "jobsetID": "NULL", "reqID": "NULL", "nucleus": "NULL", '
    '"maxWalltime": "NULL", "resource_type": "SCORE", "ioIntensity": null, "ioIntensityUnit": null, "nSent": 1}]}}')


def text(answer: Answer) -> str:
    return b"".join(answer.body).decode()


def get(
    service: Service, call: str, query: str = "", accept: str | None = JSON, content_type: str | None = None
) -> str:
    answer = service.answer(Request("GET", STATISTICS + call, query, accept, content_type))
    assert (answer.status, answer.content_type) == (200, "text/plain")
    return text(answer)


def post(service: Service, call: str, **parameters: Any) -> dict[str, Any]:
    body = json.dumps(parameters).encode()
    answer = service.answer(Request("POST", f"/api/v1/pilot/{call}", "", None, JSON, body))
    assert (answer.status, answer.content_type) == (200, "text/plain")
    value: dict[str, Any] = json.loads(text(answer))
    return value


@pytest.fixture
def service(table: JobTable) -> Service:
    return Service(table)


@pytest.fixture
def recorded_service(table: JobTable) -> Service:
    for status, count in SCORE.items():
        table.add("BNL_CLOUD", "SCORE", count, status=status)
    table.add("BNL_CLOUD", "MCORE", 5, core_count=8)
    table.add("BNL_CLOUD", "MCORE", 3, core_count=8, status="running")
    table.add("ANALY_BNL_CLOUD", "SCORE_HIMEM", 3)
    return Service(table)


@pytest.mark.parametrize(("call", "query", "recorded"), [
    (BY_SITE, "", RECORDED_BY_SITE),
    (BY_RESOURCE, "", RECORDED_BY_RESOURCE), (BY_RESOURCE, "time_window=0", RECORDED_WINDOW_0),
    (BY_RESOURCE, "time_window=60.7", RECORDED_BY_RESOURCE), (BY_RESOURCE, "time_window=None", RECORDED_BY_RESOURCE),
])
def test_statistics_as_recorded(recorded_service: Service, call: str, query: str, recorded: str) -> None:
    answered = get(recorded_service, call, query)
    assert json.loads(answered) == json.loads(recorded)
    assert answered == json.dumps(json.loads(answered))  # separators and escapes, too, are those of json.dumps


def test_an_archived_job_leaves_with_its_window() -> None:
    now = 0.0
    old = JobTable(clock=lambda: now)
    service = Service(old, clock=lambda: now)
    old.add("Q", status="finished")
    old.add("Q")
    now = 59.0
    assert json.loads(get(service, BY_RESOURCE, "time_window=1"))["data"]["Q"]["SCORE"]["finished"] == 1
    now = 61.0
    assert json.loads(get(service, BY_RESOURCE, "time_window=1"))["data"]["Q"]["SCORE"]["finished"] == 0


@pytest.mark.parametrize("accept", [None, "*/*", "application/json, */*"])
def test_repr_unless_json_is_asked_for_exactly(recorded_service: Service, accept: str | None) -> None:
    def unordered(body: str) -> list[str]:
        return sorted(re.findall(r"'\w+': (?:Decimal\('\d+'\)|\d+)", body))

    answered = get(recorded_service, BY_SITE, accept=accept)
    assert answered.startswith("{'success': True, 'message': '', 'data': {'BNL_CLOUD': {")
    assert unordered(answered) == unordered(RECORDED_REPR)
    assert json.loads(get(recorded_service, BY_SITE, accept=accept, content_type=JSON)) == json.loads(RECORDED_BY_SITE)


@pytest.mark.parametrize(("call", "query"), [(BY_SITE, ""), (BY_RESOURCE, ""), (BY_RESOURCE, "time_window=0")])
def test_empty_looks_broken(service: Service, call: str, query: str) -> None:
    assert get(service, call, query) == (
        '{"success": false, "message": "Database failure getting the job statistics", "data": {}}')


@pytest.mark.parametrize(("call", "query", "message", "data"), [
    (BY_SITE, "foo=1", "Argument error: got an unexpected keyword argument 'foo'", None),
    (BY_RESOURCE, "time_window=-1", BAD_WINDOW, {}), (BY_RESOURCE, "time_window=10081", BAD_WINDOW, {}),
    (BY_RESOURCE, "time_window=x",
     "Type error: 'time_window' with value 'x' could not be casted to type int from str.", None),
    (BY_RESOURCE, "time_window=1&time_window=2",
     "Type error: 'time_window' with value '['1', '2']' could not be casted to type int from list.", None),
])
def test_refusals_are_200(service: Service, call: str, query: str, message: str, data: Any) -> None:
    assert json.loads(get(service, call, query)) == {"success": False, "message": message, "data": data}


@pytest.mark.parametrize(("path", "method"), [
    ("/server/panda/getJobStatisticsPerSite", "getJobStatisticsPerSite"), ("/api/v1/statistics/no_such", "no_such"),
    ("/api/latest/statistics/" + BY_SITE, BY_SITE), ("/api/v1/nothing/" + BY_SITE, BY_SITE),
    ("/api/v1/system/" + BY_SITE, BY_SITE), ("/", ""), ("", ""),
])
def test_unknown_methods_are_forbidden(service: Service, path: str, method: str) -> None:
    answer = service.answer(Request("GET", path, accept=JSON))
    assert (answer.status, answer.content_type) == (403, "text/plain")
    assert text(answer) == f"ERROR : method {method} is forbidden"


def test_is_alive(service: Service) -> None:
    answer = service.answer(Request("GET", "/api/v1/system/is_alive", accept=JSON))
    assert text(answer) == '{"success": true, "message": "", "data": null}'


def test_wrong_verb(service: Service) -> None:
    answer = service.answer(Request("GET", "/api/v1/pilot/acquire_jobs", accept=JSON))
    assert json.loads(text(answer))["message"] == "expecting POST, received GET"


def test_invalid_json_is_500(service: Service) -> None:
    answer = service.answer(Request("POST", "/api/v1/pilot/acquire_jobs", content_type=JSON, body=b"{"))
    assert answer.status == 500
    assert text(answer).startswith("ERROR : received invalid JSON : ")


def test_acquired_job_has_the_recorded_keys_in_their_order(service: Service, table: JobTable) -> None:
    table.add("Q", seconds=7)
    answered = post(service, "acquire_jobs", site_name="Q", prod_source_label="managed", node="n1", n_jobs=1)
    recorded = json.loads(RECORDED_JOB)
    recorded["data"]["jobs"][0]["jobPars"] = "--seconds 7"
    assert json.dumps(answered) == json.dumps(recorded)


def test_no_job_is_not_a_success(service: Service, table: JobTable) -> None:
    table.add("Q")
    nothing = {"success": False, "message": "No jobs in PanDA", "data": None}
    assert post(service, "acquire_jobs", site_name="OTHER") == nothing
    assert post(service, "acquire_jobs", site_name="Q", resource_type="MCORE") == nothing
    assert post(service, "acquire_jobs", site_name="Q", prod_source_label="user") == nothing


@pytest.mark.parametrize(("parameters", "message"), [
    ({}, "Argument error: missing a required argument: 'site_name'"),
    ({"site_name": "Q", "n_jobs": "1"}, "Type error: 'n_jobs' must be of type int, got str."),
    ({"site_name": "Q", "n_jobs": None}, "Type error: 'n_jobs' must be of type int, got NoneType."),
    ({"site_name": "Q", "queue": "Q"}, "Argument error: got an unexpected keyword argument 'queue'"),
])
def test_bad_parameters_of_acquire(service: Service, parameters: dict[str, Any], message: str) -> None:
    assert post(service, "acquire_jobs", **parameters) == {"success": False, "message": message, "data": None}


def test_updates(service: Service, table: JobTable) -> None:
    job, = table.add("Q")
    post(service, "acquire_jobs", site_name="Q")
    good = {"success": True, "message": "", "data": {"StatusCode": 0, "command": "NULL"}}
    killed = {"success": True, "message": "", "data": {"StatusCode": 0, "command": "tobekilled"}}
    for status in ("starting", "running", "finished"):
        assert post(service, "update_job", job_id=job.panda_id, job_status=status, attempt_nr=0, max_rss=1.5) == good
        assert table.rows()[0].status == status
    assert post(service, "update_job", job_id=job.panda_id, job_status="running") == killed
    assert post(service, "update_job", job_id=job.panda_id, job_status="finished", attempt_nr=1) == killed
    assert post(service, "update_job", job_id=job.panda_id, job_status="sent") == {
        "success": False, "message": "Invalid job status: sent", "data": {"StatusCode": 50}}
    unknown = post(service, "update_job", job_id=job.panda_id, job_status="running", harvester_id="h")
    assert unknown["message"] == "Argument error: got an unexpected keyword argument 'harvester_id'"
