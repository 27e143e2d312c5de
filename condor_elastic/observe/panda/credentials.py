"""The token or the proxy certificate that a PanDA server is shown, read from its file each cycle: others renew it."""

from __future__ import annotations

import base64
import json
import os
import re
import time
from dataclasses import dataclass, field
from datetime import timezone
from pathlib import Path
from typing import Any

from condor_elastic.knobs.panda import exposed, right
from condor_elastic.observe.panda.account import Account

TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""A bearer token in a header (RFC 6750, section 2.1)."""
CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
LATEST = 2**40
"""Seconds since 1970 beyond which nothing ends."""
UNITS = (("days", 86400), ("h", 3600), ("min", 60), ("s", 1))


@dataclass(frozen=True)
class Credential:
    """What a request shows: a token with its origin, or a certificate with its key, to servers the authorities know."""

    token: str = field(default="", repr=False)
    origin: str = ""
    certificate: str = ""
    """File of the certificate and its key."""
    ca_directory: str = ""
    """Directory of the authorities' certificates; empty: those of the system."""
    expires: int | None = None
    """Seconds since 1970, if known."""


def nobody(account: Account) -> Credential:
    """Show nothing, and believe those servers whom the account's authorities vouch for."""
    return Credential(ca_directory=account.ca_directory)


def credential(account: Account, now: float) -> Credential:
    """Read an account's credential; raises ValueError, which names knob and file, when it cannot be used now."""
    if account.auth == "None":
        return nobody(account)
    if exposed(account.url, account.auth):
        knob = account.knob("URL")
        raise ValueError(f"{account.credential} is not sent: {knob}={account.url} is not {right(account.auth)}")
    read = _read(account)
    found = _token(account, read) if account.auth == "OIDC" else _proxy(account, read)
    if found.expires is not None and found.expires <= now:
        at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(found.expires))
        raise ValueError(f"{account.credential} ended {_long(now - found.expires)} ago (at {at})")
    return found


def _read(account: Account) -> bytes:
    try:
        read = Path(account.token_file or account.proxy).read_bytes()
    except FileNotFoundError:
        raise ValueError(f"{account.credential} is missing: there is no such file") from None
    except OSError as error:
        raise ValueError(f"{account.credential} cannot be read: {error.strerror}") from None
    if not read.strip():
        raise ValueError(f"{account.credential} is missing: the file is empty")
    return read


def _token(account: Account, read: bytes) -> Credential:
    token = read.decode("utf-8", "replace").strip()
    if not TOKEN.fullmatch(token):
        raise ValueError(
            f"{account.credential} is none: the file holds something else than one word in a token's letters"
        )
    return Credential(token, account.origin, ca_directory=account.ca_directory, expires=_ends(token))


def _ends(token: str) -> int | None:
    """Read when a JWT ends (RFC 7519, section 4.1.4), whoever signed it; None for any other token."""
    parts = token.split(".")
    try:
        claims: Any = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        at = claims["exp"]
        return int(at) if not isinstance(at, bool) and 0 < at < LATEST else None
    except (IndexError, KeyError, TypeError, ValueError, RecursionError):
        return None


def _proxy(account: Account, read: bytes) -> Credential:
    if not os.path.isdir(account.ca_directory):
        raise ValueError(
            f"{account.knob('CA_DIRECTORY')}={account.ca_directory} is no directory, so no server is trusted"
        )
    if b"PRIVATE KEY-----" not in read:
        raise ValueError(f"{account.credential} has no private key in its file")
    if b"ENCRYPTED" in read:  # OpenSSL would ask the terminal for the password, and wait
        raise ValueError(f"{account.credential} has a private key with a password, which nobody is there to give")
    ends = min(_end(account, found) for found in _chain(account, read))
    return Credential(certificate=account.proxy, ca_directory=account.ca_directory, expires=ends)


def _chain(account: Account, read: bytes) -> list[bytes]:
    chain = CERTIFICATE.findall(read)
    if not chain:
        raise ValueError(f"{account.credential} has no certificate in its file")
    return chain


def _end(account: Account, certificate: bytes) -> int:
    try:
        from cryptography import x509
    except ImportError:
        raise ValueError(f"{account.knob('AUTH')}=X509 needs Python's cryptography, which is not installed") from None
    try:
        found = x509.load_pem_x509_certificate(certificate)
    except Exception as error:  # cryptography's own are not all ValueErrors
        raise ValueError(f"{account.credential} has a certificate that cannot be read: {error}") from None
    if hasattr(found, "not_valid_after_utc"):  # since 42, where not_valid_after warns
        return int(found.not_valid_after_utc.timestamp())
    return int(found.not_valid_after.replace(tzinfo=timezone.utc).timestamp())


def _long(seconds: float) -> str:
    unit, length = next(((u, n) for u, n in UNITS if seconds >= 2 * n), UNITS[-1])
    return f"{int(seconds // length)} {unit}"
