"""A site on which nothing is wrong: a fleet on EC2, one of local VMs, a pilot queue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from build import NOW, fleet, queue, queue_seen

from condor_elastic.check.finding import Macro
from condor_elastic.check.needed import credentials
from condor_elastic.check.site import File, Inode, Lacks, Ping, Site, TokenSeen, User
from condor_elastic.knobs import GlobalKnobs, Settings
from condor_elastic.knobs.directories import directories
from condor_elastic.model import QueueSpec, Shape, Startd, Template

CONDOR, ELASTIC, ALICE = (
    User("condor", 100, frozenset({100})),
    User("elastic", 200, frozenset({200})),
    User("alice", 300, frozenset({300})),
)
OWNERS = {"root": (0, 0), "condor": (100, 100), "elastic": (200, 200)}
LOCAL = """\
grid_resource = ec2 local:///var/lib/condor/elastic/vms
ec2_access_key_id = /dev/null
ec2_secret_access_key = /dev/null
ec2_ami_id = worker
ec2_instance_type = 2x2048"""
EC2 = """\
grid_resource = ec2 ec2://us-east-1
ec2_access_key_id = /etc/condor/elastic.d/access
ec2_secret_access_key = /etc/condor/elastic.d/secret
ec2_ami_id = ami-1
ec2_instance_type = m5.xlarge"""
TOKEN = "/etc/condor/elastic.d/tokens.d/elastic"
SCOPES = "condor:/READ condor:/WRITE condor:/ADVERTISE_STARTD condor:/ADVERTISE_MASTER"
MACROS = {
    "SCHEDD_CRON_ELASTIC_EXECUTABLE": "/usr/libexec/condor/condor_elastic_cycle",
    "EC2_GAHP": "/usr/libexec/condor/condor_elastic_gahp",
    "GRIDMANAGER_MAX_SUBMITTED_JOBS_PER_RESOURCE_EC2": "100000",
    "PREEMPT": "False",
}
DROP_IN = (Path(__file__).parents[2] / "config.d/elastic-worker.conf").read_text()


def inode(owner: str = "root", mode: int = 0o755, group: str = "") -> Inode:
    group = group or owner
    return Inode(mode, OWNERS[owner][0], OWNERS[group][1], owner, group)


def file(owner: str = "root", mode: int = 0o755, group: str = "", **changes: Any) -> File:
    return File(inode(owner, mode, group), **{"size": 10, **changes})


def knobs(**changes: Any) -> GlobalKnobs:
    return GlobalKnobs(**{"pool": "cm", "trust_domain": "dom", "collector": "cm.example.org", **changes})


def settings() -> Settings:
    fleets = (
        fleet("try", submit=LOCAL, template=Template(2, 2000, 1 << 50, 0, "Cpus = 2; Memory = 2000")),
        fleet("cloud", submit=EC2, template=Template(4, 15000, 1 << 50, 0, "Cpus = 4; Memory = 15000")),
    )
    queues = (queue("BNL", submit="executable = /opt/pilot"),)
    return Settings(knobs(), queues, fleets)


def worker(**changes: Any) -> Startd:
    values = {"whole": Shape(2, 2000), "free": Shape(2, 2000), "claimed": 0, "since": NOW, "retiring": False}
    return Startd(name="try-1@cm", vm="try-1", fleet="try", **{**values, **changes})


def files(of: Settings) -> dict[str, Any]:
    made: dict[str, Any] = {path: File(inode(owner, mode, group), 4096, is_directory=True)
                            for path, owner, group, mode in directories(of.pool)}  # fmt: skip
    made.update({value: file() for name, value in MACROS.items() if value.startswith("/")})
    made.update({needed.path: file("elastic", 0o600) for needed in credentials(of)})
    made.update({of.pool.retire_key: file("condor", 0o600), TOKEN: file("condor", 0o600), "/opt/pilot": file()})
    made[of.pool.stock_ec2_gahp] = file()
    return made


def site(**changes: Any) -> Site:
    """Make the healthy site with changes; those of fleets and of the controller's knobs go by their names."""
    of = changes.pop("settings", settings())
    values = {
        "now": NOW,
        "macros": {name: Macro(value) for name, value in MACROS.items()},
        "collector": {"TRUST_DOMAIN": "dom", "SEC_DEFAULT_AUTHENTICATION_METHODS": "FS, IDTOKENS"},
        "schedd": {"SCHEDD_CRON_JOBLIST": " ELASTIC", "SCHEDD_CRON_ELASTIC_PERIOD": "60",
                   "SEC_TOKEN_REVOCATION_EXPR": 'sub == "elastic@dom" && !stringListMember("condor:/WRITE", scope)'},
        "negotiator": {"NEGOTIATOR_PRE_JOB_RANK": "1 - 1000000000 * (Offline =?= True)"},
        "collector_ad": {"MyAddress": "<192.0.2.7:9618?noUDP&sock=collector>"},
        "schedd_ad": {"ElasticCycleTime": NOW - 30, "DaemonStartTime": NOW - 5000},
        "users": {one.name: one for one in (CONDOR, ELASTIC)},
        "files": files(of),
        "drop_in": DROP_IN,
        "token": TokenSeen(TOKEN, {"sub": "elastic@dom", "iss": "dom", "scope": SCOPES}),
        "pings": {(daemon, right): Ping("elastic@dom") for daemon, right in (
            ("collector", "ADVERTISE_STARTD"), ("collector", "ADVERTISE_MASTER"), ("schedd", "WRITE"))},
        "workers": (worker(),),
        "retirements": (),
        "clouds": {"cloud": Lacks()},
        "queues": {"BNL": queue_seen(3, spec=QueueSpec("online", 8, 16000, 20000))},
        "addresses": {"cm.example.org": ("192.0.2.7",)},
    }  # fmt: skip
    return replace(Site(of, NOW), **{**values, **changes})


def with_fleet(name: str, **changes: Any) -> Settings:
    of = settings()
    return replace(of, fleets=tuple(replace(one, **changes) if one.name == name else one for one in of.fleets))
