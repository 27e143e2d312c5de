"""docs/apf.md says what the import does: its maps, and what becomes of the talk's fleet."""

import re
from pathlib import Path

import pytest

from condor_elastic.apf import chain, fleets
from condor_elastic.apf.importer import knobs_of

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/apf.md").read_text()
ROWS = [re.findall(r"`([^`]+)`", row) for row in re.findall(r"^\|.*\|$", PAGE, re.MULTILINE)]


@pytest.mark.parametrize(("scheduler", "policy"), chain.POLICY_OF.items())
def test_every_scheduler_has_its_row(scheduler, policy):
    assert [row[1] for row in ROWS if row and row[0].lower() == scheduler] == [policy]


@pytest.mark.parametrize(("policy", "option", "knob"), [
    *((policy, *pair) for policy, pair in chain.OPTION_OF.items()),
    *((policy, option, knob) for policy, its in chain.OPTIONAL.items() for option, (knob, _) in its.items()),
    *(("Activated", option, chain.OPTION_OF[policy][1]) for option, policy in chain.INSIDE_ACTIVATED.items()),
])  # fmt: skip
def test_every_option_stands_with_its_knob(policy, option, knob):
    (row,) = [row for row in ROWS if row and row[0] == policy and policy == row[1]]
    assert knob in row[row.index(option) + 1 : row.index(option) + 3]


@pytest.mark.parametrize(("option", "command"), fleets.COMMANDS.items())
def test_every_option_of_a_machine_has_its_row(option, command):
    assert [option, command] in ROWS


@pytest.mark.parametrize("scheduler", chain.WITHOUT)
def test_what_has_no_policy_is_named(scheduler):
    assert f"`{scheduler}`" in PAGE.lower()


def test_the_talk_s_fleet_becomes_what_is_shown():
    text = knobs_of([str(TOP / "tests/unit/apf/talk.conf")])
    fleet = text.split("# --- [BNL_CLOUD-ec2-spot]")[1]
    lines = [line for line in fleet.splitlines()[1:] if not line.startswith("#")]
    assert "```\n" + "\n".join(lines) + "\n```" in PAGE
