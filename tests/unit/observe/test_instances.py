"""What a sweep asks for, and in which order."""

import pytest

from condor_elastic.model import Account, Tagged, Unknown
from condor_elastic.observe.instances import accounts, census
from condor_elastic.observe.strays import sightings
from condor_elastic.observe.sweeps import sweep_jobs

SUBMIT = "grid_resource = ec2 ec2://us-east-1\nec2_access_key_id = /a\nEC2_Secret_Access_Key = /s"
US = Account("ec2://us-east-1", "/a", "/s")
JOB = {"ClusterId": 1, "ProcId": 0, "JobStatus": 5, "EnteredCurrentStatus": 7, "ElasticVM": "cloud-1",
       "ElasticFleet": "cloud", "GridResource": "ec2 openstack://x", "EC2AccessKeyId": "/c",
       "EC2SecretAccessKey": "/c", "HoldReasonCode": 42, "HoldReason": "lost\nit"}  # fmt: skip


def none(_):
    return ()


def test_accounts_are_those_of_fleets_and_of_jobs_each_once():
    jobs = census(lambda *_: [JOB], list, none, (), none).jobs
    elsewhere = Account("openstack://x", "/c", "/c")
    assert accounts([SUBMIT, SUBMIT, "universe = vanilla"], (*jobs, *jobs)) == (US, elsewhere)
    assert (jobs[0].hold_code, jobs[0].hold_reason, jobs[0].missing) == (42, "lost it", 0)


def test_the_queue_is_read_after_the_clouds():
    order = []
    census(lambda *_: order.append("queue") or [], lambda: order.append("collector") or [],
           lambda _: order.append("cloud") or (), (US,), lambda _: order.append("parts") or ())  # fmt: skip
    assert order == ["cloud", "parts", "collector", "queue"]


def test_a_cloud_that_does_not_answer_is_unknown_and_a_schedd_that_does_not_ends_the_sweep():
    def refuse(*_):
        raise RuntimeError("no")

    seen = census(lambda *_: [], refuse, refuse, (US,), refuse)
    assert isinstance(seen.instances[US], Unknown)
    assert isinstance(seen.joined, Unknown)
    assert isinstance(seen.parts[US], Unknown)
    with pytest.raises(RuntimeError):
        census(refuse, list, none, (US,), none)


def test_tags_are_read_with_care():
    assert Tagged("i", 0, {"ElasticOrphan": "2"}).counted == 2
    assert Tagged("i", 0, {"ElasticOrphan": "two"}).counted == 0
    assert (Tagged("i", 0).vm, Tagged("i", 0).fleet) == ("", "")


def test_the_sweeps_of_our_pool_are_read_from_their_ads():
    ad = {"ClusterId": 3, "ProcId": 0, "JobStatus": 4, "EnteredCurrentStatus": 9, "ElasticPool": "p", "ExitCode": 0,
          "ElasticSwept": 8, "ElasticOrphans": "a=2 b=1", "ElasticSaid": ["x"], "ElasticTold": True}  # fmt: skip
    (one,) = sweep_jobs(lambda *_: [ad, {**ad, "ElasticPool": "q"}], "p")
    assert (one.id, one.orphans, one.said, one.told, one.exit) == ("3.0", {"a": 2, "b": 1}, ("x",), True, 0)


def test_strays_are_remembered_by_their_ads():
    from build import startd

    def query(kind, *_):
        if kind == "Any":
            return [{"ElasticVM": "a", "Since": 5, "Cycles": 2}]
        return [{"ElasticVM": "a", "LastHeardFrom": 9}, {"ElasticVM": "b", "LastHeardFrom": 8}]

    known = sightings(query, "p", (startd("a"), startd("b")))
    assert [(known[vm].heard, known[vm].since, known[vm].cycles) for vm in "ab"] == [(9, 5, 2), (8, 0, 0)]
    assert sightings(query, "p", ()) == {}
