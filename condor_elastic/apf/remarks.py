"""What to say of options that become no knob."""

from __future__ import annotations

import re
from collections.abc import Mapping

from condor_elastic.apf.ini import UNSET, Option

REMARKS = (
    (r"batchstatusplugin|batchstatus\..*", "the pool and the queue are always read whole, once a cycle"),
    (r"wmsstatus\..*", "PanDA and the queue are read once a cycle; ELASTIC_PANDA_TIMEOUT, ELASTIC_QUERY_TIMEOUT"),
    (r"apfqueue\.sleep", "all queues and fleets have one cycle, every ELASTIC_PERIOD seconds"),
    (r"cleanlogs\..*", "there are no logs for each pilot to clean; say output, error and log in the submit text"),
    (r"monitor.*", "condor_status is the monitor"),
    (r"cloud|country|group|status", "PanDA keeps its own account of it"),
    (r"autofill|override|configplugin|config\..*", "nothing is filled in from another service"),
    (r"executable\..*", "it is no submit command; say it in the arguments of the SUBMIT knob"),
    (r".*\.peaceful", "a worker always finishes its jobs before it leaves"),
    (r".*\.usessh", "a worker is retired through HTCondor"),
    (r".*\.killorder", "the empty workers leave first, then those with the least work"),
    (r".*\.user_data(_file)?", "it is made for each VM; the USER_DATA knob names a file of yours beside it"),
    (r".*\.submitargs", "jobs are submitted without condor_submit"),
    (r"globusrsl\..*|nordugridrsl\..*", "this kind of grid job is none of those imported"),
)


def remark(option: Option, plugin: str, schedulers: Mapping[str, str]) -> str:
    """Say why an option became nothing.

    plugin is the section's batchsubmitplugin; schedulers are those of its schedplugin, by their names in small letters.
    """
    if option.value in UNSET:
        return "it says nothing"
    if option.variable:
        return f"it is filled in where %({option.name})s stood"
    for pattern, text in REMARKS:
        if re.fullmatch(pattern, option.name.lower()):
            return text
    scheduler = re.match(r"sched\.(\w+)\.", option.name.lower())
    if scheduler:
        name = schedulers.get(scheduler.group(1))
        return f"there is no policy {name} that reads it" if name else f"schedplugin does not name {scheduler.group(1)}"
    other = re.match(r"batchsubmit\.(\w+)\.", option.name.lower())
    if other and other.group(1) not in (plugin.lower(), "condorbase"):
        return f"it belongs to another plugin than {plugin}"
    return "it has no equivalent"
