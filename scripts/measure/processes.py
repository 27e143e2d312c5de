"""The gridmanager and its GAHP, as the kernel sees them."""

from __future__ import annotations

import os
from pathlib import Path

from live.processes import pids

from measure.figures import Load

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """List a process's descendants; a GAHP may have helpers."""
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [each for child in children for each in (child, *family(child))]


def processor(pid: int) -> float:
    """Give the processor seconds that a process has used; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def peak(pid: int) -> float:
    """Give the largest memory a process has had (VmHWM), MB; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


class Watch:
    """Adds up what the processes use from now on; look often, as they end with the last job."""

    def __init__(self) -> None:
        self.most: dict[tuple[str, int], float] = {}
        self.memory = 0.0
        self.look()
        self.before = dict(self.most)

    def look(self) -> None:
        gridmanagers = pids("condor_gridmanager")
        gahps = [pid for manager in gridmanagers for pid in family(manager)]
        for kind, found in (("gahp", gahps), ("gridmanager", gridmanagers), ("schedd", pids("condor_schedd"))):
            for pid in found:
                self.most[kind, pid] = max(processor(pid), self.most.get((kind, pid), 0.0))
        self.memory = max([self.memory, sum(peak(pid) for pid in gahps)])

    def load(self) -> Load:
        used = {"gahp": 0.0, "gridmanager": 0.0, "schedd": 0.0}
        for key, seconds in self.most.items():
            used[key[0]] += seconds - self.before.get(key, 0.0)
        return Load(**used, memory=self.memory)
