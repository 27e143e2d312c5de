"""What went wrong in an OpenStack, as a word that tells the kinds apart and a sentence for the administrator.

The words: Quota, NoValidHost, Conflict, Unauthorized, ImageNotFound, FlavorNotFound, InvalidRequest, BuildTimeout,
ServerError, RequestLimitExceeded, and E_CURL_IO, which makes the gridmanager ask whether the cloud is up.  Each also
begins the sentence, because that alone gets into the hold reason.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from condor_elastic.gahp.driver import CloudError

UNREACHABLE = "E_CURL_IO"
TRANSIENT = frozenset({UNREACHABLE, "ServerError", "RequestLimitExceeded"})
"""May go by; after one of them it is unknown whether the cloud has done what it was asked for."""
HOLD = " (401)"
"""At the end of a ping's code, for what will not go by: the gridmanager holds the jobs (37/9), instead of leaving them
idle until the cloud is up as it does after any other code (EC2Resource::DoPing)."""
_LENGTH = 500
_QUOTA = re.compile(r"quota exceeded|exceeded for quota|exceeds? .*quota|maximum number of ports", re.IGNORECASE)
_NO_HOST = re.compile(r"no valid host", re.IGNORECASE)
_MISSING = {
    "FlavorNotFound": re.compile(r"\bflavor\b.*not (be )?found|no flavor\b", re.IGNORECASE),
    "ImageNotFound": re.compile(
        r"\bimage\b.*(not (be )?found|is unacceptable)|no image\b|find .*image", re.IGNORECASE
    ),
}
_STATUS = {401: "Unauthorized", 403: "Unauthorized", 409: "Conflict", 429: "RequestLimitExceeded"}


def failure(code: str, text: str) -> CloudError:
    """Return the error for a word and what the cloud said, on one line and not too long."""
    said = " ".join(text.split())[:_LENGTH] or "the cloud says no more"
    return CloudError(code, f"{code}: {said}")


def code_of_refusal(status: int | None, text: str) -> str:
    """Return the word for a call that failed; status: of HTTP, None when there was no answer.

    Nova says 403 both for a quota that is used up and for what is not allowed (413 before 2013).
    """
    if status in (403, 413) and _QUOTA.search(text):
        return "Quota"
    if status in (400, 404):
        found = [word for word, pattern in _MISSING.items() if pattern.search(text)]
        return found[0] if found else "InvalidRequest"
    if status is None:
        return "Unauthorized" if "(HTTP 401)" in text else UNREACHABLE
    return _STATUS.get(status, "ServerError" if status >= 500 else "InvalidRequest")  # noqa: PLR2004 - HTTP's own


def code_of_fault(text: str) -> str:
    """Return the word for a server in ERROR, from its fault's message."""
    if _NO_HOST.search(text):
        return "NoValidHost"
    if _QUOTA.search(text):
        return "Quota"
    found = [word for word, pattern in _MISSING.items() if pattern.search(text)]
    return found[0] if found else "ServerError"


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn whatever the SDK raises in the block into CloudError."""
    from keystoneauth1.exceptions import ClientException
    from openstack.exceptions import ConfigException, SDKException

    try:
        yield
    except ConfigException as error:
        raise failure("InvalidCredentials", str(error)) from None
    except (SDKException, ClientException) as error:
        status = getattr(error, "status_code", None) or getattr(error, "http_status", None)
        # The text of an HttpException repeats method and URL; details is what the cloud said.
        text = str(getattr(error, "details", None) or error)
        raise failure(code_of_refusal(status, text), text) from None
