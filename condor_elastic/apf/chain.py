"""AutoPyFactory's schedulers (plugins/queue/sched) as policies and their knobs."""

from __future__ import annotations

from condor_elastic.apf.block import Block
from condor_elastic.apf.ini import Option
from condor_elastic.knobs import kinds
from condor_elastic.knobs.table import FLEET_POLICIES, QUEUE_POLICIES

POLICY_OF = {
    "ready": "Ready", "activated": "Activated", "fillactivated": "Activated", "weightedactivated": "Activated",
    "scale": "Scale", "fixed": "Fixed", "null": "Fixed", "keepnrunning": "KeepNRunning",
    "minpercycle": "MinPerCycle", "minpending": "MinPending", "maxpercycle": "MaxPerCycle",
    "maxpending": "MaxPending", "maxtorun": "MaxToRun",
    "statustest": "StatusTest", "statusoffline": "StatusOffline", "throttle": "Throttle",
}  # fmt: skip
OPTION_OF = {
    "Scale": ("sched.scale.factor", "SCALE_FACTOR"),
    "Fixed": ("sched.fixed.pilotspercycle", "FIXED"),
    "KeepNRunning": ("sched.keepnrunning.keep_running", "KEEP_RUNNING"),
    "MinPerCycle": ("sched.minpercycle.minimum", "MIN_PER_CYCLE"),
    "MinPending": ("sched.minpending.minimum", "MIN_PENDING"),
    "MaxPerCycle": ("sched.maxpercycle.maximum", "MAX_PER_CYCLE"),
    "MaxPending": ("sched.maxpending.maximum", "MAX_PENDING"),
    "MaxToRun": ("sched.maxtorun.maximum", "MAX_TO_RUN"),
}
INSIDE_ACTIVATED = {  # in the order in which Activated applied them
    "sched.activated.max_jobs_torun": "MaxToRun",
    "sched.activated.max_pilots_per_cycle": "MaxPerCycle",
    "sched.activated.min_pilots_per_cycle": "MinPerCycle",
    "sched.activated.min_pilots_pending": "MinPending",
    "sched.activated.max_pilots_pending": "MaxPending",
}
OPTIONAL = {
    "StatusTest": {"sched.statustest.pilots": ("TEST_PILOTS", "0")},
    "StatusOffline": {"sched.statusoffline.pilots": ("OFFLINE_PILOTS", "0")},
    "Throttle": {
        "sched.throttle.interval": ("THROTTLE_WINDOW", "3600"),
        "sched.throttle.maxtime": ("THROTTLE_SECONDS", "10"),
    },
}
"""Options of policies that go without them too, and what AutoPyFactory takes then."""
TAKEN = {"sched.statustest.allowed": "true", "sched.statusoffline.allowed": "true", "sched.throttle.submit": "1",
         "sched.throttle.ratio": "0.5"}  # fmt: skip
"""Options whose usual value is what ours do without any."""
WITHOUT = {
    "maxperfactory": "there is no limit over all queues",
    "keepnqueuelife": "it does not run in AutoPyFactory either",
    "maxtosubmit": "AutoPyFactory never wrote it",
    "mintosubmit": "AutoPyFactory never wrote it",
}


def set_chain(block: Block, *, fleet: bool) -> None:
    """Set POLICIES and the knobs that they need; a scheduler that has no policy gets a note."""
    chain: list[str] = []
    plugin = block.take("schedplugin")
    for name in kinds.words(plugin.value) if plugin else ():
        policy = POLICY_OF.get(name.lower(), "")
        if fleet and policy == "Activated":
            policy = "Ready"
        assert plugin is not None  # noqa: S101  narrows the type
        if policy not in (FLEET_POLICIES if fleet else QUEUE_POLICIES):
            block.note(plugin, f"there is no policy {name}{_reason(name, policy)}")
        elif _has_knob(block, plugin, name.lower(), policy, fleet=fleet):
            chain.append(policy)
        if name.lower() == "activated":
            chain += _inside_activated(block, fleet=fleet)
    if plugin and not chain:
        block.note(plugin, "nothing is left of it, so the default policies hold")
    if chain:
        block.knobs["POLICIES"] = ", ".join(chain)


def _reason(name: str, policy: str) -> str:
    if policy in OPTIONAL:
        return " for a fleet, which PanDA knows nothing of"
    if policy:
        return " for a fleet, as VMs stay and it would start them for ever; MinVms and Headroom keep some"
    return ": " + WITHOUT.get(name.lower(), "it is none of AutoPyFactory's that are known here")


def _has_knob(block: Block, plugin: Option, name: str, policy: str, *, fleet: bool) -> bool:
    """Set the knob of a policy; false when the policy says nothing without it and nothing was said."""
    if policy in ("Ready", "Activated"):
        _set_demand(block, name)
    elif policy in OPTIONAL:
        _set_optional(block, policy)
    elif name == "null":
        if "FIXED" in block.knobs:
            block.note(plugin, f"Null stands beside Fixed, {block.knobs['FIXED']}; 0 is kept")
        block.knobs["FIXED"] = "0"
    else:
        option = block.take(OPTION_OF[policy][0])
        if option is None:
            block.note(plugin, f"{policy} is left out, as there is no {OPTION_OF[policy][0]}{_why_not(policy)}")
            return False
        _set(block, policy, option, fleet=fleet)
    return True


def _set_optional(block: Block, policy: str) -> None:
    for name, (knob, default) in OPTIONAL[policy].items():
        option = block.take(name)
        if option:
            block.knobs[knob] = block.number(kinds.whole_number, option)
        block.knobs.setdefault(knob, default)  # a scheduler that is named twice has its option the first time
    for name, usual in TAKEN.items():
        option = block.take(name) if name.startswith(f"sched.{policy.lower()}.") else None
        if option:
            same = option.value.strip().lower() == usual
            block.note(option, "it is so here without a knob" if same else f"{policy} knows {usual} only")


def _why_not(policy: str) -> str:
    """Say what is here instead of KeepNRunning's form that takes the demand for the number to keep."""
    return "; Ready counts what is there and on its way already" if policy == "KeepNRunning" else ""


def _set_demand(block: Block, name: str) -> None:
    offset = block.take("sched.ready.offset") if name == "ready" else None
    if offset:
        block.knobs["READY_OFFSET"] = block.number(kinds.whole_number, offset)
    for option in block.starting("sched.weightedactivated.") if name == "weightedactivated" else ():
        block.note(option, "Activated has no weights; Scale multiplies what is left of the activated jobs")


def _inside_activated(block: Block, *, fleet: bool) -> list[str]:
    found = []
    for name, policy in INSIDE_ACTIVATED.items():
        option = block.take(name)
        if option and fleet and policy not in FLEET_POLICIES:
            block.note(option, f"there is no policy {policy} for a fleet")
        elif option:
            _set(block, policy, option, fleet=fleet)
            found.append(policy)
    return found


def _set(block: Block, policy: str, option: Option, *, fleet: bool) -> None:
    knob = "MAX_VMS" if fleet and policy == "MaxToRun" else OPTION_OF[policy][1]
    value = block.number(kinds.number if knob == "SCALE_FACTOR" else kinds.whole_number, option)
    before = block.knobs.get(knob)
    if before is not None and before != value:
        kept = (min if knob.startswith("MAX") else max)(before, value, key=float)
        block.note(option, f"it stands beside another {policy}, {before}; {kept} is kept")
        value = kept
    block.knobs[knob] = value
