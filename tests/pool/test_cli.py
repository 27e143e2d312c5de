"""The condor_elastic command as it is installed, on a real pool: look, retire, un-retire, terminate, remember."""

import json
import os
import pty
import subprocess
import time

import pytest
from live.pool import run, wait_for
from real import FLEET

from condor_elastic.byhand.terminate import running_on

PRICED = FLEET + "ELASTIC_TRY_PRICE = 3.6\nELASTIC_TRY_IDLE_TIMEOUT = 900\n"

NOBODY = {
    "_CONDOR_COLLECTOR_HOST": "127.0.0.1:1",
    "_CONDOR_SCHEDD_DAEMON_AD_FILE": "/nowhere",
    "_CONDOR_SCHEDD_ADDRESS_FILE": "/nowhere",
}


@pytest.fixture(autouse=True, scope="module")
def _after_the_schedd_s_own_cycle(central_manager):
    """Its cron runs once when the schedd starts; what it does then is not to be done in a test."""
    wait_for("what it said", lambda: central_manager.ads("-schedd")[0].get("ElasticVerdict"))


def command(*words, check=True, user=""):
    return run(*(("setpriv", f"--reuid={user}", "--clear-groups") if user else ()), "/usr/bin/condor_elastic", *words,
               check=check)  # fmt: skip


def document(*words):
    return json.loads(command(*words, "--json").stdout)


def refused(*words, user=""):
    done = command(*words, check=False, user=user)
    assert (done.returncode, done.stdout) == (1, ""), done
    assert done.stderr.count("\n") == 1
    return done.stderr


