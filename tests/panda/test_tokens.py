"""Tokens of a real issuer's making, before the real server: what goes wrong is said in the queue's ad, no token is."""

import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from live.panda_server import OIDC
from live.pool import run

TOKEN = Path("/etc/condor/elastic.d/panda.token")
ORIGIN = "ELASTIC_BNL_PANDA_ORIGIN = atlas:production\n"
KNOBS = f"""\
ELASTIC_DRY_RUN = True
ELASTIC_QUEUE_DATA_PERIOD = 0
ELASTIC_PILOT_NAMES = BNL
ELASTIC_BNL_PANDA_URL = {OIDC}
ELASTIC_BNL_PANDA_AUTH = OIDC
ELASTIC_BNL_PANDA_TOKEN_FILE = {TOKEN}
ELASTIC_BNL_SUBMIT = executable = /bin/true
"""


@pytest.fixture
def queue(pool, panda):
    panda.add_jobs("BNL", 4)
    panda.aggregate()
    seen = Watch()

    def look(kind="good", knobs=ORIGIN, **claims):
        panda.write_token(TOKEN, kind, **claims)
        shutil.chown(TOKEN, "condor", "condor")
        TOKEN.chmod(0o600)
        seen.secrets.add(TOKEN.read_text().strip())
        pool.knobs(KNOBS + knobs)
        done = pool.cycle()
        assert done.returncode == 0, done.stderr
        (ad,) = pool.ads("-any", "-constraint", 'Name == "BNL@cm.elastic.test"')
        return ad

    with seen:
        yield look
    seen.assert_kept()
    TOKEN.unlink(missing_ok=True)


def is_the_systems(file):
    return file.is_file() and "pytest-of-" not in str(file)  # where other tests keep tokens of their own


class Watch:
    """Watches all command lines of the machine while it is entered, then looks for secrets wherever there is text."""

    def __init__(self):
        self.secrets = set()
        self._lines = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self._thread.start()

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _watch(self):
        while not self._over.wait(0.01):
            for file in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):  # it has ended meanwhile
                    self._lines.add(file.read_bytes())

    def assert_kept(self):
        places = {"a command line": b"\n".join(self._lines)}
        for tool in ("condor_status -any", "condor_q -allusers", "condor_history"):
            places[tool] = run(*tool.split(), "-long").stdout.encode()
        for top in ("/var/log/condor", "/var/lib/condor", "/var/spool/condor", "/tmp", "/run"):
            places.update({str(file): file.read_bytes() for file in Path(top).rglob("*") if is_the_systems(file)})
        assert any(b"BNL" in text for text in places.values())
        assert any(b"condor_elastic_cycle" in line for line in self._lines)
        for secret in self.secrets:
            for part in (secret, *secret.split(".")):
                assert [name for name, text in places.items() if part.encode() in text] == []


def test_a_good_token_is_shown_with_its_end(queue):
    ad = queue(seconds=3000)
    assert ad["Activated"] == 4
    assert 2900 < ad["CredentialExpires"] - time.time() < 3000
    assert "the token in ELASTIC_BNL_PANDA_TOKEN_FILE" in ad["Warning"]
    assert ad["Warning"].endswith((" ends in 49 min", " ends in 50 min"))
    assert "Warning" not in queue(seconds=7200)


@pytest.mark.parametrize(
    ("kind", "knobs", "said"),
    [
        ("expired", ORIGIN, f"the token in ELASTIC_BNL_PANDA_TOKEN_FILE={TOKEN} ended "),
        ("nogroup", ORIGIN, "lacks"),
        ("good", "", "ELASTIC_BNL_PANDA_ORIGIN is empty"),
        ("good", "ELASTIC_BNL_PANDA_ORIGIN = cms\n", "cms"),
        ("badaud", ORIGIN, "client"),
    ],
)
def test_a_token_that_is_refused_makes_panda_unknown_and_says_why(queue, kind, knobs, said):
    ad = queue(kind, knobs)
    assert ad["Verdict"].startswith(f"Doing nothing, because PanDA at {OIDC} is unknown (")
    assert said in ad["Verdict"]
    assert "Traceback" not in ad["Verdict"]
    assert "Activated" not in ad


@pytest.mark.parametrize("kind", ["nogroup", "expired", "badaud"])
def test_public_calls_are_made_without_the_token_if_a_knob_allows(queue, kind):
    ad = queue(kind, ORIGIN + "ELASTIC_BNL_PANDA_RETRY_WITHOUT_TOKEN = True\n")
    assert ad["Activated"] == 4
    assert "asked without it" in ad["Warning"]


def test_a_token_that_another_tool_renews_is_read_again(queue):
    assert "Activated" not in queue("expired")
    assert queue("good")["Activated"] == 4


def test_the_server_tells_its_resource_types_to_who_shows_a_token(queue, panda, pool):
    queue()
    kept = b"".join(file.read_bytes() for file in Path("/var/lib/condor/elastic/panda").glob("types*"))
    assert b"MCORE_HIMEM" in kept
