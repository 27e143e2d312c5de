"""What this GAHP says it can do."""

from __future__ import annotations

from condor_elastic.gahp.commands import PARAMETERLESS, REQUESTS

BANNER = b"$GahpVersion: 1.0.0 Jan 01 2026 condor-elastic $"
"""The gridmanager reads from the first dollar to the end of the line (GahpServer::command_version)."""

ANNEX = (
    "EC2_BULK_START",
    "CWE_PUT_RULE",
    "CWE_PUT_TARGETS",
    "EC2_BULK_STOP",
    "CWE_DELETE_RULE",
    "CWE_REMOVE_TARGETS",
    "AWS_GET_FUNCTION",
    "S3_UPLOAD",
    "CF_CREATE_STACK",
    "CF_DESCRIBE_STACKS",
    "AWS_CALL_FUNCTION",
    "EC2_BULK_QUERY",
)
"""What only the stock GAHP can do; offered because the first URL may turn this process into its relay."""

COMMANDS = (*(name for name in PARAMETERLESS if name != "STATISTICS"), *REQUESTS, *ANNEX)
"""The list of the stock GAHP.  STATISTICS is understood but, as there, not listed; the gridmanager sends it anyway.

RESPONSE_PREFIX is understood too.  It is not offered, because the stock GAHP has none.
"""
