"""condor_elastic check on a real pool: a healthy one is silent; mistakes are planted, found, and cured as it says.

A plain run cures what is cured quickly, ``scripts/test --full`` all.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import time
from contextlib import redirect_stdout

import pytest
from live.pool import run, wait_for
from planted import ACCESS, PLANTS, SECRET
from real import FLEET, QUEUE

import condor_elastic.check

FULL = bool(os.environ.get("ELASTIC_FULL"))


def check():
    """Check in this process, which starts once; give exit status, findings and what was not checked."""
    import htcondor2

    htcondor2.reload_config()
    said = io.StringIO()
    with redirect_stdout(said):
        status = condor_elastic.check.check(as_json=True)
    told = json.loads(said.getvalue())
    assert told["ok"] == (status == 0)
    return status, told["findings"], told["not_checked"]


class Machine:
    """The central manager, and what is planted in it."""

    def __init__(self, manager):
        self.manager = manager
        self.text = ""
        self.set()

    def set(self, text=""):
        """Set what the configuration has besides one local fleet."""
        self.text = FLEET + text
        self.manager.knobs(self.text)

    def add(self, lines):
        """Add lines to the configuration, as somebody would who does as he is told."""
        self.text += lines + "\n"
        self.manager.knobs(self.text)

    def reconfigure(self):
        """Have the daemons read it, and wait until they have."""
        mark = f"{time.monotonic_ns()}"
        self.manager.knobs(self.text + f"CHECK_MARK = {mark}\n")
        run("condor_reconfig")
        for daemon in ("collector", "schedd", "negotiator"):
            wait_for(f"the {daemon}'s configuration", lambda daemon=daemon: mark in run(
                "condor_config_val", f"-{daemon}", "CHECK_MARK", check=False).stdout, 30, 0.1)  # fmt: skip


@pytest.fixture(scope="module")
def planting(central_manager):
    for name in (ACCESS, SECRET):
        name.write_text("key\n")
        shutil.chown(name, "elastic", "condor")
        name.chmod(0o640)
    yield Machine(central_manager)
    for name in (ACCESS, SECRET):
        name.unlink()


@pytest.fixture
def machine(planting):
    planting.set()
    yield planting
    planting.set()


def test_a_healthy_pool_is_silent(machine):
    done = run("condor_elastic", "check", "--strict")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert check() == (0, [], [])
    assert re.fullmatch(r"\d+ knobs are right: fleets try, pilot queues \(none\)\.\n",
                        run("condor_elastic", "check", "-v").stdout)  # fmt: skip


def test_the_command_says_the_line_to_add(machine):
    machine.set("ELASTIC_TRY_MAX_VMS = 0\n")
    done = run("condor_elastic", "check", check=False)
    place = "/etc/condor/config.d/90-live.conf, line"
    assert done.stdout.startswith(f"warning: ELASTIC_TRY_MAX_VMS = 0 (set in {place}")
    assert done.stdout.endswith("\n  add: ELASTIC_TRY_MAX_VMS = 10\n")
    assert (done.returncode, done.stderr) == (0, "")
    done = run("condor_elastic", "check", "--strict", "--json", check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["findings"] == check()[1]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.kind}-{PLANTS.index(plant)}")
def test_a_mistake_is_found_with_the_line_that_mends_it(machine, plant):
    undo = plant.do()
    machine.set(plant.config)
    try:
        if plant.reconfig:
            machine.reconfigure()
        status, found, _ = check()
        assert plant.kind in {one["kind"] for one in found} <= {plant.kind, *plant.also}, found
        finding = next(one for one in found if one["kind"] == plant.kind)
        assert plant.said in f"{finding['add']}\n{finding['run']}", finding
        assert status == (0 if finding["severity"] == "warning" and len(found) == 1 else 1)
        if plant.cures and (FULL or is_quick(finding)):
            cure(machine, found, plant)
            assert plant.kind not in {one["kind"] for one in check()[1]}
    finally:
        undo()
        machine.set()
        if plant.reconfig:
            machine.reconfigure()


def test_a_healthy_pilot_queue_is_silent(machine, panda):
    panda.add_jobs("BNL", 1, 1)
    machine.set(QUEUE.format(url=panda.url))
    assert check() == (0, [], [])
    panda.fault("error500")
    _, (finding,), _ = check()
    assert (finding["kind"], finding["what"].split(" (")[0]) == ("panda-silent", f"ELASTIC_BNL_PANDA_URL = {panda.url}")


def test_a_worker_that_is_less_than_its_template_is_found(pool):
    pool.knobs(FLEET.replace("2x2048", "2x1500"))
    pool.submit(1, request_memory=1600)
    pool.cycle()
    wait_for("the worker", pool.slots, 90)
    _, (finding,), unknown = check()
    assert (finding["kind"], unknown) == ("template-differs", [])
    assert finding["add"] == "ELASTIC_TRY_TEMPLATE = Cpus = 2; Memory = 1500"


def test_who_may_not_look_says_so(machine):
    done = run("runuser", "-u", "alice", "--", "condor_elastic", "check", check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "root may" in done.stderr


def is_quick(finding):
    """Tell whether a cure is a line that needs no daemon, or a change of a file's mode: a plain run does no others."""
    return not finding["run"] or finding["run"].startswith("ch")


def cure(machine, found, plant):
    """Do what is said of this kind of finding, and nothing else."""
    for finding in (one for one in found if one["kind"] == plant.kind):
        if finding["add"]:
            machine.add(finding["add"])
        if finding["run"] == "condor_reconfig":
            machine.reconfigure()
        elif finding["run"]:
            run("sh", "-c", finding["run"])
