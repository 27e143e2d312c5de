import json
import pickle

import pytest

from condor_elastic.model import COMING, LEAVING, SERVED, WAITING, QueueStats
from condor_elastic.observe.panda.look import with_type
from condor_elastic.observe.panda.statistics import parse

# As panda-server 1.0.4 answers job_stats_by_site_and_resource_type?time_window=0.
RECORDED = (
    b'{"success": true, "message": "", "data": {"BNL_CLOUD": {"SCORE": {"sent": 1, "starting": 2, "merging": 2, '
    b'"activated": 7, "holding": 1, "transferring": 4, "assigned": 6, "defined": 2, "pending": 1, "running": 0, '
    b'"finished": 0, "failed": 0}, "MCORE": {"activated": 5, "running": 3, "assigned": 0, "finished": 0, '
    b'"failed": 0}}, '
    b'"ANALY_BNL_CLOUD": {"SCORE_HIMEM": {"activated": 3, "assigned": 0, "running": 0, "finished": 0, "failed": 0}}}}'
)


def answer(data, success=True):
    return json.dumps({"success": success, "message": "m", "data": data}).encode()


def counted(stats):
    return [stats.count(states) for states in (WAITING, SERVED, COMING, LEAVING)]


def test_each_state_is_counted_once_and_as_what_it_means():
    read = parse(RECORDED)
    assert counted(read["BNL_CLOUD"]) == [12, 6, 9, 7]
    assert counted(read["ANALY_BNL_CLOUD"]) == [3, 0, 0, 0]
    assert read["BNL_CLOUD"].types["MCORE"]["running"] == 3
    assert not WAITING & SERVED | COMING & LEAVING | (WAITING | SERVED) & (COMING | LEAVING)


def test_a_site_without_a_name_is_nobodys_and_a_job_without_a_type_is_of_the_default_one():
    read = parse(answer({"null": {"null": {"pending": 1}}, "A": {"null": {"activated": 2}, "SCORE": {"activated": 1}}}))
    assert set(read) == {"A"}
    assert with_type(read["A"], "SCORE") == QueueStats({"SCORE": {"activated": 3}})
    assert with_type(None, "SCORE") == QueueStats()


def test_of_an_answer_by_label_the_named_labels_count():
    body = answer({"A": {"SCORE": {"managed": {"activated": 2}, "user": {"activated": 5, "running": 1}, "null": {}}}})
    assert parse(body, ("user",)) == {"A": QueueStats({"SCORE": {"activated": 5, "running": 1}})}
    assert parse(body, ("user", "managed"))["A"].count(WAITING) == 7
    assert parse(body, ("panda",))["A"].count(WAITING) == 0
    with pytest.raises(ValueError, match="None jobs for A, SCORE, managed, activated"):
        parse(answer({"A": {"SCORE": {"managed": {"activated": None}}}}), ("user",))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><body>Service Unavailable</body></html>", "no JSON: '<html>"),
        (b"{'success': True, 'message': '', 'data': {'A': {'activated': Decimal('12')}}}", "no JSON: \"{'success'"),
        (pickle.dumps({"A": {"activated": 1}}), "a pickle, which is never read"),
        (b"(dp0\nS'A'\np1\n", "a pickle, which is never read"),
        (
            b'{"success": false, "message": "Database failure getting the job statistics", "data": {}}',
            "Database failure",
        ),
        (b'{"success": 1, "data": {}}', "success:false"),
        (b"[]", "success:false"),
        (b"", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"[" * 200_000, "no JSON"),
        (answer([]), "where a table belongs"),
        (answer({"A": 5}), "for A, where a table belongs"),
        (answer({"A": {"SCORE": None}}), "for A, SCORE, where a table belongs"),
        (answer({"A": {"SCORE": {"activated": -1}}}), "-1 jobs for A, SCORE, activated, which is no count"),
        (answer({"A": {"SCORE": {"activated": 1.5}}}), "1.5 jobs for A, SCORE, activated, which is no count"),
        (answer({"A": {"SCORE": {"activated": "7"}}}), "'7' jobs for A"),
        (answer({"A": {"SCORE": {"activated": True}}}), "True jobs for A"),
        (answer({"A": {"SCORE": {"activated": 1}}, "B": {"SCORE": {"weird": None}}}), "None jobs for B"),
    ],
)
def test_an_answer_that_is_wrong_anywhere_is_no_answer(body, said):
    with pytest.raises(ValueError, match=r".") as error:
        parse(body)
    assert said in str(error.value)
