"""The set-up itself: real servers that say what stands in their tables, and a circle of jobs through them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest
from live.panda_server import DEMAND, DETAILED, OIDC, PLAIN, ControlError, get, post, statistics
from live.pool import wait_for

ALIVE = f"{OIDC}/api/v1/system/is_alive"
ACQUIRE = f"{OIDC}/api/v1/pilot/acquire_jobs"
PILOT = f"{os.environ.get('ELASTIC_SOURCE')}/scripts/standin/mini_pilot.py"


def pilot(*words):
    command = [sys.executable, PILOT, "--url", PLAIN, "--queue", "BNL", "--jobs", "9", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def zeros_left_out(data):
    return {
        queue: {kind: {state: n for state, n in states.items() if n} for kind, states in kinds.items()}
        for queue, kinds in data.items()
    }


def test_the_demand_is_what_stands_in_the_tables(panda):
    panda.set_queue("CERN")
    panda.add_jobs("BNL", 5)
    panda.add_jobs("BNL", 2, resource_type="MCORE", cores=8)
    panda.add_jobs("BNL", 3, state="assigned", resource_type=None)
    panda.add_jobs("CERN", 4, state="running", resource_type="MCORE_HIMEM", label="user", gshare="User Analysis")
    panda.add_jobs("CERN", 1, state="pending")
    panda.aggregate()
    said = statistics()
    assert said["success"] is True
    assert said["message"] == ""
    assert zeros_left_out(said["data"]) == panda.rows()
    assert said["data"]["BNL"]["MCORE"] == {"activated": 2, "assigned": 0, "running": 0, "finished": 0, "failed": 0}
    assert statistics(DETAILED)["data"]["CERN"]["MCORE_HIMEM"]["user"]["running"] == 4


def test_the_demand_is_as_old_as_the_last_refresh(panda):
    panda.add_jobs("BNL", 1)
    panda.aggregate()
    panda.add_jobs("BNL", 1)
    assert statistics()["data"]["BNL"]["SCORE"]["activated"] == 1
    panda.aggregate(2)
    assert statistics()["data"]["BNL"]["SCORE"]["activated"] == 4
    panda.auto_aggregate(0.2)
    wait_for("a refresh", lambda: statistics()["data"]["BNL"]["SCORE"]["activated"] == 2, 5)


def test_a_server_without_jobs_answers_as_a_broken_one(panda):
    assert statistics() == {"success": False, "message": "Database failure getting the job statistics", "data": {}}


def test_pilots_carry_jobs_to_the_archive(panda):
    panda.add_jobs("BNL", 2, seconds=0.2)
    panda.add_jobs("BNL", 2, seconds=0.2, resource_type="MCORE", cores=8)
    pilots = [pilot("--resource-type", kind, "--node", kind.lower()) for kind in ("SCORE", "MCORE")]
    said = [each.communicate(timeout=30)[0] for each in pilots]
    assert [each.returncode for each in pilots] == [0, 0], said
    wait_for("the archive", lambda: {job["table"] for job in panda.jobs()} == {"jobsarchived4"}, 10)
    ends = [(job["status"], job["resource_type"], job["node"]) for job in panda.jobs()]
    assert ends == [("finished", "SCORE", "score")] * 2 + [("finished", "MCORE", "mcore")] * 2


def test_an_evicted_pilots_job_fails(panda):
    panda.add_jobs("BNL", 1, seconds=600)
    one = pilot()
    wait_for("a running job", lambda: panda.rows()["BNL"]["SCORE"] == {"running": 1}, 10)
    one.terminate()
    said = one.communicate(timeout=30)[0]
    assert one.returncode == 1, said
    wait_for("the archive", lambda: panda.rows()["BNL"]["SCORE"] == {"failed": 1}, 10)


def test_a_queue_in_test_gives_no_production_jobs(panda):
    panda.add_jobs("BNL", 1)
    panda.set_queue("BNL", status="test")
    time.sleep(1.1)  # for so long the server believes what it knows of its queues
    assert pilot().communicate(timeout=30)[0] == "no job for BNL\n"


def test_the_queues_file_says_what_was_set(panda):
    panda.set_queue("BNL", status="brokeroff", corecount=8, maxrss=16000)
    status, text = get(f"{PLAIN}/cache/schedconfig/BNL.all.json")
    assert status == 200
    found = json.loads(text)
    assert (found["status"], found["corecount"], found["maxrss"], found["siteid"]) == ("brokeroff", 8, 16000, "BNL")
    assert get(f"{OIDC}/cache/schedconfig/BNL.all.json") == (status, text)
    panda.set_queue("GONE")
    panda.remove_queue("GONE")
    assert get(f"{PLAIN}/cache/schedconfig/GONE.all.json")[0] == 404


def test_a_database_that_stops_comes_back(panda):
    panda.add_jobs("BNL", 1)
    panda.aggregate()
    assert statistics()["success"] is True
    panda.database("stop")
    for _ in range(3):
        said = statistics()
        assert said == {"success": False, "message": "Database failure getting the job statistics", "data": {}}
    panda.settle()
    assert statistics()["data"]["BNL"]["SCORE"]["activated"] == 1
    assert "acquired" in pilot().communicate(timeout=30)[0]


def test_a_table_that_is_missing_for_a_second_doubles_an_answer(panda):
    panda.add_jobs("BNL", 3)
    panda.aggregate()
    panda.break_table("jobsdefined4", 1)
    said = statistics(DETAILED)
    assert said["success"] is True
    assert said["data"]["BNL"]["SCORE"]["managed"]["activated"] == 6
    assert statistics(DETAILED)["data"]["BNL"]["SCORE"]["managed"]["activated"] == 3


def test_a_table_that_is_missing_fails_the_demand_at_once(panda):
    panda.add_jobs("BNL", 3)
    panda.aggregate()
    panda.break_table("jobsdefined4", 1)
    assert statistics()["success"] is False
    wait_for("the table", lambda: statistics()["success"], 5)


@pytest.mark.parametrize(
    ("kind", "origin", "status", "text"),
    [
        ("good", "atlas", 200, '"success": true'),
        ("good", "atlas:production", 200, '"success": true'),
        ("good", None, 403, "Traceback"),
        ("good", "cms", 403, "Unknown vo : cms"),
        ("expired", "atlas", 403, "Token authentication failed. Invalid token. Signature has expired"),
        ("nogroup", "atlas", 403, "Not a member of the atlas group"),
        ("badaud", "atlas", 403, "cannot extract client_id from token"),
    ],
)
def test_tokens(panda, kind, origin, status, text):
    panda.add_jobs("BNL", 1)
    panda.aggregate()
    headers = {"Authorization": f"Bearer {panda.token(kind)}", **({"Origin": origin} if origin else {})}
    found = get(OIDC + DEMAND, **headers)
    assert (found[0], text in found[1]) == (status, True), found


def test_statistics_need_no_token(panda):
    panda.add_jobs("BNL", 1)
    panda.aggregate()
    assert statistics(url=OIDC) == statistics(url=PLAIN)


def test_a_token_that_was_accepted_is_believed_after_its_end(panda, tmp_path):
    panda.write_token(tmp_path / "token", seconds=2)
    headers = {"Authorization": f"Bearer {(tmp_path / 'token').read_text()}", "Origin": "atlas"}
    assert get(ALIVE, **headers)[0] == 200
    time.sleep(2.5)
    assert get(ALIVE, **headers)[0] == 200


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        (None, "SSL secure connection is required"),
        ("atlas", "no production/pilot role in VOMS FQANs or non pilot owner"),
        ("atlas:production", ""),
    ],
)
def test_a_pilot_with_a_token_needs_a_role(panda, origin, message):
    panda.add_jobs("BNL", 1)
    headers = {"Authorization": f"Bearer {panda.token()}", "Origin": origin} if origin else {}
    status, text = post(ACQUIRE, {"site_name": "BNL", "prod_source_label": "managed", "node": "here"}, **headers)
    said = json.loads(text)
    assert (status, said["success"], said["message"]) == (200, not message, message)


@pytest.mark.parametrize(
    ("call", "said", "error"),
    [
        ("add_jobs", {"queue": "BNL", "count": -1}, "count is to be from 0 to 100000, not -1"),
        ("add_jobs", {"queue": "BNL", "count": 1, "state": "lost"}, "state is to be one of pending, .*, not 'lost'"),
        ("add_jobs", {"queue": "BNL", "count": 1, "colour": "red"}, "a job has only .*, not colour"),
        ("auto_aggregate", {"seconds": "soon"}, "seconds is to be a number, not 'soon'"),
        ("break_table", {"table": "nothing", "seconds": 1}, 'relation "nothing" does not exist$'),
    ],
)
def test_the_control_service_says_what_is_wrong(panda, call, said, error):
    with pytest.raises(ControlError, match=error):
        getattr(panda, call)(**said)
