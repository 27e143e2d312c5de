"""What a worker's token and password are good for, and what they are not: a real pool, real workers, a thief."""

from __future__ import annotations

import re
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from live.pool import run, wait_for
from real import FLEET
from thief import Thief, secrets

from condor_elastic.act.retire import mark
from condor_elastic.act.worker_token import claims
from condor_elastic.knobs.macros import configured
from condor_elastic.model import Shape, Startd, VmJob, Worker

TWO = FLEET + """\
ELASTIC_TRY_POLICIES = MinVms, MaxToRun
ELASTIC_TRY_MIN_VMS = 2
ELASTIC_TRY_IDLE_TIMEOUT = 6000
"""
JOB = "executable = /bin/true\ntransfer_executable = false\nqueue\n"
FETCH = """
import sys
from condor_elastic.act.worker_token import fetch_token
from condor_elastic.knobs.macros import configured
print(fetch_token(configured().pool, int(sys.argv[1])).text)
"""
SECURITY = (Path(__file__).parents[2] / "docs/security.md").read_text()
pytestmark = pytest.mark.timeout(240)


class Two:
    """Two workers that have joined, their VM jobs, and what their tokens and passwords are."""

    def __init__(self, pool):
        pool.knobs(TWO)
        assert pool.verdict()
        self.pool = pool
        self.vms = wait_for("two VM jobs", lambda: len(pool.vms()) == 2 and pool.vms(), 30)
        slots = wait_for("two workers", self.slots, 90)
        self.secrets = [secrets(vm) for vm in self.vms]
        self.names = [slot["Name"].partition("@")[2] for slot in slots]
        self.addresses = [slot["MyAddress"] for slot in slots]

    def slots(self):
        """Give the slots of the two, in the order of their VM jobs; nothing while one has not joined."""
        there = {slot["ElasticVM"]: slot for slot in self.pool.slots()}
        found = [there[vm["ElasticVM"]] for vm in self.vms if vm["ElasticVM"] in there]
        return found if len(found) == len(self.vms) else []


@pytest.fixture(scope="module")
def two(central_manager):
    yield Two(central_manager)
    central_manager.empty()


def token(seconds):
    """Have a worker's token made, as the cycle does: as user condor."""
    as_condor = ["setpriv", "--reuid=condor", "--regid=condor", "--init-groups"]
    return run(*as_condor, sys.executable, "-c", FETCH, str(seconds)).stdout.strip()


def holding(secret, places):
    """Give the files with this secret in them."""
    look = f"grep -rlF -D skip -f - {places} 2>/dev/null"
    return run("sh", "-c", look, check=False, input=secret).stdout.split()


def fetched(thief, daemon, *options):
    """Give what a daemon of the central manager signs for him, or nothing."""
    return thief.do("condor_token_fetch", "-type", daemon, *options).stdout.strip()


@contextmanager
def configured_too(pool, *lines):
    """Have these lines in force for a while."""
    pool.knobs("".join(f"{line}\n" for line in (TWO, *lines)))
    run("condor_reconfig")
    try:
        yield
    finally:
        pool.knobs(TWO)
        run("condor_reconfig")


def attempts(two, target, thief):
    """Try all that could make a worker leave; give the commands that went through."""
    name, address = two.names[target], two.addresses[target]
    tries = [
        ["condor_update_machine_ad", "-name", name], ["condor_drain", f"slot1@{name}"], ["condor_off", "-name", name],
        ["condor_off", "-peaceful", "-name", name], ["condor_off", "-addr", address, "-subsystem", "startd"],
        ["condor_restart", "-name", name], ["condor_off", "-addr", address],
        ["condor_ping", "-addr", address, "READ"], ["condor_ping", "-addr", address, "ADMINISTRATOR"],
    ]  # fmt: skip
    return [command for command in tries if thief.do(*command, input="ElasticRetire = true\n").returncode == 0]


