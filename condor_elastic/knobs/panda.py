"""What the knobs of PanDA's servers must be together: a credential has its file, and nobody on the way reads it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.knobs.table import PREFIX

NEEDED = {"OIDC": ("token_file", "the file of the token"), "X509": ("proxy", "the file of the proxy certificate")}


def panda(row: QueueKnobs, place: Callable[[str], str]) -> list[str]:
    """Say what is wrong with a queue's knobs of its PanDA server, one line each."""
    prefix = f"{PREFIX}{row.name.upper()}_"
    auth, data = prefix + "PANDA_AUTH", prefix + "QUEUE_DATA"
    wrong = []
    if row.panda_auth in NEEDED:
        file, meaning = NEEDED[row.panda_auth]
        if not getattr(row, "panda_" + file):
            knob = f"{prefix}PANDA_{file.upper()}"
            wrong.append(f"{auth} = {row.panda_auth}{place(auth)} needs {knob}, {meaning}")
    if row.panda_url and exposed(row.panda_url, row.panda_auth):
        url = prefix + "PANDA_URL"
        wrong.append(f"{url} = {row.panda_url}{place(url)} is not {right(row.panda_auth)}")
    if row.queue_data == "CRIC" and not row.queue_data_url:
        wrong.append(f"{data} = CRIC{place(data)} needs {prefix}QUEUE_DATA_URL, the URL of the answer with all queues")
    return wrong


def exposed(url: str, auth: str) -> bool:
    """Tell whether a credential of this kind must not go to this URL: PanDA's servers take a token over http, too."""
    if auth == "None" or url.lower().startswith("https://"):
        return False
    return auth == "X509" or not loopback(url)


def right(auth: str) -> str:
    """Say what a URL must be to get a credential of this kind."""
    if auth == "X509":
        return "https, which a proxy certificate needs"
    return "https, and others could read the token on the way; http is for loopback only"


def loopback(url: str) -> bool:
    """Tell whether a URL leads to this machine only: 127.0.0.0/8, ::1, localhost."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
