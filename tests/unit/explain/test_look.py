from build import NOW

from condor_elastic.explain.look import with_schedd
from condor_elastic.explain.seen import LastCycle


def test_the_schedds_ad_counts_unless_a_later_cycle_was_run_by_hand():
    told = [{"ElasticCycleTime": NOW, "ElasticError": "1 failed"}]
    assert with_schedd(LastCycle(NOW - 60), told) == LastCycle(NOW, "1 failed")
    assert with_schedd(LastCycle(NOW + 60), told) == LastCycle(NOW + 60)
    assert with_schedd(LastCycle(), [{"ElasticCycleTime": None}]) == LastCycle()
    assert with_schedd(LastCycle(), [{"ElasticCycleTime": NOW}]) == LastCycle(NOW)
