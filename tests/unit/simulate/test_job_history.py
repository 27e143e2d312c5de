import json

import pytest

from condor_elastic.simulate.history import ATTRIBUTES, read_history
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.swf import BadTrace

# As condor_history of 23.9.6 prints it.
PRINTED = """\
[
{
  "ClusterId": 7,
  "CompletionDate": 1700000190,
  "JobCurrentStartDate": 1700000100,
  "JobStartDate": 1700000010,
  "JobUniverse": 5,
  "Owner": "alice",
  "ProcId": 0,
  "QDate": 1700000050,
  "RemoteWallClockTime": 150.0,
  "RequestCpus": 2,
  "RequestMemory": 2048
}
,
{
  "ClusterId": 8,
  "QDate": 1700000000
}
,
{
  "ClusterId": 6,
  "CompletionDate": 0,
  "JobStartDate": 1700000010,
  "JobUniverse": 5,
  "MemoryProvisioned": 128,
  "Owner": "bob",
  "QDate": 1700000000,
  "RemoteWallClockTime": 33.0,
  "RequestCpus": "\\/Expr(ifThenElse(x, 1, 2))\\/",
  "RequestMemory": "\\/Expr(ifthenelse(MemoryUsage isnt undefined, MemoryUsage, 1))\\/"
}
,
{
  "ClusterId": 9,
  "JobUniverse": 9,
  "JobStartDate": 1700000010,
  "QDate": 1600000000,
  "RemoteWallClockTime": 33.0
}
]
"""
JOBS = [Job(0, 33, 1, 128, "bob"), Job(50, 90, 2, 2048, "alice")]


def test_jobs_that_ran_on_slots_come_in_order_from_the_first():
    assert read_history(PRINTED, "h") == JOBS


def test_a_line_for_each_ad_is_read_as_well():
    lines = "".join(json.dumps(ad) + "\n" for ad in json.loads(PRINTED))
    assert read_history(lines, "h") == JOBS


def test_times_may_be_told_from_another_time():
    assert [job.submit for job in read_history(PRINTED, "h", 1_699_999_990)] == [10, 60]


def test_what_is_asked_for_is_what_is_read():
    assert {"QDate", "JobCurrentStartDate", "CompletionDate", "RequestCpus", "MemoryProvisioned"} <= set(ATTRIBUTES)


@pytest.mark.parametrize(("text", "said"), [
    ("", "h has no job that ran on a slot"),
    ("[]", "h has no job that ran on a slot"),
    (PRINTED.replace('"Owner": "bob",', '"Owner": "bob"'), "h, line 28: Expecting ',' delimiter"),
    (PRINTED.replace('  "QDate": 1700000000,\n  "RemoteWallClockTime"', '  "RemoteWallClockTime"'),
     "h, line 21: the job has no QDate; ask for -attributes ClusterId,"),
    (" ID     OWNER\n", "h, line 1: Expecting value; -json or -jsonl of condor_history is meant"),
    ("[\n7\n]", "h, line 2: '7' is no job ad"),
], ids=["nothing", "none", "a comma", "no QDate", "a table", "no ad"])  # fmt: skip
def test_what_is_no_history_is_said_with_its_place(text, said):
    with pytest.raises(BadTrace) as told:
        read_history(text, "h")
    assert said in str(told.value)