def test_it_can_advertise_its_startd_and_master_and_read_and_no_more(two):
    mine, _ = two.secrets[0]
    assert Thief(mine).may() == {"READ", "ADVERTISE_STARTD", "ADVERTISE_MASTER"}
    elastic = Path("/etc/condor/elastic.d/tokens.d/elastic").read_text().strip()
    assert "WRITE" in Thief(elastic).may(), "who signs it may write"
    # CCB took it too: the workers, which take no other way in, are called through it.
    assert all("CCBID=" in address for address in two.addresses)


def test_it_cannot_submit(two):
    refused = Thief(two.secrets[0][0]).do("condor_submit", "-remote", "cm.elastic.test", "-", input=JOB)
    assert refused.returncode != 0
    assert "Failed to authenticate" in refused.stderr
    elastic = Path("/etc/condor/elastic.d/tokens.d/elastic").read_text().strip()
    assert Thief(elastic).do("condor_submit", "-remote", "cm.elastic.test", "-", input=JOB).returncode == 0
    run("condor_rm", "-constraint", "ElasticVM is undefined")


def test_a_worker_and_a_user_can_retire_nobody_and_the_central_manager_can(two):
    mine, password = two.secrets[0]
    everything = "FS,PASSWORD,IDTOKENS"
    started = [slot["DaemonStartTime"] for slot in two.slots()]
    assert attempts(two, 1, Thief(mine)) == []
    assert attempts(two, 1, Thief(mine, password, everything)) == [], "his own password is not the other's"
    assert attempts(two, 1, Thief(methods="FS")) == [], "a user of the central manager"
    assert attempts(two, 0, Thief(methods="FS")) == []
    assert [slot["ElasticRetire"] for slot in two.slots()] == [False, False]
    assert [slot["DaemonStartTime"] for slot in two.slots()] == started
    # The same command, with what the central manager has, and with that one worker's own password.
    shape = Shape(1, 1)
    for vm, name in zip(two.vms, two.names):
        worker = Worker(VmJob("1.0", vm["ElasticVM"], "try", 2, 0),
                        Startd(name, vm["ElasticVM"], "try", shape, shape, 0, 0, retiring=False))  # fmt: skip
        assert mark(configured().pool, worker, retire=False) == name
    command = ["condor_update_machine_ad", "-name", two.names[1]]
    owner = Thief("", two.secrets[1][1], everything)
    assert owner.do(*command, input="ElasticRetire = false\n").returncode == 0


def test_the_queue_and_the_logs_hold_no_secret(two):
    thief, user = Thief(two.secrets[0][0]), Thief(methods="FS")
    asked = "condor_q", "-allusers", "-l", "-name", "cm.elastic.test"
    assert thief.do(*asked).returncode != 0, "a worker's token does not even read the queue"
    shown = user.do(*asked).stdout
    assert all(vm["ElasticVM"] in shown for vm in two.vms)
    for vm, its in zip(two.vms, two.secrets):
        assert vm["ElasticTokenId"] == claims(its[0]).id
        assert not [secret for secret in its if secret in shown]
        for who in (thief, user):
            assert who.do("cat", vm["EC2UserDataFile"]).returncode != 0
    key = Path("/etc/condor/elastic.d/retire.key").read_text()
    logs = "/var/log/condor /var/spool/condor /var/lib/condor/spool /run/condor /var/lock/condor"
    for secret in (*two.secrets[0], *two.secrets[1], key):
        assert holding(secret, logs) == []
    kept = "/var/lib/condor/elastic/user-data"
    assert holding(two.secrets[0][0], f"{logs} {kept}") == [f"{kept}/{two.vms[0]['ElasticVM']}"]


