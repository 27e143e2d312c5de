"""A bug planted in the code breaks a promise: one flipped comparison at a time, and test_thresholds.py fails.

A plain run plants a few, ELASTIC_FULL=1 all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

TOP = Path(__file__).parents[3]
THRESHOLDS = Path(__file__).with_name("test_thresholds.py")
PASSED, FAILED = 0, 1
"""pytest's exit status; an import or a syntax that fails is 2, no test at all 5."""


class Bug(NamedTuple):
    """What is planted: a file of decide/, a text that occurs in it once, and what stands there instead."""

    name: str
    file: str
    text: str
    instead: str


BUGS = (
    Bug("idle-timeout", "retirement.py",
        'w.phase == "idle" and now - _startd(w).since >= seconds',
        'w.phase == "idle" and now - _startd(w).since < seconds'),
    Bug("idle-timeout-of-requests", "retirement.py",
        'w.phase == "requested" and now - w.vm.since >= seconds',
        'w.phase == "requested" and now - w.vm.since < seconds'),
    Bug("unused", "retirement.py",
        'w.phase in ("idle", "requested") and w.vm.vm not in used',
        'w.phase in ("idle", "requested") and w.vm.vm in used'),
    Bug("lifetime", "retirement.py", "end is not None and end <= now", "end is not None and end > now"),
    Bug("soft", "retirement.py", 'if view.value("RETIRE") != "Soft"', 'if view.value("RETIRE") == "Soft"'),
    Bug("soft-idle-timeout", "retirement.py",
        "for w in spare if now - _startd(w).since >= view.value",
        "for w in spare if now - _startd(w).since < view.value"),
    Bug("expired", "retirement.py",
        'if w.phase in ("idle", "busy") and not w.vm.pinned]',
        'if w.phase in ("idle", "busy") and w.vm.pinned]'),
    Bug("note-joined", "fleets.py",
        "if w.startd and w.vm.joined is None]",
        "if w.startd and w.vm.joined is not None]"),
    Bug("growing", "fleets.py",
        "growing = n >= 0 and (n or wanted or back)",
        "growing = n >= 0 or (n or wanted or back)"),
    Bug("growing-down", "fleets.py",
        "growing = n >= 0 and (n or wanted or back)",
        "growing = n <= 0 and (n or wanted or back)"),
    Bug("give-back", "fleets.py",
        "    if n < 0:\n        return give_back",
        "    if n > 0:\n        return give_back"),
    Bug("unretire", "fleets.py", 'if not view.value("UNRETIRE")', 'if view.value("UNRETIRE")'),
    Bug("taken-back", "fleets.py",
        "if worker.vm.vm in used or worker.vm.pinned)",
        "if worker.vm.vm not in used or worker.vm.pinned)"),
    Bug("overdue-held-back", "fleets.py", "    if not demand.hold:  #", "    if demand.hold:  #"),
    Bug("bills", "fleets.py", "if bills(worker):", "if not bills(worker):"),
    Bug("may-stay", "fleets.py",
        'stays = worker.phase == "retiring" and not worker.vm.pinned and not ended(worker, now)',
        'stays = worker.phase == "retiring" and not worker.vm.pinned and ended(worker, now)'),
    Bug("useless", "fleets.py",
        "useless = unlike(knobs, workers, demand.used, demand.rest, now) if wanted else []",
        "useless = unlike(knobs, workers, demand.used, demand.rest, now) if not wanted else []"),
    Bug("demand-of-others", "matching.py",
        "if fleet not in group.fleets or not each:",
        "if fleet not in group.fleets or each:"),
    Bug("part-of-a-machine", "matching.py", "whole + (part > 0)", "whole + (part < 0)"),
    Bug("memory", "matching.py", "rank[1] >= asked.memory", "rank[1] <= asked.memory"),
    Bug("seconds", "matching.py", "group.seconds >= self.seconds:", "group.seconds < self.seconds:"),
    Bug("largest-first", "matching.py",
        "-group.shape.gpus, -group.shape.cpus,",
        "-group.shape.gpus, group.shape.cpus,"),
    Bug("pending", "rooms.py", "(worker.phase in PENDING or", "(worker.phase not in PENDING or"),
    Bug("serving", "rooms.py", "if worker.phase in SERVING:", "if worker.phase not in SERVING:"),
    Bug("breaker-open", "breaker.py", "return 0 < knobs.breaker <= len(row)", "return 0 < knobs.breaker > len(row)"),
    Bug("failed-before-joined", "breaker.py", "vm.since >= joined and", "vm.since < joined and"),
    Bug("launched-before", "breaker.py", "and vm.launched > launched]", "and vm.launched < launched]"),
    Bug("witnesses", "breaker.py", "0 < knobs.breaker <= len(found)", "0 < knobs.breaker > len(found)"),
    Bug("give-up-at-once", "breaker.py",
        "now - w.startd.since >= knobs.idle_timeout]",
        "now - w.startd.since < knobs.idle_timeout]"),
    Bug("next-witness", "breaker.py",
        "now - witnesses[0].vm.launched >= max",
        "now - witnesses[0].vm.launched < max"),
    Bug("back-off", "response.py", "if not row or now >= row[-1].ends:", "if not row or now < row[-1].ends:"),
    Bug("forget", "response.py",
        'if w.phase == "failed" and w.vm.vm not in kept',
        'if w.phase == "failed" and w.vm.vm in kept'),
    Bug("strictest", "response.py", "strictest = min(limits", "strictest = max(limits"),
    Bug("joins", "response.py", 'if w.phase != "failed" and (w.startd or', 'if w.phase == "failed" and (w.startd or'),
    Bug("window-extended", "windows.py", "if last and vm.since < last.ends:", "if last and vm.since >= last.ends:"),
    Bug("window-over", "windows.py", "if now >= (last.ends if joined", "if now < (last.ends if joined"),
    Bug("window-doubled", "windows.py", "(vm.launched >= last.vm.since)", "(vm.launched < last.vm.since)"),
    Bug("window-enough", "windows.py", ">= min(last.k, rule.enough))", "<= min(last.k, rule.enough))"),
    Bug("register-timeout", "overdue.py",
        "return now - worker.vm.since >= timeout",
        "return now - worker.vm.since < timeout"),
)  # fmt: skip
PLAIN = ("idle-timeout", "demand-of-others", "pending", "breaker-open")


