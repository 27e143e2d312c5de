import pytest

from condor_elastic.knobs import BadKnobs, read
from condor_elastic.knobs.panda import exposed, loopback

BASE = {
    "ELASTIC_POOL": "p",
    "ELASTIC_TRUST_DOMAIN": "t",
    "ELASTIC_COLLECTOR": "cm",
    "ELASTIC_PILOT_NAMES": "bnl",
    "ELASTIC_BNL_PANDA_URL": "https://panda.example.org:25443",
    "ELASTIC_BNL_SUBMIT": "executable = /bin/true",
}
TOKEN = {**BASE, "ELASTIC_BNL_PANDA_AUTH": "oidc", "ELASTIC_BNL_PANDA_TOKEN_FILE": "/t"}
PROXY = {**BASE, "ELASTIC_BNL_PANDA_AUTH": "x509", "ELASTIC_BNL_PANDA_PROXY": "/p"}


def wrong(macros):
    with pytest.raises(BadKnobs) as error:
        read(macros, lambda name: f" (set at {len(name)})")
    return str(error.value).splitlines()


@pytest.mark.parametrize("macros", [BASE, TOKEN, PROXY])
def test_a_credential_with_its_file_over_https_is_right(macros):
    (queue,) = read(macros).queues
    assert queue.panda_url.startswith("https")


def test_an_origin_may_be_missing_which_the_server_tells():
    (queue,) = read(TOKEN).queues
    assert (queue.panda_auth, queue.panda_origin) == ("OIDC", "")


def test_a_credential_needs_its_file():
    assert wrong({**TOKEN, "ELASTIC_BNL_PANDA_TOKEN_FILE": ""}) == [
        "ELASTIC_BNL_PANDA_AUTH = OIDC (set at 22) needs ELASTIC_BNL_PANDA_TOKEN_FILE, the file of the token"
    ]
    assert wrong({**PROXY, "ELASTIC_BNL_PANDA_PROXY": ""}) == [
        "ELASTIC_BNL_PANDA_AUTH = X509 (set at 22) needs ELASTIC_BNL_PANDA_PROXY, the file of the proxy certificate"
    ]


def test_a_token_goes_over_https_or_loopback():
    assert wrong({**TOKEN, "ELASTIC_BNL_PANDA_URL": "http://panda.example.org:25080"}) == [
        "ELASTIC_BNL_PANDA_URL = http://panda.example.org:25080 (set at 21) is not https, and others could read the "
        "token on the way; http is for loopback only"
    ]
    (queue,) = read({**TOKEN, "ELASTIC_BNL_PANDA_URL": "http://127.0.0.1:25080"}).queues
    assert queue.panda_auth == "OIDC"


def test_a_proxy_certificate_goes_over_https_only():
    assert wrong({**PROXY, "ELASTIC_BNL_PANDA_URL": "http://127.0.0.1:25080"}) == [
        "ELASTIC_BNL_PANDA_URL = http://127.0.0.1:25080 (set at 21) is not https, which a proxy certificate needs"
    ]


def test_nobody_may_ask_over_http():
    assert read({**BASE, "ELASTIC_BNL_PANDA_URL": "http://panda.example.org:25080"}).queues


def test_a_url_that_is_wrong_is_said_once():
    assert len(wrong({**PROXY, "ELASTIC_BNL_PANDA_URL": "panda.example.org"})) == 1


def test_cric_needs_its_url():
    assert wrong({**BASE, "ELASTIC_BNL_QUEUE_DATA": "cric"}) == [
        "ELASTIC_BNL_QUEUE_DATA = CRIC (set at 22) needs ELASTIC_BNL_QUEUE_DATA_URL, the URL of the answer with all "
        "queues"
    ]
    assert read({**BASE, "ELASTIC_BNL_QUEUE_DATA": "CRIC", "ELASTIC_BNL_QUEUE_DATA_URL": "https://cric/?json"}).queues


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:25080", True),
        ("http://127.8.9.10", True),
        ("http://[::1]:25080/x", True),
        ("http://LocalHost:1", True),
        ("http://127.0.0.1.example.org", False),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1@example.org", False),
        ("http://10.0.0.1", False),
        ("http://[::1", False),
        ("http://", False),
    ],
)
def test_loopback_is_this_machine(url, here):
    assert loopback(url) is here
    assert exposed(url, "OIDC") is not here
    assert exposed(url, "X509")
    assert not exposed(url, "None")
