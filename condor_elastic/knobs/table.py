"""The table of knobs: a field is a knob, its metadata its kind of value and its meaning, as docs/knobs.md has them."""

from __future__ import annotations

from dataclasses import dataclass

from condor_elastic.knobs import kinds
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.knobs.row import REQUIRED, knob
from condor_elastic.model import ResourceType

PREFIX = "ELASTIC_"
QUEUE_POLICIES = (
    "Activated", "Ready", "Scale", "Fixed", "KeepNRunning", "Expression", "StatusTest", "StatusOffline", "Throttle",
    "MinPerCycle", "MinPending", "MaxPerCycle", "MaxPending", "MaxToRun",
)  # fmt: skip
FLEET_POLICIES = (
    "Ready", "Scale", "Fixed", "KeepNRunning", "Expression", "Headroom", "MinVms", "MaxPerCycle", "MaxPending",
    "RampLimit", "MaxToRun", "MaxCores", "MaxMemory", "MaxPricePerHour", "MaxCost",
)  # fmt: skip
MONEY = ("MAX_PRICE_PER_HOUR", "MAX_COST_PER_DAY", "MAX_COST_PER_MONTH")
"""Caps in money, of a fleet and of all."""
NEEDS = {
    "Fixed": "FIXED",
    "KeepNRunning": "KEEP_RUNNING",
    "Expression": "EXPR",
    "Headroom": "HEADROOM",
    "MaxCores": "MAX_CORES",
    "MaxMemory": "MAX_MEMORY",
    "MaxPricePerHour": "MAX_PRICE_PER_HOUR",
}
"""Policies that say nothing without their knob."""


