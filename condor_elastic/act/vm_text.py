"""The submit text of a VM job: the site's, with our marks behind it, as a later line wins."""

from __future__ import annotations

import re

from condor_elastic.act.timers import submit_lines
from condor_elastic.knobs import FleetKnobs, GlobalKnobs
from condor_elastic.knobs.commands import last, split
from condor_elastic.knobs.hash import submit_hash

RELEASE = '(HoldReason =?= "Failed to start GAHP" && NumHolds < 20)'
"""When a VM job is let go again: the gridmanager holds all of them when a GAHP dies before it has said its version
(GM_INIT in ec2job.cpp; the hold code is 0), those whose VM runs included."""
REMEMBERED = (
    '(JobStatus == 4 && (ElasticReclaimed isnt undefined || EC2StatusReasonCode =?= "Server.SpotInstanceTermination")'
    " && time() - EnteredCurrentStatus < 3600)"
)
"""Which VM jobs stay in the queue when they have ended: an hour those that were reclaimed, so that they are counted."""
TAGS = ("ElasticPool", "ElasticFleet", "ElasticVM", "Name")
OURS = re.compile(r"^\s*grid_resource\s*=\s*ec2\s+(?:ec2|openstack)://", re.IGNORECASE | re.MULTILINE)
"""URLs whose drivers understand gahp/marks.py; any other cloud would refuse parameters that it does not know."""


def vm_text(pool: GlobalKnobs, fleet: FleetKnobs) -> str:
    """Make the submit text; the id is job attribute, cloud tag and, by the user-data, machine attribute."""
    release, stays = (last(fleet.submit, name) for name in ("periodic_release", "leave_in_queue"))
    lines = [
        f"universe = grid\nexecutable = {fleet.name}\nlog_xml = false",
        fleet.submit,
        f'My.ElasticPool = "{pool.pool}"',
        f'My.ElasticFleet = "{fleet.name}"',
        'My.ElasticVM = "$(ElasticVM)"',
        f'My.ElasticHash = "{submit_hash(fleet)}"',
        "My.ElasticDeadline = $(ElasticDeadline:undefined)",
        'My.ElasticTokenId = "$(ElasticTokenId)"',
        "My.ElasticTokenIssued = $(ElasticTokenIssued)",
        "My.ElasticTokenExpires = $(ElasticTokenExpires)",
        *_cost(fleet),
        *submit_lines(fleet),
        "ec2_user_data_file = $(ElasticUserData)",
        f"periodic_release = {RELEASE}" + (f" || ({release})" if release else ""),
        f"leave_in_queue = {REMEMBERED}" + (f" || ({stays})" if stays else ""),
        "ec2_tag_names = " + " ".join(_tag_names(fleet.submit)),
        f"ec2_tag_ElasticPool = {pool.pool}",
        f"ec2_tag_ElasticFleet = {fleet.name}",
        "ec2_tag_ElasticVM = $(ElasticVM)",
        "ec2_tag_Name = $(ElasticVM)",
    ]
    return "\n".join(lines + _launch_marks(fleet.submit)) + "\n"


HOURS = "(IfThenElse(JobStatus == 2, time(), EnteredCurrentStatus) - JobStartDate) / 3600.0"
"""How long the instance has run, evaluated by whoever asks, so that nobody has to write it down."""


def _cost(fleet: FleetKnobs) -> list[str]:
    lines = [f"My.ElasticHours = {HOURS}", f"My.ElasticPrice = {float(fleet.price)!r}"]
    return [*lines, "My.ElasticCost = ElasticHours * ElasticPrice"] if fleet.price else lines


def _launch_marks(submit: str) -> list[str]:
    """Say in parameters what the gridmanager would say too late, or in a way that knows no parameters.

    Tags at launch: each parameter refers to the attribute of the tag, as condor_submit expands no macro in the value
    of ec2_parameter_* (SetGridParams() in submit_utils.cpp).  The spot price: a spot request of the gridmanager has
    neither tags nor parameters, and recovers less well than a launch with a client token.
    """
    if not OURS.search(submit):
        return []
    marks = {f"ElasticTag.{name}": f"EC2Tag{name}" for name in _tag_names(submit)}
    price = last(submit, "ec2_spot_price")
    if price:
        marks["ElasticSpotPrice"] = f'"{price}"'
    names = [*split(last(submit, "ec2_parameter_names")), *marks]
    lines = [f"My.EC2Param_{name.replace('.', '_')} = {value}" for name, value in marks.items()]
    return ["ec2_parameter_names = " + " ".join(names), *lines, *(["ec2_spot_price ="] if price else [])]


def _tag_names(submit: str) -> list[str]:
    said = re.findall(r"^\s*ec2_tag_(\w+)\s*=", submit, re.IGNORECASE | re.MULTILINE)
    names = [*TAGS, *split(last(submit, "ec2_tag_names")), *(name for name in said if name.lower() != "names")]
    made: dict[str, str] = {}
    for name in names:
        made.setdefault(name.lower(), name)  # capitals as they stand first: EC2 keeps them apart, ClassAds do not
    return list(made.values())
