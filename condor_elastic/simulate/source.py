"""Where the jobs of a simulation come from: a trace, a schedd's history, recorded cycles, or made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from condor_elastic.knobs.table import Settings
from condor_elastic.simulate.generate import generate
from condor_elastic.simulate.history import ask_history, read_history
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.recorded import read_recorded
from condor_elastic.simulate.swf import BadTrace, read_swf

ASK = ""
"""--history without a file: the local schedd is asked."""
STDIN = "-"


@dataclass(frozen=True)
class Source:
    """Gives the jobs of a seed; settings are the knobs that came with them, if any."""

    jobs: Callable[[int], Sequence[Job]]
    settings: Settings | None = None


def given(trace: str | None, history: str | None, recorded: str | None) -> Source | None:
    """Read what is given, None if nothing is.  Raises BadTrace with file and line, OSError."""
    if sum(one is not None for one in (trace, history, recorded)) > 1:
        raise BadTrace("--trace, --history and --recorded are jobs each: give one of them")
    if recorded is not None:
        recording = read_recorded(recorded)
        return Source(lambda _: recording.jobs, recording.settings)
    jobs = read_swf(trace) if trace is not None else None if history is None else _history(history)
    return None if jobs is None else Source(lambda _: jobs)


def generated(workload: str, seconds: int) -> Source:
    """Make a workload, another for each seed."""
    return Source(lambda seed: generate(workload, seed, seconds))


def _history(path: str) -> list[Job]:
    if path == ASK:
        return read_history(ask_history(), "the schedd's history")
    return read_history(
        sys.stdin.read() if path == STDIN else Path(path).read_text(), "stdin" if path == STDIN else path
    )
