from build import NOW, settings

from condor_elastic.decide.turns import walk
from condor_elastic.model import Pool, Snapshot, Unknown


def test_what_is_unknown_gives_no_fleet_a_turn():
    silent = Unknown("the collector", "it is away")
    found = walk(settings(), Snapshot(NOW, startds=silent), Pool())
    assert (found.turns, found.unknown) == ((), silent)
