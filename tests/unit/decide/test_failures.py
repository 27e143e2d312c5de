import pytest
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.decide.failures import (
    AUTH,
    BOOT,
    CAPACITY,
    IMAGE,
    LAUNCH,
    LOST,
    PRICE,
    QUOTA,
    THROTTLE,
    UNKNOWN,
    classify,
)

RAW = """<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>{}</Code><Message>Quota, Unauthorized
and other words</Message></Error></Errors><RequestID>59dbff89</RequestID></Response>"""

CASES = [
    # our drivers, 40/12
    (40, 12, "InsufficientInstanceCapacity: none of m5.xlarge, m5a.xlarge; the last answer: We currently …", CAPACITY),
    (40, 12, "Unsupported: Your requested instance type is not supported in this Availability Zone", CAPACITY),
    (40, 12, "NoValidHost: No valid host was found. There are not enough hosts available.", CAPACITY),
    (40, 12, "Quota: InstanceLimitExceeded: Your quota allows for 0 more running instance(s).", QUOTA),
    (40, 12, "VcpuLimitExceeded: You have requested more vCPU capacity than your current limit of 32", QUOTA),
    (40, 12, "Quota: Quota exceeded for instances: Requested 1, but already used 10 of 10 instances", QUOTA),
    (40, 17, "MaxSpotInstanceCountExceeded: Max spot instance count exceeded", QUOTA),
    (40, 17, "SpotMaxPriceTooLow: Your Spot request price of 0.01 is lower than the minimum required", PRICE),
    (40, 12, "AuthFailure: AWS was not able to validate the provided access credentials", AUTH),
    (40, 12, "UnauthorizedOperation: You are not authorized to perform this operation.", AUTH),
    (40, 12, "Unauthorized: The request you have made requires authentication.", AUTH),
    (40, 12, "InvalidAMIID.NotFound: The image id '[ami-0]' does not exist", IMAGE),
    (40, 12, "ImageNotFound: no image worker-9", IMAGE),
    (40, 12, "FlavorNotFound: no flavor m1.xlarge", IMAGE),
    (40, 12, "InvalidUserData: user data is limited to 16384 bytes, and this VM's has 16385", IMAGE),
    (40, 12, "E_FILE_IO: Failed to read userdata file /x: No such file or directory.", IMAGE),
    (40, 12, "RequestLimitExceeded: Request limit exceeded.", THROTTLE),
    (40, 12, "Conflict: Multiple possible networks found", UNKNOWN),
    (40, 12, "ServerError: fault", UNKNOWN),
    (40, 12, "Unauthorised: Quota", QUOTA),
    # the stock GAHP's raw XML: the code decides, not the words of the message
    (40, 12, RAW.format("InsufficientInstanceCapacity"), CAPACITY),
    (40, 12, RAW.format("VcpuLimitExceeded"), QUOTA),
    (40, 12, RAW.format("InvalidAMIID.Malformed"), IMAGE),
    (40, 12, RAW.format("Made.Up"), UNKNOWN),
    # the gridmanager's own words
    (41, 13, "Abnormal instance termination: Server.InsufficientInstanceCapacity.", CAPACITY),
    (41, 13, "Abnormal instance termination: Client.VolumeLimitExceeded.", QUOTA),
    (41, 13, "Abnormal instance termination: Client.InvalidSnapshot.NotFound.", IMAGE),
    (41, 13, "Abnormal instance termination: Server.InternalError.", UNKNOWN),
    (41, 14, "Unrecognized reason for instance termination: Server.NoValidHost.  Treating as abnormal.", CAPACITY),
    (37, 9, "Failed to authenticate (E_HTTP_RESPONSE_NOT_200 (401)): 'no'.", AUTH),
    (37, 20, "You, or somebody like you, cancelled this request.", UNKNOWN),
    (42, 15, "Quota: whatever the text", LOST),
    (42, 19, "Spot request purged; an instance may still be running.", LOST),
    # our timers; a policy of the site's own is none of them
    (3, 71, "not launched in time", LAUNCH),
    (3, 72, "Quota: whatever the text", BOOT),
    (3, 73, "no first job in time", BOOT),
    (3, 0, "PeriodicHold evaluated to True", UNKNOWN),
    (40, 72, "", UNKNOWN),
    (1, 0, "via condor_hold (by user alice)", UNKNOWN),
    (None, None, "", UNKNOWN),
]


@pytest.mark.parametrize(("code", "subcode", "reason", "expected"), CASES)
def test_classes(code, subcode, reason, expected):
    assert classify(code, subcode, reason) == expected


@given(st.integers(), st.integers(), st.text())
def test_any_text_has_a_class(code, subcode, reason):
    assert classify(code, subcode, reason) in {
        AUTH, BOOT, CAPACITY, IMAGE, LAUNCH, LOST, PRICE, QUOTA, THROTTLE, UNKNOWN,
    }  # fmt: skip
