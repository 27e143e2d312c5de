"""What a worker is told apart by: a token of its own, to report to the pool, and a password, to be retired by it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import time
from dataclasses import dataclass

from condor_elastic.act.elastic_user import environment
from condor_elastic.knobs import GlobalKnobs

SCOPES = ("ADVERTISE_STARTD", "ADVERTISE_MASTER")
"""All that a worker needs: the collector takes either for CCB too (CCB_REGISTER, ccb_server.cpp)."""
SLACK = 60
"""Seconds by which a token may end earlier than was asked for."""


@dataclass(frozen=True)
class Token:
    """A signed token; id is its jti, issued and expires its iat and exp (seconds since the epoch).

    None of the three is secret; by them it, and its copies, can be revoked.
    """

    text: str
    id: str
    issued: int
    expires: int


def fetch_token(knobs: GlobalKnobs, lifetime: int) -> Token:
    """Have the schedd sign a token that can advertise a startd and a master and nothing else.

    Raises RuntimeError, also when the schedd signs for a shorter time (SEC_ISSUED_TOKEN_EXPIRATION).
    """
    command = ["condor_token_fetch", "-lifetime", str(lifetime)]
    for scope in SCOPES:
        command += ["-authz", scope]
    asked = int(time.time())
    tool = subprocess.run(
        command, capture_output=True, text=True, env=environment(knobs), cwd="/", check=False
    )
    if tool.returncode or not tool.stdout.strip():
        raise RuntimeError(f"condor_token_fetch gave no token for a worker: {' '.join(tool.stderr.split())[:200]}")
    token = claims(tool.stdout.strip())
    if token.expires < asked + lifetime - SLACK:
        raise RuntimeError(
            f"the schedd signed a token for {token.expires - asked} s and not for TOKEN_LIFETIME={lifetime}; "
            "its SEC_ISSUED_TOKEN_EXPIRATION must be as long"
        )
    return token


def claims(text: str) -> Token:
    """Read what a token says of itself; raises RuntimeError when it is none.

    Source: RFC 7519; HTCondor writes jti, iat and exp (generate_token in condor_auth_passwd.cpp).
    """
    try:
        payload = text.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return Token(text, str(said["jti"]), int(said["iat"]), int(said["exp"]))
    except (IndexError, KeyError, TypeError, ValueError):
        raise RuntimeError("condor_token_fetch gave something that is no token with jti, iat and exp") from None


def retire_password(secret: bytes, vm: str) -> str:
    """Derive the password by which the central manager, and nobody else, may retire this one VM.

    condor_update_machine_ad does not ask the collector for the remote-administration capability
    (update_machine_ad.cpp: locate() without LOCATE_FOR_ADMIN), and a worker in a cloud cannot verify a token of the
    pool without the pool's signing key; so each worker shares one password of its own with the central manager.
    """
    return hmac.new(secret, vm.encode(), hashlib.sha256).hexdigest()
