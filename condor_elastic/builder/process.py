"""Run a long command: its words go to a log, its steps to whoever waits, and it never outlives us."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from condor_elastic.builder.parts import BuildFailed, Say

STEP = re.compile(r"^(?:\x1b\[[0-9;]*m)*‣\s*(.*?)(?:\x1b\[[0-9;]*m)*$")
"""How mkosi begins the line of a step."""
LAST = 8
"""So many lines of a command that failed are told; the log has all."""


def run(command: Sequence[str], log: Path, say: Say, environment: Mapping[str, str] | None = None) -> list[str]:
    """Run it and give the lines that it said; raises BuildFailed with its last words and the log's name.

    It is a process group of its own, which is killed with whatever ends us: Ctrl-C and exceptions here, and by the
    kernel (pdeathsig of the first process) should we be killed ourselves.
    """
    lines: list[str] = []
    with open(log, "a", encoding="utf-8") as file, subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
        env={**os.environ, **(environment or {})},
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None  # noqa: S101  for mypy: it is a pipe
            for line in process.stdout:
                file.write(line)
                lines.append(line.rstrip())
                step = STEP.match(line.rstrip())
                if step and step[1]:
                    say(step[1])
            status = process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if status:
        told = [line for line in lines if line.strip()][-LAST:]
        raise BuildFailed("\n".join([f"{_called(command)} failed with status {status} (all it said: {log}):", *told]))
    return lines


def _called(command: Sequence[str]) -> str:
    return next((os.path.basename(word) for word in command if word.endswith(("mkosi", "qemu-img", "mmdebstrap"))),
                command[0])  # fmt: skip
