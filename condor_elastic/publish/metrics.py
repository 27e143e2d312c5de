"""The table of metrics for Prometheus: which attribute of which ad is which number, and what it means.

Names and units are as Prometheus wants them (https://prometheus.io/docs/practices/naming/): seconds, no milli or mega.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from condor_elastic.model import Phase

PREFIX = "condor_elastic_"
SCHEDD, QUEUE, FLEET = "Schedd", "ElasticPilotQueue", "ElasticFleet"
PHASES: tuple[Phase, ...] = get_args(Phase)


@dataclass(frozen=True)
class Gauge:
    """A number of each ad of one type; of several attributes, the label says which one it is.

    flag: the number is 1 where the attribute has a text, or this text, and 0 where it has none, or another.
    """

    name: str
    of: str
    attributes: str | Mapping[str, str]
    help: str
    label: str = ""
    flag: bool | str = False


@dataclass(frozen=True)
class Counter:
    """A sum over cycles, kept in the file itself; labels are those that its samples have beside pool."""

    name: str
    help: str
    labels: tuple[str, ...] = field(default=())


GAUGES = (
    Gauge("last_cycle_timestamp_seconds", SCHEDD, "CycleTime", "When the last cycle that reached its end looked."),
    Gauge("cycle_duration_seconds", SCHEDD, "CycleSeconds", "How long the last cycle took."),
    Gauge("last_sweep_timestamp_seconds", SCHEDD, "SweepTime", "When the last sweep for orphans ended."),
    Gauge("sweep_alarm", SCHEDD, "SweepAlarm", "Whether the last sweep has to alarm people.", flag=True),
    Gauge("jobs_idle", SCHEDD, "JobsIdle", "Idle jobs that something could run."),
    Gauge("jobs_hopeless", SCHEDD, "JobsHopeless", "Idle jobs that no fleet can ever run."),
    Gauge("strays", SCHEDD, "Strays", "Startds of ours without a VM job."),
    Gauge("orphans", SCHEDD, "Orphans", "Instances of ours without a VM job, as the last sweep saw them."),
    Gauge("cost_per_hour", SCHEDD, "Rate", "Money an hour of all that has an instance."),
    Gauge("cost_today", SCHEDD, "CostToday", "Money spent since midnight UTC."),
    Gauge("cost_month", SCHEDD, "CostMonth", "Money spent since the first of the month UTC."),
    Gauge("queue_jobs", QUEUE, {"activated": "Activated", "running": "PandaRunning", "coming": "PandaComing",
                                "leaving": "PandaLeaving"}, "PanDA's jobs of a queue.", "state"),
    Gauge("queue_pilots", QUEUE, {"idle": "PilotsIdle", "running": "PilotsRunning"}, "Pilots of a queue.", "state"),
    Gauge("queue_online", QUEUE, "Status", "Whether PanDA has the queue online.", flag="online"),
    Gauge("queue_status_timestamp_seconds", QUEUE, "StatusTime", "When the queue's status was read."),
    Gauge("queue_credential_expiry_timestamp_seconds", QUEUE, "CredentialExpires", "When a credential ends."),
    Gauge("queue_warning", QUEUE, "Warning", "Whether there is a warning for people.", flag=True),
    Gauge("fleet_jobs_idle", FLEET, "JobsIdle", "Idle jobs that the fleet could run; others may run them too."),
    Gauge("fleet_vms", FLEET, {phase: "VMs" + phase.capitalize() for phase in PHASES}, "VMs by phase.", "phase"),
    Gauge("fleet_vms_wanted", FLEET, "Wanted", "VMs that the policies asked for in addition; too many if below zero."),
    Gauge("fleet_cpus", FLEET, "Cpus", "Cores of the workers that serve."),
    Gauge("fleet_cpus_free", FLEET, "CpusFree", "Cores of them that no job has."),
    Gauge("fleet_boot_duration_seconds", FLEET, "BootSeconds",
          "Mean time from running to joined, of the workers that joined within the hour."),
    Gauge("fleet_reclaimed", FLEET, "Reclaimed", "VMs that the cloud has lately taken back."),
    Gauge("fleet_orphans", FLEET, "Orphans", "Instances without a VM job, as the last sweep saw them."),
    Gauge("fleet_price_per_hour", FLEET, "Price", "Money an hour that a VM launched now counts as."),
    Gauge("fleet_cost_per_hour", FLEET, "Rate", "Money an hour of the VMs that have an instance."),
    Gauge("fleet_cost_today", FLEET, "CostToday", "Money spent since midnight UTC."),
    Gauge("fleet_cost_month", FLEET, "CostMonth", "Money spent since the first of the month UTC."),
    Gauge("fleet_alarm", FLEET, "Alarm", "Whether an administrator must act before the fleet launches.", flag=True),
    Gauge("fleet_breaker_open", FLEET, "Breaker", "Whether the breaker holds launches back.", flag="open"),
)  # fmt: skip

AGE = Gauge("fleet_phase_age_seconds", "ElasticWorker", "Age",
            "How long the VM that waits longest has been requested, starting or booting.", "phase")  # fmt: skip
FAILED = Gauge("fleet_vms_failed", "ElasticWorker", "Failure", "VM jobs on hold, by the class of failure.", "class")
INFO = Gauge("build_info", SCHEDD, "Version", "1, with the version as a label.", "version")

CYCLES = Counter("cycles_total", "Cycles that reached their end.")
PILOTS = Counter("queue_pilot_actions_total", "Pilots by what was done with them.", ("queue", "action", "outcome"))
VMS = Counter("fleet_vm_actions_total", "VMs by what was done with them.", ("fleet", "action", "outcome"))