def on_terminal(*words, **environment):
    """Run the command with a terminal for its output, and give all that it wrote there."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "200", **environment}
    child = subprocess.Popen(["/usr/bin/condor_elastic", *words], stdin=subprocess.DEVNULL, stdout=theirs,
                             stderr=subprocess.PIPE, cwd="/tmp", env=env)  # fmt: skip
    os.close(theirs)
    written = b""
    try:
        while more := os.read(ours, 65536):
            written += more
    except OSError:  # the other end is closed: so Linux tells that a terminal has ended
        pass
    os.close(ours)
    child.stderr.close()
    assert child.wait(60) == 0, written
    return written.decode()


def launch(pool):
    """Have one worker in the pool, with a job on it, seen by a cycle."""
    pool.knobs(PRICED)
    pool.submit(1)
    return working(pool)


def working(pool):
    pool.verdict()
    wait_for("the job on a worker", lambda: running(pool), 120)
    wait_for("the collector to know", lambda: any(ad.get("NumDynamicSlots") for ad in pool.slots()), 60)
    pool.verdict()
    (vm,) = pool.vms()
    return vm, str(vm["ElasticVM"]), f"{vm['ClusterId']}.{vm['ProcId']}"


def running(pool):
    return pool.jobs('Owner == "alice" && JobStatus == 2')


def slot(pool, name=None):
    """Give the slot of the only worker, or of that one."""
    (found,) = [ad for ad in pool.slots() if ad.get("ElasticVM") and name in (None, ad["ElasticVM"])]
    return found


def test_status_and_plan_show_the_pool_at_one_glance(pool):
    pool.knobs(PRICED)
    pool.submit(1)
    told = command("plan", "-v").stdout
    assert "fleet try: Submitting 1 VM, because 1 idle job has no room.\n" in told
    assert "  Ready: 0 -> 1" in told
    (planned,) = document("plan")["plans"]
    assert (planned["kind"], planned["name"], planned["wanted"]) == ("fleet", "try", 1)
    assert planned["actions"] == [
        {"action": "SubmitVms", "count": 1, "vm": None, "why": None, "said": "try: submit 1 VM jobs"}
    ]
    assert planned["steps"][0]["policy"] == "Ready"
    assert pool.vms() == [], "a plan does nothing"

    _, name, job = working(pool)
    seen = document("status")
    assert seen["pool"]["name"] == "cm.elastic.test"
    assert (seen["pool"]["vms"], seen["pool"]["busy"]) == (1, 1)
    assert seen["pool"]["cycle"] <= time.time()
    (fleet,) = seen["fleets"]
    assert (fleet["name"], fleet["vms"], fleet["busy"], fleet["price"], fleet["rate"]) == ("try", 1, 1, 3.6, 3.6)
    (worker,) = seen["workers"]
    assert (worker["vm"], worker["vm_job"], worker["phase"], worker["jobs"]) == (name, job, "busy", 1)
    assert worker["startd"] == slot(pool)["Name"].split("@", 1)[1]

    lines = command("status", "--fleet", "TRY").stdout.splitlines()
    assert lines[0].startswith("cm.elastic.test: 1 VM, 1 worker (0 idle, 1 busy, 0 retiring); last cycle ")
    assert lines[1].startswith("money: 3.60 an hour, ")
    titles = next(line for line in lines if line.startswith("FLEET"))
    row = lines[lines.index(titles) + 1]
    assert row.split()[:5] == ["try", "1", "0", "0", "1"]
    assert row[titles.index("VERDICT"):] == fleet["verdict"]
    assert [line.split()[:4] for line in lines if line.startswith(name)] == [[name, "try", job, "busy"]]
    assert not any(line.endswith(" ") for line in lines)
    assert "did you mean try?" in refused("status", "--fleet", "tyr")


def test_colours_are_for_terminals_alone(pool):
    _, name, _ = launch(pool)
    assert "\x1b[" not in command("status").stdout
    drawn = on_terminal("status")
    assert "\x1b[32mbusy" in drawn
    assert name in drawn
    assert "\x1b[32m" not in on_terminal("status", NO_COLOR="1")
    assert json.loads(on_terminal("status", "--json"))["workers"][0]["vm"] == name


def test_who_is_retired_by_hand_stays_so_until_somebody_takes_it_back(pool):
    vm, name, job = launch(pool)
    assert "did you mean" in refused("retire", name[:-1] + "~")
    assert "no VM job of cm.elastic.test is 1.999; condor_elastic status lists them" in refused("retire", "1.999")
    assert "Permission denied" in refused("retire", name, user="alice")
    assert "ElasticRetireAsked" not in pool.vms()[0]
    assert slot(pool, name)["ElasticRetire"] is False

    (done,) = document("retire", job)["vms"]
    assert (done["vm"], done["vm_job"], done["fleet"], done["phase"]) == (name, job, "try", "busy")
    wait_for("the mark", lambda: slot(pool, name)["ElasticRetire"] is True, 30)
    pool.submit(1)
    for _ in range(3):  # there is room on it for the job, and there is demand
        told = pool.verdict()
        assert "leaving 1 worker that somebody retired by hand to go" in told.lower()
        assert "un-retiring" not in told.lower()
        assert slot(pool, name)["ElasticRetire"] is True
    assert len(pool.vms()) == 2, "the job gets another VM"
    worker = next(row for row in document("status")["workers"] if row["vm"] == name)
    assert worker["phase"] == "retiring"
    assert vm["QDate"] < worker["retire_asked"] <= time.time()
    assert f"{name}  try" in command("status").stdout
    assert "retired by hand" in command("status").stdout

    startd = slot_name(pool, name)
    told = command("unretire", startd).stdout
    assert told == f"{name} may take jobs again; to keep it whatever a cycle wants: condor_elastic pin {name}\n"
    pool.verdict()
    wait_for("the mark gone", lambda: slot(pool, name)["ElasticRetire"] is False, 30)
    assert command("unretire", name).stdout == f"{name} does not retire: it is busy\n"
    ours = next(one for one in pool.vms() if one["ElasticVM"] == name)
    assert (ours["ElasticRetired"], ours["ElasticUnretired"]) == (1, 1)
    assert not isinstance(ours.get("ElasticRetireAsked"), int)


def slot_name(pool, name):
    return next(ad["Name"].split("@", 1)[1] for ad in pool.slots() if ad.get("ElasticVM") == name)


def test_a_pin_and_a_retirement_by_hand_take_each_other_s_place(pool):
    _, name, _ = launch(pool)
    command("retire", name)
    wait_for("the mark", lambda: slot(pool)["ElasticRetire"] is True, 30)
    (done,) = document("pin", name)["vms"]
    assert done["phase"] == "retiring"
    assert pool.verdict().startswith("Un-retiring 1 worker, because it is pinned")
    wait_for("the mark gone", lambda: slot(pool)["ElasticRetire"] is False, 30)
    assert f"{name} is pinned; let it go first: condor_elastic pin --off {name}" in refused("retire", name)
    assert document("pin", "--off", name)["vms"][0]["said"] == f"{name} is pinned no more"


@pytest.mark.timeout(300)
def test_who_is_retired_before_it_joins_retires_when_it_does(pool):
    pool.knobs(PRICED)
    pool.submit(1, seconds=10)  # it may be there before the mark is
    pool.verdict()
    (vm,) = pool.vms()
    name = str(vm["ElasticVM"])
    assert "and retires if it joins" in command("retire", name).stdout
    wait_for("the worker", lambda: [ad for ad in pool.slots() if ad.get("ElasticVM")], 120)
    assert "because somebody asked for it (condor_elastic retire)" in pool.verdict()
    its = lambda: [ad for ad in pool.slots() if ad.get("ElasticVM") == name]  # noqa: E731
    wait_for("the mark, or its end", lambda: all(ad["ElasticRetire"] for ad in its()), 30)
    wait_for("its end", lambda: not [one for one in pool.vms() if one["ElasticVM"] == name], 120, 1)
    ended = next(one for one in document("history")["vms"] if one["vm"] == name)
    assert ended["why"] == "retired by hand"


def test_terminate_ends_a_vm_at_once_and_history_remembers_it(pool):
    _, name, job = launch(pool)
    (alice,) = running(pool)
    # The gridmanager may see that the VM runs after its worker has joined.
    (vm,) = wait_for("the VM to be seen to run", lambda: [vm for vm in pool.vms() if vm["JobStatus"] == 2], 90)
    here = pool.jobs(running_on([str(vm["ElasticStartd"]).upper(), "another.host"]))
    assert [job["ClusterId"] for job in here] == [alice["ClusterId"]], "the schedd knows it, as the collector does"
    assert pool.jobs(running_on([name, "another.host"])) == []
    told = refused("terminate", name)
    ran = f"cm.elastic.test#{alice['ClusterId']}.{alice['ProcId']} of alice"
    assert f"{name} runs {ran}: --yes ends them with their jobs" in told
    assert len(pool.vms()) == 1
    assert "no VM job of" in refused("terminate", name, "nobody", "--yes")
    assert pool.vms()[0]["JobStatus"] == 2, "where one name is wrong none is ended"

    pool.knobs("")
    (done,) = document("terminate", "--yes", name)["vms"]
    assert done["jobs"] == [ran]
    wait_for("the end of the VM job", lambda: not pool.vms(), 90)
    wait_for("the job back in its queue", lambda: pool.jobs('Owner == "alice"')[0]["JobStatus"] == 1, 300)
    seen = document("history", "-n", "1")
    (ended,) = seen["vms"]
    assert (ended["vm"], ended["vm_job"], ended["fleet"]) == (name, job, "try")
    assert ended["why"] == "condor_elastic terminate (by user root)"
    assert ended["began"] < ended["ended"] <= time.time()
    assert ended["hours"] == pytest.approx((ended["ended"] - ended["began"]) / 3600, abs=1e-4)
    assert ended["cost"] == pytest.approx(3.6 * max(60, ended["ended"] - ended["began"]) / 3600)
    assert ended["jobs"] == 1
    titles, row, *_ = command("history", "-n", "1").stdout.splitlines()
    assert titles.split() == ["VM", "FLEET", "ENDED", "HOURS", "JOBS", "COST", "WHY"]
    assert row.startswith(f"{name}  try")
    assert row[titles.index("WHY"):] == ended["why"]
    assert len(document("history", "--fleet", "try")["vms"]) >= 1
    assert "there is none" in refused("history", "--fleet", "nova")


def test_names_are_completed_from_the_pool(pool):
    _, name, _ = launch(pool)
    source = ". /usr/share/bash-completion/completions/condor_elastic"

    def completed(*words):
        line = " ".join(f"'{word}'" for word in words)
        typed = f"COMP_WORDS=(condor_elastic {line}); COMP_CWORD={len(words)}"
        return run("bash", "-c", f"{source}; {typed}; _condor_elastic; echo ${{COMPREPLY[@]}}").stdout.split()

    assert completed("ret") == ["retire"]
    assert completed("terminate", name[:5]) == [name]
    assert completed("status", "--fleet", "") == ["try"]
    assert completed("terminate", name, "--y") == ["--yes"]


def test_the_man_page_is_where_man_looks():
    page = run("cat", "/usr/share/man/man1/condor_elastic.1").stdout
    assert ".SS terminate [OPTION...] VM..." in page


def test_the_other_commands_speak_json_too(pool):
    pool.knobs(PRICED)
    assert document("check")["ok"] is True
    assert any("retire.key" in line or "kept" in line for line in document("setup")["said"])
    pool.knobs(PRICED + "ELASTIC_TRY_MAX_VM = 5\n")
    done = command("check", "--json", check=False)
    assert done.returncode == 1
    assert "did you mean ELASTIC_TRY_MAX_VMS?" in json.loads(done.stdout)["findings"][0]["seen"]
    assert "did you mean ELASTIC_TRY_MAX_VMS?" in refused("plan")
    pool.knobs(PRICED)
    as_condor = run("setpriv", "--reuid=condor", "--regid=condor", "--init-groups", "condor_elastic", "cycle", "--json")
    assert json.loads(as_condor.stdout)["ad"]["Verdict"].startswith("try: Doing nothing")


def test_a_pool_that_does_not_answer_is_said_in_one_sentence(pool):
    for words in (("status",), ("retire", "x"), ("terminate", "x")):
        done = run("/usr/bin/condor_elastic", *words, check=False, env={**os.environ, **NOBODY})
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), (words, done)
        assert done.stderr.startswith(f"condor_elastic {words[0]}: ")
