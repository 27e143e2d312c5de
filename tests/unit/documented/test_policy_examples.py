"""The worked examples of docs/policies.md: the knobs as they stand there, decided upon what the text says is seen."""

import re
from pathlib import Path

import pytest
from build import NOW, busy, jobs, pool, queue_seen, seen, stats, vm

from condor_elastic.decide import plan
from condor_elastic.knobs.file import settings_of
from condor_elastic.model import IDLE, RUNNING, PilotJob, Worker

PAGE = Path(__file__).parents[3] / "docs/policies.md"
BOOTING = Worker(vm("e", joined=None, since=NOW - 60, started=NOW - 60))
FLEET = seen(jobs(100)), pool(*(busy(name) for name in "abcd"), BOOTING)
PILOTS = [*[(IDLE, None)] * 40, *[(RUNNING, NOW - 60)] * 10, *[(RUNNING, NOW - 900)] * 10]
QUEUE = (
    seen(queues={"BNL": queue_seen(300, before=stats(300))},
         pilots=tuple(PilotJob("1.0", "BNL", status, began, "SCORE") for status, began in PILOTS)),
    pool(),
)  # fmt: skip


def blocks(title):
    section = PAGE.read_text().split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^```\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def said(made):
    """Write a plan as condor_elastic plan -v does."""
    steps = [f"  {step.policy}: {step.before} -> {step.after}" + (f", because {step.why}" if step.why else "")
             for step in made.trail]  # fmt: skip
    lines = [f"{made.kind} {made.name}: {made.verdict}", *steps, *(f"  {action}" for action in made.actions)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("title", "look"), [("A fleet, step by step", FLEET), ("A pilot queue, step by step", QUEUE)]
)
def test_the_example_is_what_is_decided(title, look, tmp_path):
    knobs, told = blocks(title)
    (tmp_path / "50-elastic.conf").write_text(knobs)
    (made,) = plan(settings_of(str(tmp_path / "50-elastic.conf")), *look, lambda text, figures: float(text))
    assert told == said(made)
