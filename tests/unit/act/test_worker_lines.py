import pytest
from build import fleet

from condor_elastic.act.timers import contact_period, worker_lines
from condor_elastic.knobs.template import spot_clause


def lines(**knobs):
    return dict(line.split(" = ", 1) for line in worker_lines(fleet(**knobs), None).splitlines())


@pytest.mark.parametrize(("deadman", "period"), [(0, 0), (10, 2), (600, 60), (21600, 300)])
def test_a_worker_asks_ten_times_within_the_dead_mans_time_but_not_all_the_time(deadman, period):
    assert contact_period(fleet(deadman=deadman)) == period
    said = lines(deadman=deadman)
    assert (said["ElasticDeadman"], said["ElasticContactPeriod"]) == (str(deadman), str(period))


def test_the_spot_guard_is_off_unless_the_knob_is_set():
    assert lines()["ElasticSpotGuard"] == "True"
    assert lines(spot_tries=2)["ElasticSpotGuard"] == spot_clause(2) == "(TARGET.NumJobStarts < 2) =!= False"
