import json

import pytest

from condor_elastic.model import QueueSpec, ResourceType, Unknown
from condor_elastic.observe.panda.asked import SOONER, Asked
from condor_elastic.observe.panda.kept import Kept
from condor_elastic.observe.panda.queue_data import queue_data, types
from condor_elastic.observe.panda.specs import RESOURCE_TYPES, SITE_SPECS

URL = "https://panda.example.org"
CRIC = "https://cric.example.org/query/?json"
PERIOD = 300
START = 1_000_000
ROW = {"status": "online", "state": "ACTIVE", "coreCount": 8, "corecount": 8, "maxrss": 16000, "maxwdir": 40000}
TYPE = {"resource_name": "SCORE", "mincore": 1, "maxcore": 1, "minrampercore": None, "maxrampercore": 2000}
SOURCES = {"SiteSpecs": URL, "Schedconfig": URL, "CRIC": CRIC}


class Server:
    """A server's GET, and who was asked for what."""

    def __init__(self):
        self.rows = {"SKY": dict(ROW), "SEA": dict(ROW)}
        self.why = ""
        self.asked = []

    def get(self, address, parameters):
        self.asked.append((address, dict(parameters)))
        if self.why:
            raise ValueError(self.why)
        if address == RESOURCE_TYPES:
            return json.dumps({"success": True, "data": [TYPE]}).encode()
        if address == SITE_SPECS:
            return json.dumps({"success": True, "data": self.rows}).encode()
        name = address.split("/")[-1].split(".")[0]
        return json.dumps(self.rows[name] if "schedconfig" in address else self.rows).encode()


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def cycle(tmp_path, server):
    def begin(seconds=0, directory=str(tmp_path)):
        server.asked = []
        return Asked(Kept(directory), PERIOD, START + seconds)

    return begin


def spec(read=0, why="", **more):
    return QueueSpec(**{"status": "online", "corecount": 8, "maxrss": 16000, "maxwdir": 40000, **more},
                     read=START + read, why=why)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "address", "parameters"),
    [
        ("SiteSpecs", SITE_SPECS, {"type": "all"}),
        ("Schedconfig", f"{URL}/cache/schedconfig/SKY.all.json", {}),
        ("CRIC", CRIC, {}),
    ],
)
def test_each_source_is_asked_where_it_is(server, cycle, source, address, parameters):
    assert queue_data(source, SOURCES[source], "SKY", server.get, cycle()) == spec()
    assert server.asked == [(address, parameters)]


def test_a_queues_name_cannot_lead_elsewhere(server, cycle):
    server.why = "404"
    queue_data("Schedconfig", URL, "../A?b", server.get, cycle())
    assert server.asked[0][0] == f"{URL}/cache/schedconfig/..%2FA%3Fb.all.json"


@pytest.mark.parametrize("source", ["SiteSpecs", "CRIC"])
def test_one_answer_serves_all_queues_of_a_cycle(server, cycle, tmp_path, source):
    asked = cycle()
    for name in ("SKY", "SEA", "SKY"):
        assert queue_data(source, SOURCES[source], name, server.get, asked) == spec()
    assert len(server.asked) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_young_copy_is_used_without_asking(server, cycle):
    queue_data("SiteSpecs", URL, "SKY", server.get, cycle())
    assert queue_data("SiteSpecs", URL, "SKY", server.get, cycle(PERIOD - 1)) == spec()
    assert server.asked == []
    assert queue_data("SiteSpecs", URL, "SKY", server.get, cycle(PERIOD)) == spec(PERIOD)
    assert len(server.asked) == 1


def test_another_server_has_another_copy(server, cycle):
    asked = cycle()
    queue_data("SiteSpecs", URL, "SKY", server.get, asked)
    queue_data("SiteSpecs", "https://other.example.org", "SKY", server.get, asked)
    assert len(server.asked) == 2


def test_a_copy_from_the_future_is_not_believed_to_be_young(server, cycle):
    queue_data("SiteSpecs", URL, "SKY", server.get, cycle(5000))
    assert queue_data("SiteSpecs", URL, "SKY", server.get, cycle()) == spec()


@pytest.mark.parametrize("source", SOURCES)
def test_without_an_answer_the_last_good_one_is_used_and_says_why(server, cycle, source):
    queue_data(source, SOURCES[source], "SKY", server.get, cycle())
    server.why = "it is down"
    late = cycle(PERIOD)
    assert queue_data(source, SOURCES[source], "SKY", server.get, late) == spec(why="it is down")
    assert queue_data(source, SOURCES[source], "SKY", server.get, late) == spec(why="it is down")
    assert len(server.asked) == 1


