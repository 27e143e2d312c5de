from build import NOW, pool, seen, startd, vm

from condor_elastic.decide.strays import strays, to_retire
from condor_elastic.knobs import GlobalKnobs
from condor_elastic.model import REMOVED, Pool, Sighting, Unknown

KNOBS = GlobalKnobs(pool="test", trust_domain="test", collector="cm")


def found(known, *names, jobs=()):
    return strays(seen(vms=jobs), Pool(strays=tuple(startd(name) for name in names)), known)


def test_a_stray_is_retired_in_the_third_cycle_and_not_before():
    for cycles in (0, 1, 2):
        one = found({"a": Sighting(NOW, NOW - 100, cycles)}, "a")
        assert to_retire(KNOBS, one) == ((one if cycles == 2 else ()), "")


def test_an_ad_that_nobody_renews_is_left_alone():
    assert to_retire(KNOBS, found({"a": Sighting(NOW - 200, NOW - 100, 5)}, "a")) == ((), "")


def test_no_startd_is_a_stray_while_its_job_is_in_the_queue_or_the_queue_is_unknown():
    known = {"a": Sighting(NOW, NOW - 100, 5)}
    assert found(known, "a", jobs=(vm("a", REMOVED),)) == ()
    assert strays(seen(vms=Unknown("q", "w")), Pool(strays=(startd("a"),)), known) == ()
    assert strays(seen(), pool(), known) == ()


def test_too_many_strays_are_not_believed():
    names = [f"vm{n}" for n in range(6)]
    ripe, alarm = to_retire(KNOBS, found({name: Sighting(NOW, NOW - 100, 5) for name in names}, *names))
    assert ripe == ()
    assert alarm.startswith("Retiring none of 6 startds without a VM job, because ELASTIC_SWEEP_MAX=5")
