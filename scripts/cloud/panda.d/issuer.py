"""An OIDC issuer: its two documents by HTTP, and RS256 tokens of any claims."""

from __future__ import annotations

import base64
import http.server
import json
import time
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from settings import CLIENT, ISSUER

_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_DOCUMENTS: dict[str, Any] = {
    "/.well-known/openid-configuration": {
        "issuer": ISSUER,
        "jwks_uri": f"{ISSUER}jwk",
        "token_endpoint": f"{ISSUER}token",
        "device_authorization_endpoint": f"{ISSUER}devicecode",
    },
}


def _number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


_PUBLIC = _KEY.public_key().public_numbers()
_DOCUMENTS["/jwk"] = {
    "keys": [
        {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k1", "n": _number(_PUBLIC.n), "e": _number(_PUBLIC.e)},
    ],
}
KINDS: dict[str, dict[str, Any]] = {
    "good": {},
    "expired": {},
    "nogroup": {"groups": ["cms"]},
    "badaud": {"aud": "someone-else", "sub": "someone-else"},
}


def token(kind: str, claims: dict[str, Any], seconds: float) -> str:
    """Sign a token; a claim that is None is left out."""
    now = time.time()
    end = now - 5 if kind == "expired" else now + seconds
    said = {"iss": ISSUER, "sub": "robot-1", "aud": CLIENT, "iat": int(min(now, end - 60)), "exp": int(end),
            "name": "Pilot Factory", "preferred_username": "factory",
            "groups": ["atlas", "atlas/production", "atlas/pilot"], **KINDS[kind], **claims}  # fmt: skip
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, _KEY, algorithm="RS256", headers={"kid": "k1"})


class _Documents(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = _DOCUMENTS.get(urlsplit(self.path).path)
        body = json.dumps(found).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def server() -> http.server.ThreadingHTTPServer:
    where = urlsplit(ISSUER)
    return http.server.ThreadingHTTPServer((where.hostname or "", where.port or 0), _Documents)
