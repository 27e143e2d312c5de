"""Whose name a PanDA server is asked in: what queues of one server share."""

from __future__ import annotations

from dataclasses import dataclass, field

from condor_elastic.knobs import QueueKnobs

GRID = "/etc/grid-security/certificates"
"""Where the grid's authorities are on any machine that has them."""


@dataclass(frozen=True)
class Account:
    """A server and the credential it is shown; what does not matter for auth is empty, so that equal is equal."""

    url: str
    auth: str = "None"
    token_file: str = ""
    origin: str = ""
    proxy: str = ""
    ca_directory: str = ""
    retry_without_token: bool = False
    owner: str = field(default="", compare=False)
    """Name of a queue with these knobs, in upper case."""

    def knob(self, name: str) -> str:
        """Name a knob of the queue whose account this is."""
        return f"ELASTIC_{self.owner}_PANDA_{name}"

    @property
    def credential(self) -> str:
        """Say what is shown to the server, with its knob and file."""
        if self.auth == "OIDC":
            return f"the token in {self.knob('TOKEN_FILE')}={self.token_file}"
        return f"the proxy certificate in {self.knob('PROXY')}={self.proxy}"


def account(knobs: QueueKnobs) -> Account:
    """Take from a queue's knobs what asking its server needs."""
    url, auth, owner, authorities = knobs.panda_url, knobs.panda_auth, knobs.name.upper(), knobs.panda_ca_directory
    if auth == "OIDC":
        again = knobs.panda_retry_without_token
        token, origin = knobs.panda_token_file, knobs.panda_origin
        return Account(url, auth, token, origin, "", authorities, again, owner)
    if auth == "X509":
        return Account(url, auth, proxy=knobs.panda_proxy, ca_directory=authorities or GRID, owner=owner)
    return Account(url, auth, ca_directory=authorities, owner=owner)
