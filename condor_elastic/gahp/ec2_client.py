"""A boto3 client for ec2://REGION[?endpoint=URL][&profile=NAME] and the key files that the submit text names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from condor_elastic.gahp.driver import CloudError, Credentials

FROM_INSTANCE = "FROM INSTANCE"
"""In place of a file name: the role of this machine, or whatever else boto3 finds by itself."""
CONNECTIONS = 64
"""As many as the server can have threads; fewer would make them wait for one another."""


@dataclass(frozen=True)
class Place:
    """Where an ec2:// URL leads; endpoint is for servers that are not Amazon's."""

    region: str
    endpoint: str | None = None
    profile: str | None = None

    @classmethod
    def of(cls, url: str) -> Place:
        """Read a URL.  Raises CloudError."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        strange = set(options) - {"endpoint", "profile"}
        if not parts.netloc or parts.path.strip("/") or strange or not all(options.values()):
            raise CloudError("InvalidURL", f"{url}: want ec2://REGION[?endpoint=URL][&profile=NAME]")
        return cls(parts.netloc, options.get("endpoint"), options.get("profile"))


def open_client(place: Place, credentials: Credentials) -> Any:
    """Return a client, which many threads may share.  Raises CloudError when the keys cannot be had.

    Adaptive mode is botocore's own rate limit: each throttling answer lowers it for every thread of this client.  Calls
    are repeated by ec2_retry.py.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        retries={"mode": "adaptive", "total_max_attempts": 1},
        max_pool_connections=CONNECTIONS,
        connect_timeout=10,
        read_timeout=60,
    )
    try:
        session = boto3.Session(profile_name=place.profile, region_name=place.region)
        keys = {} if place.profile else read_keys(credentials)
        return session.client("ec2", endpoint_url=place.endpoint, config=config, **keys)
    except (BotoCoreError, ValueError) as error:
        raise CloudError("AuthFailure" if place.profile else "InvalidURL", f"{error}") from None


def read_keys(credentials: Credentials) -> dict[str, str]:
    """Return the keys as arguments of a client; none where boto3 is to find them.  Raises CloudError."""
    paths = (credentials.access_key_file, credentials.secret_key_file)
    if FROM_INSTANCE in (path.strip().upper() for path in paths):
        return {}
    return dict(zip(("aws_access_key_id", "aws_secret_access_key"), map(_read, paths)))


def _read(path: str) -> str:
    try:
        text = Path(path).read_text("ascii").strip()
    except OSError as error:
        raise CloudError("AuthFailure", f"the key file {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CloudError("AuthFailure", f"the key file {path} holds no key") from None
    if not text:
        raise CloudError("AuthFailure", f"the key file {path} is empty")
    return text
