"""What a sweep does with ports and volumes, by a driver that writes down what it is told."""

from condor_elastic.gahp.driver import Belonging, CloudError
from condor_elastic.model import Account, CountPart, DeletePart, MarkPart, Part
from condor_elastic.sweep import Clouds, act, mark_all

HERE = Account("openstack://here", "a", "a")
PART = Part("port", "p-1", 7, ("s-1",), frozenset({"s-1"}), True, {"ElasticServer": "s-1", "ElasticOrphan": "2"})


class Leaving:
    def __init__(self, refuse=()):
        self.done = []
        self._refuse = refuse

    def belongings(self, pool):
        return (Belonging("port", "p-1", 7.9, ("s-1",), frozenset({"s-1"}), True, {"ElasticPool": pool}),)

    def mark_belonging(self, kind, one_id, tags):
        if one_id in self._refuse:
            raise CloudError("Conflict", "Conflict: no\nway")
        self.done.append((kind, one_id, tags))

    def delete_belonging(self, kind, one_id, server):
        self.done.append((kind, one_id, server))


def clouds(driver):
    return Clouds("test", lambda *_: driver)


def test_what_the_driver_tells_of_is_listed_and_a_cloud_that_leaves_nothing_has_none():
    (part,) = clouds(Leaving()).parts(HERE)
    assert part == Part("port", "p-1", 7, ("s-1",), frozenset({"s-1"}), True, {"ElasticPool": "test"})
    assert clouds(object()).parts(HERE) == ()


def test_the_count_is_written_before_anything_is_taken_away():
    driver = Leaving()
    act(clouds(driver), DeletePart(HERE, PART))
    assert driver.done == [("port", "p-1", {"ElasticOrphan": "3"}), ("port", "p-1", "s-1")]
    driver.done.clear()
    act(clouds(driver), CountPart(HERE, PART, 0))
    assert driver.done == [("port", "p-1", {"ElasticOrphan": "0"})]


def test_marks_go_without_saying_and_what_cannot_be_marked_is_said_once():
    marks = [MarkPart(HERE, Part("port", f"p-{n}", 7), {"ElasticVM": "x"}) for n in range(4)]
    driver = Leaving()
    assert mark_all(clouds(driver), marks) == []
    assert sorted(one[1] for one in driver.done) == ["p-0", "p-1", "p-2", "p-3"]
    assert mark_all(clouds(Leaving({"p-1", "p-3"})), marks) == [
        "FAILED: marking 2 of 4 new ports and volumes, one of them port p-1: Conflict: Conflict: no way"
    ]
    assert mark_all(clouds(driver), []) == []
