import pytest
from loopback import loopback

from condor_elastic.observe.panda.server import Server

NOW = 1_800_000_000


@pytest.fixture
def opened():
    """Open a Server for an account; all are closed in the end."""
    servers = []

    def make(account, timeout=5, max_bytes=1_000_000):
        servers.append(Server(account, timeout, max_bytes, NOW))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def panda():
    with loopback() as server:
        yield server


@pytest.fixture
def trouble():
    """Ask, and give the reason why there was no answer."""

    def ask(server, path="/"):
        with pytest.raises(ValueError, match=r".") as error:
            server.get(path)
        return str(error.value)

    return ask
