"""Why a VM job was put on hold, as one word that says what to do about it.

The text is what the gridmanager kept: with hold codes 40/12 and 40/17 our drivers' "Code: message", or the XML answer
that the stock ec2_gahp leaves as it came; with 41/13 and 41/14 a state reason code (ec2job.cpp).
Sources of the codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html, ec2job.cpp, gahp/openstack.py.
"""

from __future__ import annotations

from condor_elastic.model import VmJob, Worker

CAPACITY = "capacity"
"""The cloud has none of these just now: try elsewhere, or later."""
QUOTA = "quota"
"""Our share of the cloud is used up: later, or ask for more."""
AUTH = "auth"
"""Keys, roles or rights: an administrator must act."""
IMAGE = "image"
"""Image, flavor, network or another thing said in the submit text: an administrator must act."""
PRICE = "price"
"""The spot price is above what we bid."""
THROTTLE = "throttle"
"""Too many calls: later."""
LOST = "lost"
"""Nobody knows whether an instance is left: look into the cloud before the job is removed."""
LAUNCH = "launch"
"""The cloud gave no machine in the time it has for it; nothing booted, so nothing is known of image or user-data.

It is answered like capacity, and never counted by the breaker.
"""
BOOT = "boot"
"""The VM ran, and never joined, or never got a job: image, network, user-data or START are not what they should be."""
RECLAIMED = "reclaimed"
"""The cloud has taken back what it had announced it might: no failure, nothing waits for it."""
UNKNOWN = "unknown"
"""None of these."""

_CODES = {
    CAPACITY: (
        "InsufficientInstanceCapacity", "InsufficientCapacity", "InsufficientHostCapacity",
        "InsufficientReservedInstanceCapacity", "InsufficientAddressCapacity", "InsufficientFreeAddressesInSubnet",
        "InsufficientCapacityOnHost", "InsufficientVolumeCapacity", "Unsupported", "UnfulfillableCapacity",
        "ReservationCapacityExceeded", "NoValidHost",
    ),
    QUOTA: (
        "InstanceLimitExceeded", "VcpuLimitExceeded", "VolumeLimitExceeded", "MaxIOPSLimitExceeded", "Quota",
        "MaxSpotInstanceCountExceeded", "MaxSpotFleetRequestCountExceeded", "ResourceLimitExceeded",
        "AddressLimitExceeded", "NetworkInterfaceLimitExceeded", "AttachmentLimitExceeded",
        "ResourceCountExceeded", "PrivateIpAddressLimitExceeded", "MaxConfigLimitExceededException",
    ),
    AUTH: (
        "AuthFailure", "UnauthorizedOperation", "Unauthorized", "Forbidden", "Blocked", "OptInRequired",
        "PendingVerification", "SignatureDoesNotMatch", "InvalidClientTokenId", "ExpiredToken", "AccessDenied",
        "AccessDeniedException", "MissingAuthenticationToken", "IncompleteSignature",
        "UnrecognizedClientException", "RequestExpired", "OperationNotPermitted",
    ),
    RECLAIMED: ("SpotInstanceTermination", "SpotInstanceShutdown", "instance-terminated-by-price",
                "instance-terminated-no-capacity", "instance-terminated-capacity-oversubscribed"),
    PRICE: ("SpotMaxPriceTooLow", "price-too-low"),
    THROTTLE: (
        "RequestLimitExceeded", "Throttling", "ThrottlingException", "RequestThrottled", "RequestThrottledException",
        "TooManyRequestsException", "EC2ThrottledException", "BandwidthLimitExceeded", "SlowDown",
    ),
    IMAGE: (
        "ImageNotFound", "FlavorNotFound", "InvalidAMIID", "InvalidAMIID.Malformed", "InvalidAMIID.NotFound",
        "InvalidAMIID.Unavailable", "InvalidAMIName.Malformed", "InvalidKeyPair.NotFound", "InvalidGroup.NotFound",
        "InvalidGroupId.Malformed", "InvalidSecurityGroupID.NotFound", "InvalidSubnetID.NotFound", "InvalidSubnet",
        "InvalidSnapshot.NotFound", "InvalidBlockDeviceMapping", "InvalidInstanceType", "InvalidParameter",
        "InvalidParameterValue", "InvalidParameterCombination", "UnknownParameter", "MissingParameter", "InvalidURL",
        "InvalidUserData", "UnsupportedOperation", "UnsupportedInstanceTypeOnHost", "VPCIdNotSpecified",
        "VPCResourceNotSpecified", "InvalidZone.NotFound",
        "InvalidNetworkInterface", "InvalidAvailabilityZone", "IdempotentParameterMismatch", "E_FILE_IO",
        "InvalidTagKey.Malformed", "TagLimitExceeded", "InvalidInput",
    ),
    UNKNOWN: ("Conflict", "ServerError", "InternalError", "E_CURL_IO", "Unavailable", "ServiceUnavailable"),
}  # fmt: skip
_CLASS_OF = {code.lower(): kind for kind, codes in _CODES.items() for code in codes}
_JOB_POLICY, _USER_ERROR, _LOST = 3, 37, 42
_TIMERS = {71: LAUNCH, 72: BOOT, 73: BOOT}
"""HoldReasonSubCode of our own periodic_hold: not launched, not joined, no first job in time."""
_AUTHENTICATION = 9
_SIDES = ("client.", "server.")
_PUNCTUATION = ".,:;()[]'\"`"


def classify(code: int | None, subcode: int | None, reason: str) -> str:
    """Return the class of a failure from HoldReasonCode, HoldReasonSubCode and HoldReason.

    The first code in the text decides; the hold code does where it says more than any text could: 42, an instance
    potentially lost, 37/9, no authentication, and 3 with the subcode of one of our timers.
    """
    if code == _LOST:
        return LOST
    if code == _JOB_POLICY and subcode in _TIMERS:
        return _TIMERS[subcode]
    for word in _words(reason):
        found = _CLASS_OF.get(word)
        if found:
            return found
    return AUTH if (code, subcode) == (_USER_ERROR, _AUTHENTICATION) else UNKNOWN


def class_of(vm: VmJob) -> str:
    """Return the class of a held VM job's failure; after a notice any end but a lost one is the one announced."""
    kind = classify(vm.hold_code, vm.hold_subcode, vm.hold_reason)
    return RECLAIMED if vm.reclaimed is not None and kind != LOST else kind


def failure_of(vm: VmJob) -> str:
    """Return the class and the reason of a held VM job, as "quota: Quota: ..."."""
    return f"{class_of(vm)}: {vm.hold_reason}"


def bills(worker: Worker) -> bool:
    """Tell whether a worker may cost: all do but those that failed; of these the lost may run on, till an audit."""
    return worker.phase != "failed" or (class_of(worker.vm) == LOST and not worker.vm.audited)


def _words(reason: str) -> list[str]:
    """Return what may be a code: in XML what stands in Code elements, otherwise each word, bare of its side."""
    inside = [part.partition("</")[0] for part in reason.split("<Code>")[1:]]
    made = []
    for word in inside or reason.replace("<", " ").replace(">", " ").split():
        bare = word.strip().strip(_PUNCTUATION).lower()
        for side in _SIDES:
            bare = bare.removeprefix(side)
        made.append(bare)
    return made