@dataclass(frozen=True)
class GlobalKnobs:
    """Knobs of the controller as a whole, ``ELASTIC_<KNOB>``."""

    pilot_names: tuple[str, ...] = knob(kinds.names, (), "Names of the pilot queues. Empty: no pilots are submitted.")
    fleet_names: tuple[str, ...] = knob(
        kinds.names, (), "Names of the fleets, the preferred first. Empty: no VM is started."
    )
    pool: str = knob(kinds.text, REQUIRED, "Owner's mark on VM jobs, instances and startds; one per controller.")
    trust_domain: str = knob(kinds.text, REQUIRED, "Trust domain in the workers' tokens: that of the collector.")
    collector: str = knob(kinds.text, REQUIRED, "Collector the workers report to, as they can reach it.")
    workers: int = knob(
        kinds.whole_number, 0,
        "Workers expected at most, by which elastic-central-manager.conf sizes the central manager, where it is "
        "included. 0: as HTCondor has it.",
    )  # fmt: skip
    child_collectors: int = knob(
        kinds.whole_number, 0,
        "Child collectors (collector1, collector2, ...) beside ELASTIC_COLLECTOR, of which each VM is given one. "
        "0: none. Set by elastic-central-manager.conf.",
    )  # fmt: skip
    update_interval: int = knob(
        kinds.seconds, 60,
        "Seconds after which a worker's startd reports though nothing has changed; its master at a quarter of it. "
        "elastic-central-manager.conf makes it 300 for more than 1,000 workers.",
    )  # fmt: skip
    period: int = knob(kinds.seconds, 60, "Seconds between two cycles; read once, when the schedd starts.")
    cycle_timeout: int = knob(kinds.seconds, 300, "Seconds after which a cycle that hangs gives up.")
    query_timeout: int = knob(kinds.seconds, 20, "Seconds a daemon has to answer before it counts as unknown.")
    panda_timeout: int = knob(kinds.seconds, 30, "Seconds a PanDA server has for its whole answer.")
    panda_max_bytes: int = knob(kinds.whole_number, 20_000_000, "Largest answer taken from a PanDA server, bytes.")
    panda_directory: str = knob(
        kinds.text, "/var/lib/condor/elastic/panda", "Directory with what PanDA last said: of jobs, and of its queues."
    )
    panda_resource_types: tuple[ResourceType, ...] = knob(
        kinds.resource_types,
        (
            ResourceType("SCORE", 1, 1, None, 2000),
            ResourceType("SCORE_HIMEM", 1, 1, 2001, None),
            ResourceType("MCORE", 2, None, None, 2000),
            ResourceType("MCORE_HIMEM", 2, None, 2001, None),
        ),
        "PanDA's table of resource types, where the server's cannot be had: NAME MINCORE MAXCORE MINRAM MAXRAM, ... "
        "(MB a core, - for no bound).",
    )
    queue_data_period: int = knob(kinds.seconds, 300, "Seconds after which the data of PanDA's queues are read anew.")
    schedd_names: tuple[str, ...] = knob(
        kinds.words, (), "Schedds whose idle jobs may start VMs, as condor_q -name takes them. Empty: the local one."
    )
    whatif: str = knob(
        kinds.one_of("Match", "Negotiator"),
        "Match",
        "Who tells which jobs a fleet could run: Match evaluates the Requirements of the schedds' idle jobs here; "
        "Negotiator asks the pool's negotiator, with its limits and shares, by an offline machine ad for each fleet.",
    )
    demand_min_age: int = knob(
        kinds.seconds, 0, "Match: seconds a job must have been idle to start VMs; free slots have the first go."
    )
    fleet_order: str = knob(
        kinds.one_of("Listed", "Price"),
        "Listed",
        "Which fleet takes jobs first, and shrinks last: as FLEET_NAMES lists them, or the lowest PRICE a core.",
    )
    max_price_per_hour: float | None = knob(
        kinds.number, None, "Launch nothing by which all fleets would cost more an hour, at their PRICE."
    )
    max_cost_per_day: float | None = knob(
        kinds.number, None, "Launch nothing by which all fleets would cost more on one day (UTC)."
    )
    max_cost_per_month: float | None = knob(
        kinds.number, None, "Launch nothing by which all fleets would cost more in one month (UTC)."
    )
    spent_file: str = knob(
        kinds.text,
        "/var/lib/condor/elastic/money/spent",
        "What was read of the schedd's history of VM jobs, so that no cycle reads it twice.",
    )
    sweep_period: int = knob(
        kinds.seconds, 600, "Seconds between two sweeps for instances without a VM job, and the reverse; 0 for never."
    )
    sweep_max: int = knob(kinds.whole_number, 5, "More orphans than this at once are not believed: none is swept.")
    sweep_min_age: int = knob(
        kinds.seconds, 1800, "Seconds an instance must be old, or a VM job's state last, to be swept."
    )
    user: str = knob(kinds.text, "elastic", "Operating-system user who owns the pilots and the VM jobs.")
    token_directory: str = knob(
        kinds.text, "/etc/condor/elastic.d/tokens.d", "Directory with the token of the elastic identity."
    )
    retire_key: str = knob(
        kinds.text, "/etc/condor/elastic.d/retire.key", "Secret from which each VM's retire password is derived."
    )
    user_data: str = knob(
        kinds.path, "", "File of the site's own user-data for fleets whose USER_DATA is empty."
    )
    user_data_directory: str = knob(
        kinds.text, "/var/lib/condor/elastic/user-data", "Directory of the VMs' user-data, while their jobs last."
    )
    order_directory: str = knob(
        kinds.text, "/var/lib/condor/elastic/orders", "Directory of the orders by condor_elastic pause and drain."
    )
    log: str = knob(kinds.text, "/var/log/condor/ElasticLog", "Log of the cycles.")
    lock: str = knob(kinds.text, "/var/lock/condor/ElasticLock", "Lock that lets one cycle run at a time.")
    dry_run: bool = knob(kinds.boolean, False, "Decide and say, but do nothing.")
    stale: int = knob(
        kinds.seconds,
        900,
        "Seconds after which what was heard of the startds, or the last negotiation while jobs wait, proves nothing: "
        "no VM is given back on it.",
    )
    hold_limit: int = knob(
        kinds.seconds,
        21600,
        "Seconds a silent source of demand (PanDA, a schedd) keeps empty workers; then they may go, down to MIN_VMS. "
        "0: for ever.",
    )
    unhealthy_brake: float = knob(
        kinds.fraction,
        0.5,
        "Part of a fleet's VMs that may be unhealthy (more than 3 of them: failed, without startd for long, or lost); "
        "beyond it nothing of the fleet is given back or launched. 1: no brake.",
    )
    record: int = knob(
        kinds.whole_number, 0, "So many of the last cycles keep what they saw, for condor_elastic replay."
    )
    record_directory: str = knob(
        kinds.text, "/var/lib/condor/elastic/record", "Directory of what ELASTIC_RECORD keeps, a file for each cycle."
    )
    prometheus_file: str = knob(
        kinds.prom_file, "", "File for node_exporter's textfile collector, written by each cycle. Empty: none."
    )
    stock_ec2_gahp: str = knob(kinds.text, "/usr/sbin/ec2_gahp", "GAHP that serves EC2 URLs which are not ours.")


@dataclass(frozen=True)
class Settings:
    """Everything the administrator said, typed."""

    pool: GlobalKnobs
    queues: tuple[QueueKnobs, ...] = ()
    fleets: tuple[FleetKnobs, ...] = ()
