from dataclasses import fields
from pathlib import Path

import pytest

from condor_elastic.decide.policies import POLICIES
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.table import FLEET_POLICIES, QUEUE_POLICIES, GlobalKnobs, QueueKnobs

TOP = Path(__file__).parents[3]


def test_the_policies_that_may_be_named_are_those_that_exist():
    assert set(QUEUE_POLICIES) | set(FLEET_POLICIES) == set(POLICIES)


@pytest.mark.parametrize("table", [GlobalKnobs, QueueKnobs, FleetKnobs])
def test_every_knob_has_a_kind_and_a_meaning(table):
    for row in fields(table):
        if row.name != "name":
            assert callable(row.metadata["kind"])
            assert row.metadata["meaning"].endswith(".")


def test_only_the_knobs_package_spells_the_prefix_in_code():
    """Elsewhere ELASTIC_ stands in sentences for people only, never as a macro that is looked up."""
    for path in (TOP / "condor_elastic").rglob("*.py"):
        if "knobs" not in path.parts:
            assert 'param["ELASTIC_' not in path.read_text()
