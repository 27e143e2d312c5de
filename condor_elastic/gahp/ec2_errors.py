"""What botocore raises, as the CloudError that the gridmanager understands.

Codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

from condor_elastic.gahp.driver import CloudError

THROTTLED = frozenset({
    "RequestLimitExceeded", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
    "RequestThrottledException", "TooManyRequestsException", "EC2ThrottledException", "BandwidthLimitExceeded",
    "PriorRequestNotComplete", "SlowDown",
})  # fmt: skip
"""Codes that mean "later": those of botocore.retries.standard, and their like."""
ELSEWHERE = frozenset({
    "InsufficientInstanceCapacity", "InsufficientCapacity", "InsufficientHostCapacity", "Unsupported",
    "InsufficientReservedInstanceCapacity", "SpotMaxPriceTooLow",
})  # fmt: skip
"""Codes for which another instance type or zone may still do.  Unsupported: this zone lacks the type."""
UNDECIDED = frozenset({
    "E_CURL_IO", "InternalError", "InternalFailure", "ServerInternal", "ServiceUnavailable", "Unavailable",
    "RequestTimeout", "RequestExpired",
})  # fmt: skip
"""Codes after which nobody knows whether the call was done."""
_LONGEST = 600
"""Characters of a message that are kept: an encoded authorization failure has thousands."""


def translate(error: Exception) -> CloudError:
    """Return the error as the gridmanager should see it.

    InstanceLimitExceeded becomes Quota: the gridmanager would keep the job idle and silent for ever (GM_START_VM), and
    our controller could not tell.  What did not reach the cloud becomes E_CURL_IO, upon which the gridmanager pings.
    """
    from botocore import exceptions as raised

    if isinstance(error, raised.ClientError):
        answer = error.response.get("Error", {})
        code, message = str(answer.get("Code") or "Unknown"), _one_line(answer.get("Message"))
        if code == "InstanceLimitExceeded":
            return CloudError("Quota", f"{code}: {message}")
        return CloudError(code, message)
    if isinstance(error, (raised.HTTPClientError, raised.ConnectionError)):
        return CloudError("E_CURL_IO", _one_line(error))
    if isinstance(error, (raised.NoCredentialsError, raised.PartialCredentialsError, raised.CredentialRetrievalError)):
        return CloudError("AuthFailure", _one_line(error))
    if isinstance(error, (raised.ParamValidationError, raised.DataNotFoundError)):
        return CloudError("InvalidParameterValue", _one_line(error))
    return CloudError("Unexpected", _one_line(f"{type(error).__name__}: {error}"))


def _one_line(text: object) -> str:
    return " ".join(str(text or "no message").split())[:_LONGEST]