def test_nobody_takes_it_but_collectors_and_nobody_signs_another(two):
    thief, elastic = Thief(two.secrets[0][0]), Thief(Path("/etc/condor/elastic.d/tokens.d/elastic").read_text().strip())
    for daemon in ("SCHEDD", "NEGOTIATOR", "MASTER"):
        assert elastic.do("condor_ping", "-type", daemon, "READ").returncode == 0
        assert thief.do("condor_ping", "-type", daemon, "READ").returncode != 0
    for daemon in ("COLLECTOR", "SCHEDD", "NEGOTIATOR", "MASTER"):
        for asked in ((), ("-key", "POOL"), ("-lifetime", "60"), ("-authz", "READ"), ("-authz", "WRITE")):
            assert fetched(thief, daemon, *asked) == ""
    assert thief.do("condor_token_create", "-identity", "condor@cm.elastic.test").returncode != 0
    assert thief.advertises("still"), "it does what it is for"
    assert fetched(Thief(methods="FS"), "SCHEDD"), "and users fetch theirs"


def test_copies_where_collectors_still_sign_are_no_more_than_itself_and_revoked_with_it(two, collectors_sign):
    thief, original = Thief(two.secrets[0][0]), claims(two.secrets[0][0])
    copy = wait_for("a copy", lambda: fetched(thief, "COLLECTOR", "-lifetime", "100000000"), 20)
    assert claims(copy).expires <= original.expires
    assert Thief(copy).may() == {"READ", "ADVERTISE_STARTD", "ADVERTISE_MASTER"}
    for right in ("WRITE", "DAEMON", "ADMINISTRATOR", "ADVERTISE_SCHEDD"):
        assert fetched(thief, "COLLECTOR", "-authz", right) == ""
    assert fetched(Thief(copy), "SCHEDD") == ""
    assert Thief(copy).advertises("copy")
    with configured_too(two.pool, revocation(two.vms[0])):
        wait_for("the refusal", lambda: not Thief(copy).advertises("copied"), 20)


@pytest.fixture
def collectors_sign():
    """An HTCondor that does not know SEC_ENABLE_TOKEN_FETCH."""
    older = Path("/etc/condor/config.d/99-older.conf")
    older.write_text("COLLECTOR.SEC_ENABLE_TOKEN_FETCH = True\n")
    run("condor_reconfig")
    yield
    older.unlink()
    run("condor_reconfig")


def test_it_is_refused_when_it_has_ended(two):
    short = token(5)
    ended, long = Thief(short), Thief(token(600))
    assert ended.advertises("short")
    wait_for("its end", lambda: time.time() > claims(short).expires + 1, 30)
    assert not ended.advertises("late")
    assert long.advertises("long")


def test_a_schedd_that_signs_for_a_shorter_time_is_said(two):
    def told():
        try:
            return token(600) and ""
        except AssertionError as error:
            return str(error)

    with configured_too(two.pool, "SEC_ISSUED_TOKEN_EXPIRATION = 100"):
        said = wait_for("the error", told, 20)
        assert "signed a token for 100 s and not for TOKEN_LIFETIME=600; its SEC_ISSUED_TOKEN_EXPIRATION" in said
    wait_for("a longer one", lambda: not told(), 20)


def test_a_revoked_token_is_refused_and_another_one_works_on(two):
    thieves = [Thief(its[0]) for its in two.secrets]
    assert [one.advertises(f"before{n}") for n, one in enumerate(thieves)] == [True, True]
    with configured_too(two.pool, revocation(two.vms[0])):
        wait_for("the refusal", lambda: not thieves[0].advertises("revoked"), 20)
        assert thieves[1].advertises("other")
        one = claims(two.secrets[0][0])
        assert Thief(token(one.expires - one.issued)).advertises("new"), "one that the next VM of the fleet would get"


def revocation(vm):
    """Give the line that docs/security.md tells to add, for the token of this VM."""
    (line,) = re.findall(r"^SEC_TOKEN_REVOCATION_EXPR = .*$", SECURITY, re.MULTILINE)
    said = {"DOMAIN": "cm.elastic.test", "TOKENID": vm["ElasticTokenId"]}
    said |= {"ISSUED": vm["ElasticTokenIssued"], "EXPIRES": vm["ElasticTokenExpires"]}
    for name, value in said.items():
        assert name in line
        line = line.replace(name, str(value))
    return line
