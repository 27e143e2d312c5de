"""What is told of a job: each state, each reason, and what became of it in the fleets' turns."""

import json
from dataclasses import replace

import pytest
from build import NOW, booting, busy, fleet, idle, jobs, queue_seen, seen, startd, vm
from sights import kinds, sight

from condor_elastic.explain.answer import Reason, document, lines
from condor_elastic.explain.job import explain_job
from condor_elastic.explain.seen import JobSeen, LastCycle
from condor_elastic.model import HELD, IDLE, RUNNING, Freshness, Order, Shape, Unknown, Worker

CLAUSE = Reason("clause", "TARGET.Memory >= RequestMemory is false: 1 < 2", ("less",))
def job(**changes):
    asks = {"status": IDLE, "since": NOW - 60, "owner": "alice", "shape": Shape(1, 1000)}
    return JobSeen("7.0", **{**asks, **changes})


def told(here, one=None):
    return explain_job(here, one or job())


def said(answer, fleet):
    return next(part.said for part in answer.fleets if part.name == fleet)


def test_the_fleets_are_told_in_their_order_with_what_stopped_each():
    full, other = fleet("full", max_vms=1), fleet("other", max_vms=5)
    look = seen(jobs(2, cpus=8, fleets=("full", "other")))
    answer = told(sight(full, other, look=look), job(shape=Shape(8, 1000)))
    assert [part.name for part in answer.fleets] == ["full", "other"]
    assert said(answer, "full") == "could run it; the next cycle launches 1 VM, with room for 1 of 2 such jobs."
    cap = kinds(answer, "full")["cap"].figures
    assert (cap["value"], cap["leaves"], cap["enough"]) == (1, 1, 2)
    assert said(answer, "other") == "could run it, and the next cycle launches 1 VM with room for it."
    assert answer.state == "idle"


def test_a_fleet_that_is_not_reached_has_nothing_to_do():
    answer = told(sight(fleet("first"), fleet("second")))
    assert said(answer, "second").startswith("could run it, and has nothing to do")


def test_a_fleet_that_can_never_run_it_says_the_clauses():
    look = seen(jobs(2, fleets=("good",)))
    answer = told(sight(fleet("bad"), fleet("good"), look=look), job(refusals={"bad": (CLAUSE,)}))
    assert said(answer, "bad") == "can never run it."
    assert kinds(answer, "bad") == {"clause": CLAUSE}
    assert "could run it" in said(answer, "good")
    none = told(sight(fleet("bad"), look=seen()), job(refusals={"bad": (CLAUSE,)}))
    assert "It can run on no fleet: no VM is started for it." in none.said


def test_a_fleet_that_launches_nothing_says_what_stops_it():
    answer = told(sight(fleet(max_vms=0)))
    assert said(answer, "cloud") == "could run it, and launches nothing for it."
    assert kinds(answer, "cloud")["cap"].change == ("ELASTIC_CLOUD_MAX_VMS = 1 or more (0 drains the fleet)",)


def test_room_that_comes_is_named_with_when_it_is_given_up():
    worker = replace(booting("b1"), vm=replace(booting("b1").vm, since=NOW - 100))
    answer = told(sight(fleet(register_timeout=600), workers=[worker]))
    coming = kinds(answer)["coming"]
    assert (coming.figures["vms"], coming.until) == (["b1"], NOW + 500)
    same = "Idle jobs that ask for the same and may run on the same fleets: 2; room on what is there or comes for 2."
    assert same in answer.said


def test_room_that_is_there_waits_for_the_negotiator():
    fresh = Freshness(NOW - 9999, 300, NOW - 5)
    look = replace(seen(jobs(2)), fresh=fresh)
    one = job(slots=1, rooms=("w1",), negotiated="no match found")
    answer = told(sight(fleet(), look=look, workers=[idle("w1")]), one)
    assert {"free slot", "free worker", "negotiator"} <= kinds(answer).keys()
    word, when = [reason.said for reason in answer.reasons if reason.kind == "negotiator"]
    assert word == "it said last of this job: no match found"
    assert "the last negotiation ended at" in when
    never = told(sight(fleet(), look=replace(look, fresh=replace(fresh, negotiated=None))), one)
    assert any("no negotiation has ended" in reason.said for reason in never.reasons)


def test_a_job_that_is_no_demand_says_why_and_no_more():
    why = Reason("young", "ELASTIC_DEMAND_MIN_AGE=600 and it has been idle for 60 s")
    answer = told(sight(fleet()), job(not_counted=(why,)))
    assert (answer.reasons, answer.fleets) == ((why,), ())
    assert answer.said[-1] == "No VM is started for it."


