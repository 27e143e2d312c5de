"""Run one command and turn what goes wrong into one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from condor_elastic.cli.group import condor_elastic
from condor_elastic.knobs import BadKnobs


def run(argv: Sequence[str]) -> int:
    """Give the exit status; 130 after Ctrl-C."""
    try:
        return int(condor_elastic.main(list(argv), prog_name="condor_elastic", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    except BrokenPipeError:  # as head does once it has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # the bindings' own exception types differ between versions
        print(_said(error, argv), file=sys.stderr)
        return 1


def _said(error: Exception, argv: Sequence[str]) -> str:
    if isinstance(error, BadKnobs):  # a line for each knob
        return str(error)
    said = str(error.args[0] if isinstance(error, LookupError) and error.args else error)
    if isinstance(error, ModuleNotFoundError):
        what = "HTCondor's Python bindings are" if error.name in ("htcondor2", "classad2") else f"{error.name} is"
        said = f"{what} not here"
    return f"{_called(argv)}: {' '.join(said.split()) or type(error).__name__}"


def _called(argv: Sequence[str]) -> str:
    name = next((word for word in argv if word in condor_elastic.commands), "")
    return f"condor_elastic {name}".strip()

