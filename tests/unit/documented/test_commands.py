"""Every command is in the table of docs/command.md, with each option of its own, and nothing else is."""

import re
from pathlib import Path

import click
import pytest

from condor_elastic.cli.document import _commands, _options
from condor_elastic.cli.group import condor_elastic

PAGE = (Path(__file__).parents[3] / "docs/command.md").read_text()
ROWS = re.findall(r"^\| (`[^|]*) \|", PAGE.split("\n## ")[0], re.MULTILINE)
NAMED = [span for row in ROWS for span in re.findall(r"`([^`]+)`", row)]
COMMANDS = dict(_commands())
INSIDE = {"--job", "--json"}
"""The first is for the controller's own jobs; the second has a section for all commands."""


def test_the_table_is_found():
    assert len(ROWS) > 10


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_row(name):
    assert any(re.match(rf"{name}\b", said) for said in NAMED)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_stands_in_the_row_of_its_command(name):
    row = " ".join(row for row in ROWS if re.search(rf"`{name}\b", row))
    for option in _options(COMMANDS[name]):
        assert set(option.opts) & (INSIDE | set(re.findall(r"(?<![\w-])--?\w[\w-]*", row))), option.opts


def test_no_row_is_for_a_command_that_is_not_there():
    for said in NAMED:
        command = condor_elastic.commands.get(said.split()[0])
        assert command, said
        assert not command.hidden
        assert not isinstance(command, click.Group) or said.split()[1] in command.commands