@pytest.fixture
def thresholds(tmp_path):
    """Run the thresholds on a copy of the package in which a bug is planted, if one is given."""

    def run(bug: Bug | None = None) -> tuple[int, str]:
        copy = tmp_path / "condor_elastic"
        shutil.copytree(TOP / copy.name, copy, ignore=shutil.ignore_patterns("__pycache__"))
        if bug:
            plant(copy / "decide" / bug.file, bug)
        ini = tmp_path / "pytest.ini"
        ini.write_text("[pytest]\naddopts = --import-mode=importlib\n")
        path = os.pathsep.join(map(str, (tmp_path, TOP / "tests/unit")))
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "--tb=short", "-p", "no:cacheprovider", "-c", ini, THRESHOLDS],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1",
                               "PYTEST_ADDOPTS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        return ran.returncode, ran.stdout + ran.stderr

    return run


def plant(path: Path, bug: Bug) -> None:
    text = path.read_text()
    assert text.count(bug.text) == 1, f"{bug.file} has {bug.text!r} {text.count(bug.text)} times"
    planted = text.replace(bug.text, bug.instead)
    compile(planted, bug.file, "exec")
    path.write_text(planted)


def test_without_a_bug_all_is_as_promised(thresholds):
    status, said = thresholds()
    assert status == PASSED, said
    assert re.search(r"^\d\d passed", said, re.MULTILINE), said


def test_it_is_the_copy_that_runs(thresholds):
    (first, *_) = BUGS
    status, said = thresholds(first._replace(instead=f"{first.text} and 1 / 0"))
    assert status == FAILED
    assert "ZeroDivisionError" in said
    assert re.search(rf"condor_elastic/decide/{first.file}:\d+", said), said


@pytest.mark.parametrize(
    "bug", [bug for bug in BUGS if os.environ.get("ELASTIC_FULL") or bug.name in PLAIN], ids=lambda bug: bug.name
)
def test_a_planted_bug_breaks_a_promise(bug, thresholds):
    status, said = thresholds(bug)
    assert status == FAILED, said
    assert re.search(r"^FAILED .*::test_", said, re.MULTILINE), said
    assert not re.search(r"\b(ImportError|SyntaxError|NameError|ModuleNotFoundError)\b", said), said


def test_each_bug_has_a_name_of_its_own():
    names = [bug.name for bug in BUGS]
    assert len(set(names)) == len(names) >= len(PLAIN)
    assert set(PLAIN) <= set(names)
    assert all(bug.text != bug.instead for bug in BUGS)
