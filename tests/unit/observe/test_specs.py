import json

import pytest

from condor_elastic.model import QueueSpec, ResourceType
from condor_elastic.observe.panda.specs import cric, resource_types, schedconfig, site_specs

# The shape of panda-server 1.0.4's answers, cut short.
SITE = {"sitename": "SKY", "nickname": "SKY", "status": "online", "coreCount": 8, "maxrss": 16000, "minrss": 0,
        "maxwdir": 40000, "maxtime": 172800, "capability": "ucore", "catchall": "", "memory": None,
        "unified_name": None}  # fmt: skip
ROW = {"nickname": "SKY", "state": "ACTIVE", "status": "Online", "corecount": 8, "maxrss": 2000, "minrss": 100,
       "maxwdir": 10000, "maxtime": 172800, "capability": "ucore", "catchall": ""}  # fmt: skip
TYPES = [
    {"resource_name": "Undefined", "mincore": 1, "maxcore": None, "minrampercore": None, "maxrampercore": None},
    {"resource_name": "SCORE", "mincore": 1, "maxcore": 1, "minrampercore": None, "maxrampercore": 2000},
    {"resource_name": "MCORE_HIMEM", "mincore": 2, "maxcore": None, "minrampercore": 2001, "maxrampercore": None},
]


def body(data, success=True):
    return json.dumps({"success": success, "message": "m", "data": data}).encode()


def bare(data):
    return json.dumps(data).encode()


def test_the_queues_of_the_servers_site_specs():
    derived = {**SITE, "sitename": "SKY/SCORE", "coreCount": 1, "unified_name": "SKY"}
    specs = site_specs(body({"SKY": SITE, "SKY/SCORE": derived, "null": SITE}), 5)
    assert specs.found == {"SKY": QueueSpec("online", 8, 16000, 0, 40000, 172800, "ucore", 5)}
    assert specs.wrong == {}


def test_what_the_server_has_multiplied_is_not_multiplied_again():
    assert site_specs(body({"SKY": {**SITE, "catchall": "per_core_attr"}}), 5).found["SKY"].maxrss == 16000


@pytest.mark.parametrize(
    ("catchall", "corecount", "found"),
    [
        ("", 8, (2000, 100, 10000)),
        (None, 8, (2000, 100, 10000)),
        ("per_core_attr", 8, (16000, 800, 80000)),
        ("x=1,per_core_attr=True,y", 8, (16000, 800, 80000)),
        ("not_per_core_attr", 8, (2000, 100, 10000)),
        ("per_core_attr", None, (2000, 100, 10000)),
        ("per_core_attr", 0, (2000, 100, 10000)),
    ],
)
def test_memory_and_disk_are_those_of_a_slot(catchall, corecount, found):
    row = {**ROW, "catchall": catchall, "corecount": corecount}
    for spec in (schedconfig(bare(row), 5), cric(bare({"SKY": row}), 5).found["SKY"]):
        assert (spec.maxrss, spec.minrss, spec.maxwdir) == found
        assert (spec.status, spec.maxtime, spec.read, spec.why) == ("online", 172800, 5, "")


@pytest.mark.parametrize(
    ("state", "status"),
    [("ACTIVE", "online"), ("active", "online"), (None, "online"), ("", "online"), ("INACTIVE", "offline")],
)
def test_a_queue_that_is_not_active_is_offline(state, status):
    assert cric(bare({"SKY": {**ROW, "state": state}}), 5).found["SKY"].status == status


@pytest.mark.parametrize(
    ("value", "number"),
    [(None, 0), ("", 0), (" ", 0), (0, 0), ("16000", 16000), (" 16000 ", 16000), ("16000.0", 16000), (2000.5, 2000)],
)
def test_numbers_as_they_really_come(value, number):
    assert site_specs(body({"SKY": {**SITE, "maxrss": value}}), 5).found["SKY"].maxrss == number


def test_what_is_not_said_is_zero_or_empty():
    assert schedconfig(b"{}", 5) == QueueSpec("", read=5)


@pytest.mark.parametrize(
    "value", [-1, -0.5, "-1", [], {}, True, "many", "1e400", float("nan"), float("inf"), "9" * 5000, "²", 10**30]
)
def test_a_queue_with_nonsense_takes_no_other_with_it(value):
    specs = site_specs(body({"SKY": {**SITE, "maxrss": value}, "SEA": SITE}), 5)
    assert list(specs.found) == ["SEA"]
    assert specs.wrong["SKY"].startswith("it answered ")
    assert specs.wrong["SKY"].endswith(" for SKY, maxrss, where a number belongs")
    assert len(specs.wrong["SKY"]) < 120


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (None, "'None' for SKY, where a table belongs"),
        ([], "'[]' for SKY, where a table belongs"),
        ({**ROW, "status": 5}, "5 for SKY, status, where a word belongs"),
        ({**ROW, "corecount": []}, "[] for SKY, corecount, where a number belongs"),
    ],
)
def test_the_reason_names_queue_and_field(row, said):
    assert cric(bare({"SKY": row, "SEA": ROW}), 5).wrong == {"SKY": f"it answered {said}"}


@pytest.mark.parametrize(
    ("read", "answer", "said"),
    [
        (site_specs, body({}), "it answered no queue"),
        (site_specs, body({"null": SITE}), "it answered no queue"),
        (site_specs, body([]), "for data, where a table belongs"),
        (site_specs, body({}, success=False), "success:false"),
        (site_specs, b"<html>", "no JSON"),
        (cric, bare({}), "it answered no queue"),
        (cric, bare({"error": "Database is down"}), "'Database is down'\" for error, where a table belongs"),
        (cric, bare([ROW]), "for the queues, where a table belongs"),
        (schedconfig, b"<html>404", "no JSON"),
        (schedconfig, bare([ROW]), "for the queue, where a table belongs"),
        (schedconfig, bare({**ROW, "maxwdir": -4}), "-4 for SKY, maxwdir, where a number belongs"),
    ],
)
def test_an_answer_without_any_queue_is_no_answer(read, answer, said):
    with pytest.raises(ValueError, match=r".") as error:
        read(answer, 5)
    assert said in str(error.value)


def test_resource_types():
    assert resource_types(body(TYPES)) == (
        ResourceType("SCORE", 1, 1, None, 2000),
        ResourceType("MCORE_HIMEM", 2, None, 2001, None),
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "{} for data, where a list belongs"),
        ([], "no resource type"),
        (TYPES[:1], "no resource type"),
        ([*TYPES, 5], "for resource type 4, where a table belongs"),
        ([{**TYPES[1], "resource_name": None}], "a resource type without a name"),
        ([{**TYPES[1], "maxcore": "few"}], "'few' for SCORE, maxcore, where a number belongs"),
    ],
)
def test_resource_types_that_are_wrong(data, said):
    with pytest.raises(ValueError, match=r".") as error:
        resource_types(body(data))
    assert said in str(error.value)
