from condor_elastic.knobs import QueueKnobs
from condor_elastic.observe.panda.account import Account, account

URL = "https://panda.example.org"


def queue(name="bnl", **knobs):
    return QueueKnobs(name, panda_url=URL, submit="", **knobs)


def test_what_does_not_matter_makes_no_difference():
    plain = account(queue(panda_token_file="/t", panda_origin="atlas", panda_retry_without_token=True))
    assert plain == account(queue("cern", panda_proxy="/p")) == Account(URL)
    assert len({plain, account(queue("cern")), account(queue(panda_auth="OIDC"))}) == 2


def test_what_matters_for_a_token():
    knobs = {"panda_token_file": "/t", "panda_origin": "atlas", "panda_retry_without_token": True, "panda_proxy": "/p"}
    assert account(queue(panda_auth="OIDC", **knobs)) == Account(
        URL, "OIDC", token_file="/t", origin="atlas", retry_without_token=True
    )


def test_what_matters_for_a_proxy_certificate():
    knobs = {"panda_token_file": "/t", "panda_retry_without_token": True, "panda_proxy": "/p"}
    assert account(queue(panda_auth="X509", **knobs)) == Account(
        URL, "X509", proxy="/p", ca_directory="/etc/grid-security/certificates"
    )


def test_a_credential_is_told_by_knob_and_file():
    assert account(queue(panda_auth="OIDC", panda_token_file="/t")).credential == (
        "the token in ELASTIC_BNL_PANDA_TOKEN_FILE=/t"
    )
    assert account(queue(panda_auth="X509", panda_proxy="/p")).credential == (
        "the proxy certificate in ELASTIC_BNL_PANDA_PROXY=/p"
    )
