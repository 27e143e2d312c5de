"""Jobs that run until the test lets them end: no test waits for the time that a job happens to take."""

from __future__ import annotations

from pathlib import Path

from real import Pool

GATES = Path("/srv/gates")
SCRIPT = """\
#!/bin/sh
hostname > "$1.on"
until [ -e "$1" ]; do sleep 0.2; done
"""
RUNNING = 2


def submit(pool: Pool, *names: str) -> None:
    """Submit one job for each name, which runs until its gate is opened."""
    GATES.mkdir(parents=True, exist_ok=True)
    GATES.chmod(0o777)  # jobs run as nobody
    (GATES / "wait").write_text(SCRIPT)
    (GATES / "wait").chmod(0o755)
    for name in names:
        for left in (GATES / name, on(name)):
            left.unlink(missing_ok=True)
        pool.submit(1, executable=GATES / "wait", arguments=GATES / name, **{"My.Gate": f'"{name}"'})


def let_end(*names: str) -> None:
    """Open the gates of these jobs."""
    for name in names:
        (GATES / name).touch()


def running(pool: Pool) -> dict[str, str]:
    """Give the machine that each running job is on, by the job's name, as the job itself has found it.

    The queue alone is early: a job counts as running from when its shadow asks a claim for it, which may be refused.
    """
    jobs = pool.jobs(f"Gate isnt undefined && JobStatus == {RUNNING}")
    names = [str(job["Gate"]) for job in jobs]
    return {name: on(name).read_text().strip() for name in names if on(name).exists()}


def on(name: str) -> Path:
    """Give the file in which a job says on which machine it is."""
    return GATES / f"{name}.on"


def ended(pool: Pool) -> dict[str, tuple[int, int, int]]:
    """Give JobStatus, ExitCode and NumJobStarts of each job that has left the queue, by its name."""
    jobs = pool.jobs("Gate isnt undefined", history=True)
    return {str(job["Gate"]): (job["JobStatus"], job.get("ExitCode", -1), job["NumJobStarts"]) for job in jobs}
