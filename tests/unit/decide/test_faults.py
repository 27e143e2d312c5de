import pytest
from build import fleet, idle, jobs, pool, seen, settings

from condor_elastic.decide import plan
from condor_elastic.model import Retire, SubmitVms

FAULT = 'ELASTIC_CLOUD_USER_DATA = "/x" cannot be read: No such file or directory'


@pytest.mark.parametrize(
    ("groups", "verdict"),
    [((jobs(8),), f"Submitting none of 1 wanted VM, because {FAULT}."), ((), f"Launching nothing, because {FAULT}.")],
)
def test_a_fleet_whose_vms_cannot_be_made_launches_nothing_and_says_so(groups, verdict):
    (decided,) = plan(settings(fleet()), seen(*groups, faults={"cloud": FAULT}), pool())
    assert decided.actions == ()
    assert (decided.verdict, decided.alarm) == (verdict, FAULT)


def test_the_other_fleet_launches_and_workers_that_are_not_needed_leave():
    knobs = settings(fleet(), fleet("other"))
    both = ("cloud", "other")
    first, second = plan(knobs, seen(jobs(8, fleets=both), faults={"cloud": FAULT}), pool())
    assert [first.actions, second.actions] == [(), (SubmitVms("other", 1),)]
    (decided,) = plan(settings(fleet()), seen(faults={"cloud": FAULT}), pool(idle("a")))
    assert any(isinstance(action, Retire) for action in decided.actions)
