"""The lines of acts that a record has are sorted by what the acts do: the words are those of the model."""

import pytest
from build import busy, idle, retiring
from build import vm as vm_job

from condor_elastic.model import (
    Hold,
    NoteJoined,
    PilotShape,
    Remove,
    RemovePilots,
    Retire,
    SubmitPilots,
    SubmitVms,
    Unretire,
)
from condor_elastic.report.acts import LANES, alike, lanes

WHY = "retire 3, submit 4 VM jobs: remove VM job"
CASES = [
    (SubmitVms("cloud", 7), {"launch": 7}),
    (SubmitPilots("BNL", 3), {"submit pilots": 3}),
    (SubmitPilots("BNL", 5, PilotShape("MCORE", 8)), {"submit pilots": 5}),
    (RemovePilots("BNL", ("1.0", "1.1"), WHY), {"remove pilots": 2}),
    (Retire(idle("a"), WHY), {"retire": 1}),
    (Unretire(retiring("a"), WHY), {"un-retire": 1}),
    (Remove(vm_job("a"), WHY), {"remove": 1}),
    (Hold(vm_job("a"), 1, WHY), {"hold": 1}),
    (NoteJoined(busy("a")), {}),
]


@pytest.mark.parametrize(("act", "lane"), CASES, ids=lambda case: type(case).__name__)
def test_each_act_is_known_by_its_line(act, lane):
    assert lanes([str(act)]) == lane
    assert set(lane) <= set(LANES)


def test_acts_of_a_cycle_are_added_up():
    acts = [str(Retire(idle("a"), "x")), str(Retire(idle("b"), "x")), str(SubmitVms("cloud", 2))]
    assert lanes(acts) == {"retire": 2, "launch": 2}


def test_verdicts_that_differ_in_numbers_alone_say_the_same():
    assert alike("Submitting 3 VMs, because 24.5 wait.") == alike("Submitting 12 VMs, because 7 wait.")
    assert alike("Doing nothing.") != alike("Waiting.")