def test_a_job_that_this_look_has_missed():
    look = seen()
    assert "ask again" in kinds(told(sight(fleet(), look=look)))["new"].change
    asked = told(sight(fleet(), look=look, whatif="Negotiator"))
    assert "limits, shares and quotas" in kinds(asked)["negotiator"].said
    assert said(asked, "cloud") == "could run it, and is not asked to."


def test_what_an_autocluster_cannot_tell_is_not_compared():
    look = seen(jobs(2, memory=0))
    assert any(one.startswith("Idle jobs that ask for the same") for one in told(sight(fleet(), look=look)).said)
    other = seen(jobs(2, memory=900))
    assert "new" in kinds(told(sight(fleet(), look=other)))


def test_held_running_and_the_procs_of_its_cluster():
    held = told(sight(fleet()), job(status=HELD, hold="no such file", others={IDLE: 1, HELD: 2}))
    assert kinds(held)["held"].change == ("condor_release 7.0, once that is mended",)
    assert "Its cluster: 1 idle, 2 held." in held.said
    worker = busy("w1")
    running = told(sight(fleet(), workers=[worker]), job(status=RUNNING, host="slot1_1@w1"))
    assert kinds(running)["running"].figures["vms"] == ["w1"]
    elsewhere = told(sight(fleet(), workers=[worker]), job(status=RUNNING, host="slot1@site"))
    assert kinds(elsewhere)["running"].figures["vms"] == []


def test_a_pilot_names_its_queue_and_the_order_that_stopped_it():
    order = Order("pause", "it was paused by root at noon")
    here = sight(fleet(), look=replace(seen(jobs(2)), queues={"BNL": queue_seen(order=order)}))
    answer = told(here, job(pilot="BNL", type="SCORE"))
    assert "It is a pilot of queue BNL (SCORE)." in answer.said
    assert any("it was paused by root at noon; condor_elastic resume BNL" in one for one in answer.said)


def test_what_concerns_everything():
    silent = Unknown("the collector", "it is away")
    answer = told(sight(fleet(), look=seen(startds=silent), who="alice", dry_run=True, last=LastCycle()))
    assert {"unknown", "dry run", "no cycle"} <= kinds(answer).keys()
    assert "alice may not be allowed to see it" in kinds(answer)["unknown"].change[0]
    assert answer.fleets == ()
    assert kinds(told(sight()))["disabled"].said.startswith("ELASTIC_FLEET_NAMES is empty")
    old = told(sight(fleet(), last=LastCycle(NOW - 1000, "1 failed")))
    assert "ELASTIC_PERIOD=60" in kinds(old)["no cycle"].said
    assert kinds(old)["failed"].said == "in the last cycle: 1 failed"
    assert "in a dry run nothing is launched" in said(told(sight(fleet(), dry_run=True)), "cloud")


def test_silent_sources_are_told_beside_what_was_seen():
    away = Unknown("the schedd b", "no answer")
    look = replace(seen(jobs(2)), silent=(away,), queues={"BNL": queue_seen(stats=Unknown("PanDA", "it hangs"))},
                   ledger=Unknown("the schedd's history", "gone"))  # fmt: skip
    answer = told(sight(fleet(), look=look))
    unknown = [reason.said for reason in answer.reasons if reason.kind == "unknown"]
    assert any(one.startswith("pilot queue BNL gets no pilots") for one in unknown)
    assert any("the schedd b is unknown" in one for one in unknown)
    assert any("history" in one for one in unknown)
    assert "launches go on" in kinds(answer)["doubt"].said


@pytest.mark.parametrize("status", [IDLE, HELD])
def test_both_forms_say_the_same(status):
    answer = told(sight(fleet(max_vms=0)), job(status=status, hold="why"))
    read = json.loads(document(answer, NOW))
    assert (read["kind"], read["id"], read["state"], read["time"]) == ("job", "7.0", answer.state, NOW)
    text = "\n".join(lines(answer, NOW))
    for reason in (*read["reasons"], *(one for part in read["fleets"] for one in part["reasons"])):
        assert f"{reason['kind']}: {reason['said']}" in text
        assert all(f"what would change it: {change}" in text for change in reason["change"])


def test_a_time_is_told_with_how_far_away_it_is():
    window = Reason("window", "it failed", until=NOW + 60)
    answer = replace(told(sight(fleet())), reasons=(window,))
    assert any(line.endswith("(in 60 s)") and "until" in line for line in lines(answer, NOW))


def test_workers_that_are_taken_back_are_room():
    worker = Worker(vm("r1"), startd("r1", used=1, retiring=True))
    look = seen(replace(jobs(2), kinds=frozenset({"k"})))
    worker = replace(worker, startd=replace(worker.startd, kind="k"))
    answer = told(sight(fleet(), look=look, workers=[worker]))
    assert any("workers that are taken back for 2" in one for one in answer.said)
