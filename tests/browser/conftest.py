"""Pages that the command has made, opened in a real browser without a network; tests/report has made the record."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

TOP = Path(__file__).parents[2]
PEERS = ("apf", "elastiq", "cloudscheduler", "glideinwms", "harvester", "google", "gcpm", "cobald", "annex")
ALL_PEERS = tuple(f"--policy={name}" for name in PEERS)
FAILING = ("--failures", "0.1", "--reclaim", "20000", "--spread", "0.5", "--seeds", "2")
TWO_FLEETS = """\
ELASTIC_FLEET_NAMES = small large
ELASTIC_SMALL_TEMPLATE = Cpus = 2; Memory = 4000
ELASTIC_SMALL_MAX_VMS = 40
ELASTIC_SMALL_POLICIES = Ready MaxPerCycle MaxToRun
ELASTIC_SMALL_PRICE = 0.1
ELASTIC_SMALL_SUBMIT = x = y
ELASTIC_LARGE_TEMPLATE = Cpus = 16; Memory = 64000
ELASTIC_LARGE_MAX_VMS = 20
ELASTIC_LARGE_POLICIES = Ready MaxPerCycle MaxToRun
ELASTIC_LARGE_PRICE = 0.8
ELASTIC_LARGE_SUBMIT = x = y
"""
ONE_FLEET = """\
ELASTIC_FLEET_NAMES = VM
ELASTIC_VM_TEMPLATE = Cpus = 8; Memory = 16384
ELASTIC_VM_MAX_VMS = 5000
ELASTIC_VM_POLICIES = Ready MaxPerCycle MaxToRun
ELASTIC_VM_SUBMIT = x = y
"""
"""Without expressions, which need HTCondor's bindings."""
PAGES = {
    "all": ("--workload", "wobble", "--days", "0.1", "--knobs", "{one}", "--policy", "ours", *ALL_PEERS),
    "alone": ("--workload", "trickle", "--days", "4", "--knobs", "{one}", *FAILING),
    "fleets": ("--workload", "daily", "--days", "0.5", "--knobs", "{two}", "--policy", "ours", "--policy", "google"),
    "recorded": ("--cycles", "{record}"),
}


@pytest.fixture(scope="session")
def room():
    """Give the directory that the browser sees, which stays where ELASTIC_PAGES says one: for somebody to look."""
    import tempfile

    kept = os.environ.get("ELASTIC_PAGES")
    with tempfile.TemporaryDirectory(prefix="elastic-pages-") as made:
        yield Path(kept or made)


@pytest.fixture(scope="session")
def browser(room):
    with sync_playwright() as tool:
        environment = {**os.environ, "ELASTIC_PAGES": str(room)}
        opened = tool.chromium.launch(executable_path=TOP / "scripts/browser", env=environment)
        yield opened
        opened.close()


@pytest.fixture(scope="session", params=PAGES)
def made(request, room):
    """Let the command make a page; give where it is."""
    one, two = room / "one.conf", room / "two.conf"
    one.write_text(ONE_FLEET)
    two.write_text(TWO_FLEETS)
    words = [word.format(one=one, two=two, record=os.environ["ELASTIC_RECORDED"]) for word in PAGES[request.param]]
    out = room / request.param
    command = [sys.executable, "-m", "condor_elastic.cli", "report", "--out", out, *words]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def opened(browser, made):
    """Open a page of 1280 x 800; give it, and all that the browser said or asked for meanwhile."""
    page, said = browser.new_page(viewport={"width": 1280, "height": 800}), []
    page.on("console", lambda message: said.append(f"console: {message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("request", lambda request: said.append(f"request: {request.url}"))
    page.goto((made / "report.html").as_uri())
    page.wait_for_selector("body[data-drawn]", timeout=60_000)
    page.screenshot(path=made / "screen.png", full_page=True)
    yield page, said
    page.close()
