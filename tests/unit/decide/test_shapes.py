import pytest
from build import queue

from condor_elastic.decide.shapes import shape
from condor_elastic.knobs import GlobalKnobs
from condor_elastic.model import PilotShape, QueueSpec, ResourceType

TYPES = GlobalKnobs(pool="p", trust_domain="t", collector="c").panda_resource_types
UNIFIED = QueueSpec("online", corecount=8, maxrss=16000, maxwdir=80000, capability="ucore")
MB = 1024


@pytest.mark.parametrize(
    ("kind", "cores", "memory", "disk"),
    [
        ("SCORE", 1, 2000, 10000),
        ("MCORE", 8, 16000, 80000),
        ("SCORE_HIMEM", 1, 2001, 10000),
        ("MCORE_HIMEM", 8, 16008, 80000),
        ("MCORE_VHIMEM", 8, 16008, 80000),
        ("GPU", 1, 2000, 10000),
    ],
)
def test_a_unified_queue_has_pilots_of_every_type(kind, cores, memory, disk):
    assert shape(kind, queue(), UNIFIED, TYPES) == PilotShape(kind, cores, memory, disk * MB)


def test_memory_is_at_most_the_slots_share_and_much_memory_takes_it():
    lean = QueueSpec("online", corecount=8, maxrss=12000, capability="ucore")
    assert shape("SCORE", queue(), lean, TYPES).memory == 1500
    rich = QueueSpec("online", corecount=8, maxrss=64000, capability="ucore")
    assert shape("SCORE", queue(), rich, TYPES).memory == 2000
    assert shape("SCORE_HIMEM", queue(), rich, TYPES).memory == 8000


def test_slots_of_a_queue_that_is_not_unified_are_all_alike():
    score = QueueSpec("online", corecount=1, maxrss=4000, maxwdir=20000, capability="score")
    assert shape("SCORE", queue(), score, TYPES) == PilotShape("SCORE", 1, 4000, 20000 * MB)
    assert shape("MCORE", queue(), score, TYPES) == PilotShape("MCORE", 1, 4000, 20000 * MB)


def test_knobs_count_more_than_pandas_data():
    knobs = queue(corecount=4, maxrss=6000, maxwdir=100)
    assert shape("MCORE", knobs, UNIFIED, TYPES) == PilotShape("MCORE", 4, 6000, 100 * MB)


def test_without_any_data_a_pilot_asks_for_what_its_type_says():
    assert shape("SCORE", queue(), None, TYPES) == PilotShape("SCORE", 1, 2000, 0)
    assert shape("MCORE", queue(), None, TYPES) == PilotShape("MCORE", 8, 16000, 0)
    assert shape("SCORE_HIMEM", queue(), None, ()) == PilotShape("SCORE_HIMEM", 1, 2001, 0)


def test_a_row_of_the_servers_table_wins_over_the_name():
    odd = (ResourceType("MCORE", 2, 2, None, 500),)
    assert shape("MCORE", queue(), UNIFIED, odd) == PilotShape("MCORE", 2, 1000, 20000 * MB)
