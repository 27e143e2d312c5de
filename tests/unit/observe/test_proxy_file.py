import sys

import pytest
from authority import Authority

from condor_elastic.observe.panda.account import Account
from condor_elastic.observe.panda.credentials import Credential, credential

NOW = 1_800_000_000


def refused(account, now=NOW):
    with pytest.raises(ValueError, match=r".") as error:
        credential(account, now)
    return str(error.value)


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def certified(authority, tmp_path):
    """An account whose proxy's file is written by this."""
    directory = authority.directory(tmp_path / "certificates")

    def make(write):
        write(tmp_path / "proxy")
        file = str(tmp_path / "proxy")
        return Account("https://panda.example.org", "X509", proxy=file, ca_directory=directory, owner="BNL")

    return make


@pytest.mark.parametrize(("user", "proxy"), [(NOW + 9, NOW + 5), (NOW + 5, NOW + 9)])
def test_a_proxy_ends_when_the_first_of_its_chain_does(authority, certified, user, proxy):
    account = certified(authority.proxy(authority.user(user), proxy).file)
    assert credential(account, NOW) == Credential(
        certificate=account.proxy, ca_directory=account.ca_directory, expires=NOW + 5
    )
    assert refused(account, NOW + 185) == (
        f"the proxy certificate in ELASTIC_BNL_PANDA_PROXY={account.proxy} ended 3 min ago (at 2027-01-15 08:00:05 UTC)"
    )


def test_a_file_without_a_proxy(authority, certified):
    user = authority.user()
    wrong = {
        "has no private key in its file": user.pem(),
        "has no certificate in its file": user.key_pem(),
        "has a private key with a password": user.pem() + user.key_pem(b"password"),
        "has a certificate that cannot be read": user.key_pem() + user.pem().replace(b"M", b"N"),
        "is missing: the file is empty": b"",
    }
    for said, holds in wrong.items():
        assert said in refused(certified(lambda path, holds=holds: path.write_bytes(holds)))


def test_a_proxy_needs_https_the_authorities_and_a_library(authority, certified, tmp_path, monkeypatch):
    good = certified(authority.user().file)
    plain = Account("http://127.0.0.1", "X509", proxy=good.proxy, ca_directory=good.ca_directory, owner="BNL")
    assert "ELASTIC_BNL_PANDA_URL=http://127.0.0.1 is not https, which a proxy certificate needs" in refused(plain)
    none = Account("https://h", "X509", proxy=good.proxy, ca_directory=f"{tmp_path}/none", owner="BNL")
    assert refused(none) == f"ELASTIC_BNL_PANDA_CA_DIRECTORY={tmp_path}/none is no directory, so no server is trusted"
    monkeypatch.setitem(sys.modules, "cryptography", None)
    assert "needs Python's cryptography, which is not installed" in refused(good)