@pytest.mark.parametrize("source", SOURCES)
def test_a_server_that_fails_is_asked_again_sooner_but_not_each_cycle(server, cycle, source):
    server.why = "it is down"
    unknown = Unknown("the data of queue SKY", "it is down")
    assert queue_data(source, SOURCES[source], "SKY", server.get, cycle()) == unknown
    assert queue_data(source, SOURCES[source], "SKY", server.get, cycle(PERIOD // SOONER - 1)) == unknown
    assert server.asked == []
    server.why = ""
    assert queue_data(source, SOURCES[source], "SKY", server.get, cycle(PERIOD)) == spec(PERIOD)
    server.why = "down again"
    for seconds, calls in ((2 * PERIOD, 1), (2 * PERIOD + PERIOD // SOONER - 1, 0), (3 * PERIOD, 1)):
        again = queue_data(source, SOURCES[source], "SKY", server.get, cycle(seconds))
        assert (again, len(server.asked)) == (spec(PERIOD, "down again"), calls)


def test_a_failure_is_not_paid_for_by_each_queue(server, cycle):
    server.why = "it is down"
    asked = cycle()
    for name in ("SKY", "SEA"):
        assert queue_data("CRIC", CRIC, name, server.get, asked) == Unknown(f"the data of queue {name}", "it is down")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SKI", "PanDA tells of 2 queues, and of none with this name; did you mean SKY?"),
        ("EARTH", "PanDA tells of 2 queues, and of none with this name"),
    ],
)
def test_a_queue_that_is_not_in_the_answer(server, cycle, name, said):
    unknown = Unknown(f"the data of queue {name}", said)
    assert queue_data("SiteSpecs", URL, name, server.get, cycle()) == unknown
    server.why = "it is down"
    late = queue_data("SiteSpecs", URL, name, server.get, cycle(PERIOD))
    assert late == Unknown(f"the data of queue {name}", f"it is down; {said}")


def test_a_queue_that_cannot_be_read_keeps_what_was_read_of_it(server, cycle):
    reason = "it answered [] for SKY, maxrss, where a number belongs"
    queue_data("SiteSpecs", URL, "SKY", server.get, cycle())
    server.rows["SKY"]["maxrss"] = []
    late = cycle(PERIOD)
    assert queue_data("SiteSpecs", URL, "SKY", server.get, late) == spec(why=reason)
    assert queue_data("SiteSpecs", URL, "SEA", server.get, late) == spec(PERIOD)
    assert queue_data("SiteSpecs", URL, "SKY", server.get, cycle(PERIOD + 1)) == spec(why=reason)
    server.rows["SKY"]["maxrss"] = 4000
    assert queue_data("SiteSpecs", URL, "SKY", server.get, cycle(2 * PERIOD)) == spec(2 * PERIOD, maxrss=4000)


def test_a_queue_that_could_never_be_read_is_unknown_alone(server, cycle):
    server.rows["SKY"]["maxrss"] = []
    asked = cycle()
    seen = queue_data("CRIC", CRIC, "SKY", server.get, asked)
    assert seen == Unknown("the data of queue SKY", "it answered [] for SKY, maxrss, where a number belongs")
    assert queue_data("CRIC", CRIC, "SEA", server.get, asked) == spec()


@pytest.mark.parametrize("value", [{}, {"at": 1}, {"at": True, "why": "", "good": None},
                                   {"at": START, "why": "", "good": None}, {"at": START, "why": "", "good": {}},
                                   {"at": START, "why": 5, "good": None}])  # fmt: skip
def test_a_strange_copy_is_none(server, cycle, value):
    asked = cycle()
    asked.kept.save(f"SiteSpecs {URL}{SITE_SPECS}", value)
    assert queue_data("SiteSpecs", URL, "SKY", server.get, asked) == spec()
    assert len(server.asked) == 1


def test_without_a_directory_it_asks_each_cycle_and_says_so(server, cycle):
    for _ in range(2):
        asked = cycle(directory="/nowhere")
        assert queue_data("SiteSpecs", URL, "SKY", server.get, asked) == spec()
        assert len(server.asked) == 1
        assert asked.troubles == ["what PanDA said cannot be kept in /nowhere: No such file or directory"]


def test_resource_types_are_kept_as_well(server, cycle):
    score = (ResourceType("SCORE", 1, 1, None, 2000),)
    assert types(URL, server.get, cycle()) == score
    assert types(URL, server.get, cycle(1)) == score
    assert server.asked == []
    server.why = "403"
    assert types(URL, server.get, cycle(PERIOD)) == score
    assert types("https://other.example.org", server.get, cycle(PERIOD)) is None
