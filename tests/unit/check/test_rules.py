"""Each kind of finding on a site that is healthy but for one thing; and on the healthy one none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from build import NOW, queue, queue_seen
from healthy_site import (
    CONDOR,
    EC2,
    LOCAL,
    MACROS,
    SCOPES,
    TOKEN,
    file,
    files,
    knobs,
    settings,
    site,
    with_fleet,
    worker,
)

from condor_elastic.check.finding import Macro
from condor_elastic.check.kinds import KINDS
from condor_elastic.check.rules.all import findings
from condor_elastic.check.site import Lacks, Ping, Retirement, TokenSeen, not_checked
from condor_elastic.knobs import Settings
from condor_elastic.model import QueueSpec, Shape, Unknown

SILENT = Unknown("it was", "it does not answer")
LIMIT = "GRIDMANAGER_MAX_SUBMITTED_JOBS_PER_RESOURCE_EC2"


def macros(**changes):
    made = {name: Macro(value) for name, value in MACROS.items()}
    return {"macros": {**made, **{name: Macro(*value) for name, value in changes.items()}}}


def filed(**changes):
    return {"files": {**files(settings()), **{path.replace("__", "/"): one for path, one in changes.items()}}}


def token(**changes):
    return {"token": TokenSeen(TOKEN, {"sub": "elastic@dom", "iss": "dom", "scope": SCOPES, **changes})}


def collector(**changes):
    return {"collector": {**site().collector, **changes}}


def schedd(**changes):
    return {"schedd": {**site().schedd, **changes}}


def pings(daemon, right, ping):
    return {"pings": {**site().pings, (daemon, right): ping}}


def pool(**changes):
    return {"settings": replace(settings(), pool=knobs(**changes))}


def seen(**changes):
    return {"queues": {"BNL": queue_seen(3, **{"spec": QueueSpec("online"), **changes})}}


def submit(name, text):
    return {"settings": with_fleet(name, submit=text)}


ACCESS, KEY = "/etc/condor/elastic.d/access", "/etc/condor/elastic.d/retire.key"
CASES = [
    ("comment-in-value", macros(ELASTIC_STALE=("900 # s",)), "ELASTIC_STALE = 900"),
    ("defaults-not-read", macros(SCHEDD_CRON_ELASTIC_EXECUTABLE=("",)), "LOCAL_CONFIG_DIR = /usr/share/condor"),
    ("max-vms-zero", {"settings": with_fleet("cloud", max_vms=0)}, "ELASTIC_CLOUD_MAX_VMS = 10"),
    ("submit-incomplete", submit("cloud", EC2.replace("ec2_ami_id", "image")), "  ec2_ami_id = ami-"),
    ("submit-incomplete", submit("try", LOCAL.replace("ec2_instance_type", "type")), "  ec2_instance_type = 2x2048"),
    ("submit-incomplete", submit("cloud", EC2.replace("ec2 ec2:", "batch:")), "  grid_resource = ec2 ec2://"),
    ("schedd-silent", {"schedd": SILENT}, "condor_on -daemon schedd"),
    ("collector-silent", {"collector": SILENT}, "condor_on -daemon collector"),
    ("cron-not-listed", schedd(SCHEDD_CRON_JOBLIST="OTHER"), "SCHEDD_CRON_JOBLIST = $(SCHEDD_CRON_JOBLIST) ELASTIC"),
    ("cron-silent", {"schedd_ad": {"DaemonStartTime": NOW - 31}}, "condor_restart -fast -daemon schedd"),
    ("cron-silent", {"schedd_ad": {"ElasticCycleTime": NOW - 500}}, "condor_restart -fast -daemon schedd"),
    ("cycle-executable", filed(__usr__libexec__condor__condor_elastic_cycle=None), "/condor_elastic_cycle"),
    ("cycle-error", {"schedd_ad": {"ElasticCycleTime": NOW, "ElasticError": "no\nway"}}, "tail /var/log/condor/Ela"),
    ("ec2-limit", {**macros(**{LIMIT: ("20",)}), "settings": with_fleet("try", max_vms=20)}, f"{LIMIT} = 100000"),
    ("ec2-limit", macros(**{LIMIT: ("200, us-east-1, 99",)}), f"{LIMIT} = 100000"),
    ("gahp", macros(EC2_GAHP=("/usr/sbin/ec2_gahp",)), "EC2_GAHP = $(LIBEXEC)/condor_elastic_gahp"),
    ("gahp", filed(__usr__libexec__condor__condor_elastic_gahp=file(mode=0o644)), "EC2_GAHP = "),
    ("library", {"libraries": frozenset({"boto3", "openstack"})}, "python3-boto3"),
    ("idtokens-off", schedd(SEC_WRITE_AUTHENTICATION_METHODS="FS,SSL"),
     "SEC_WRITE_AUTHENTICATION_METHODS = FS, SSL, IDTOKENS"),
    ("idtokens-off", collector(SEC_DAEMON_AUTHENTICATION_METHODS="PASSWORD"), "SEC_DAEMON_AUTHENTICATION_METHODS = "),
    ("advertise-refused", pings("collector", "ADVERTISE_MASTER", Ping(refused="DENIED")), "ALLOW_ADVERTISE_MASTER = "),
    ("advertise-refused", pings("collector", "ADVERTISE_STARTD", Ping("condor@password")), "ALLOW_ADVERTISE_STARTD = "),
    ("submit-refused", pings("schedd", "WRITE", Ping(refused="DENIED")), "ALLOW_WRITE = $(ALLOW_WRITE) elastic@"),
    ("trust-domain", collector(TRUST_DOMAIN="other"), "ELASTIC_TRUST_DOMAIN = other"),
    ("issued-token",
     {**schedd(SEC_ISSUED_TOKEN_EXPIRATION="3600"), "settings": replace(settings(), fleets=settings().fleets[1:])},
     "SEC_ISSUED_TOKEN_EXPIRATION = 1814400"),
    ("worker-tokens", schedd(SEC_TOKEN_REVOCATION_EXPR="False"), "include ifexist : /usr/share/condor/elastic/"),
    ("directory", filed(__var__lib__condor__elastic__orders=None), "condor_elastic setup"),
    ("retire-key", {"files": {**files(settings()), KEY: None}}, "condor_elastic setup"),
    ("token-missing", {"token": None}, "condor_elastic setup"),
    ("token-readable", {"files": {**files(settings()), TOKEN: file("root", 0o600)}}, f"chmod 600 {TOKEN}"),
    ("token-identity", token(sub="condor@dom"), f"rm {TOKEN} && condor_elastic setup"),
    ("token-identity", token(iss="elsewhere"), f"rm {TOKEN}"),
    ("token-scope", token(scope="condor:/READ condor:/ADVERTISE_STARTD condor:/ADVERTISE_MASTER"), f"rm {TOKEN}"),
    ("token-wide", token(scope=SCOPES + " condor:/ADMINISTRATOR"), f"rm {TOKEN}"),
    ("token-wide", token(scope=None), f"rm {TOKEN}"),
    ("token-expired", token(exp=NOW), f"rm {TOKEN}"),
    ("token-expires", token(exp=NOW + 86400), f"rm {TOKEN}"),
    ("credential-missing", {"files": {**files(settings()), ACCESS: None}},
     f"install -o elastic -g elastic -m 600 FILE {ACCESS}"),
    ("credential-unreadable", {"files": {**files(settings()), ACCESS: file("root", 0o600)}}, f"chmod 600 {ACCESS}"),
    ("credential-open", {"files": {**files(settings()), ACCESS: file("elastic", 0o644)}}, f"chmod 600 {ACCESS}"),
    ("worker-drop-in", {"drop_in": ""}, "condor-elastic-worker"),
    ("retirement-time", {"drop_in": "START = True\n"}, "MAXJOBRETIREMENTTIME = $(ElasticMaxJobRetirementTime:0)"),
    ("retirement-time", {"retirements": (Retirement("try-1@cm", "try", 0),)}, "MAXJOBRETIREMENTTIME = 259200"),
    ("site-evicts", macros(PREEMPT=("Activity == 1", " (set in /etc/x, line 3)")), "PREEMPT = False"),
    ("site-evicts", macros(MAXJOBRETIREMENTTIME=("0", " (set in /etc/x, line 3)")), "MAXJOBRETIREMENTTIME = 259200"),
    ("template-differs", {"workers": (worker(whole=Shape(2, 1800)), worker(whole=Shape(1, 1900)))},
     "ELASTIC_TRY_TEMPLATE = Cpus = 1; Memory = 1800"),
    ("collector-loopback", {"collector_ad": {"MyAddress": "<[::1]:9618?noUDP>"}}, "NETWORK_INTERFACE = "),
    ("told-loopback", {"addresses": {"cm.example.org": ("127.0.1.1",)}}, "ELASTIC_COLLECTOR = "),
    ("told-loopback", {**pool(collector="127.0.0.1:9618?sock=x"), "addresses": {}}, "ELASTIC_COLLECTOR = "),
    ("ccb-off", collector(ENABLE_CCB_SERVER="false"), "ENABLE_CCB_SERVER = True"),
    ("shared-port-off", collector(USE_SHARED_PORT="False"), "USE_SHARED_PORT = True"),
    ("pre-job-rank", {**pool(whatif="Negotiator"), "negotiator": {"NEGOTIATOR_PRE_JOB_RANK": "1"}},
     "(Offline =?= True)"),
    ("cloud-refuses", {"clouds": {"cloud": Lacks(refused="AuthFailure: no")}}, "  ec2_access_key_id = "),
    ("cloud-lacks", {"clouds": {"cloud": Lacks(names=("ec2_ami_id: there is none",))}}, "  ec2_ami_id = ami-"),
    ("pilot-executable", filed(__opt__pilot=None), "install -m 755 FILE /opt/pilot"),
    ("pilot-executable", filed(__opt__pilot=file("root", 0o750)), "chmod a+rx /opt/pilot"),
    ("panda-silent", seen(stats=SILENT), "ELASTIC_BNL_PANDA_URL = "),
    ("panda-queue-data", seen(spec=SILENT), "ELASTIC_BNL_PANDA_QUEUE = BNL"),
    ("panda-warning", seen(warning="the token ends"), "condor_elastic plan"),
]  # fmt: skip
ELSEWHERE = {"knob", "knob-prefix", "user-missing", "stock-gahp"}
"""Kinds whose tests are below, or in test_knobs.py."""


def test_nothing_is_found_on_a_healthy_site():
    assert findings(site()) == ()
    assert list(not_checked(site())) == []


@pytest.mark.parametrize(("kind", "changes", "line"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_one_thing_is_found_with_its_line(kind, changes, line):
    found = findings(site(**changes))
    assert [finding.kind for finding in found] == [kind], found
    assert line in f"{found[0].add}\n{found[0].run}"
    assert all((found[0].what, found[0].seen, found[0].right))


def test_every_kind_has_a_case():
    assert {kind for kind, _, _ in CASES} | ELSEWHERE == set(KINDS)


def test_a_user_who_is_not_there_is_made_before_his_token():
    refused = {("schedd", "WRITE"): Ping(refused="no")}
    found = findings(site(users={"condor": CONDOR}, token=TokenSeen(TOKEN, {}), pings=refused))
    assert [(one.kind, one.run) for one in found] == [("user-missing", "condor_elastic setup")]


def test_a_stock_gahp_is_looked_for_where_a_url_is_for_it():
    of = with_fleet("cloud", submit=EC2.replace("ec2://", "https://ec2."))
    assert findings(site(settings=of)) == ()
    (found,) = findings(site(settings=of, files={**files(of), of.pool.stock_ec2_gahp: None}))
    assert (found.kind, found.add) == ("stock-gahp", "ELASTIC_STOCK_EC2_GAHP = $(SBIN)/ec2_gahp")


def test_nothing_named_nothing_found():
    assert findings(site(settings=Settings(knobs()), schedd=SILENT, token=None, files={})) == ()


def test_no_word_about_what_the_fleets_do_not_use():
    """A fleet of local VMs on a machine without an address of its own, without boto3, without a rank."""
    of = Settings(knobs(), (), settings().fleets[:1])
    changes = {"collector_ad": {"MyAddress": "<127.0.0.1:9618>"}, "libraries": frozenset({"boto3", "openstack"}),
               "addresses": {"cm.example.org": ("127.0.0.1",)}, "negotiator": {}}  # fmt: skip
    assert findings(site(settings=of, **changes)) == ()


def test_what_could_not_be_asked_is_no_finding_but_is_said():
    away = dict.fromkeys(("schedd_ad", "collector_ad", "token", "pings", "workers", "retirements", "queues"), SILENT)
    dark = {path: Unknown(f"{path} was", "alice may not look there; root may") for path in files(settings())}
    of = site(**away, files=dark, clouds={"cloud": Unknown("the cloud of fleet cloud was", "no answer")})
    assert findings(of) == ()
    said = list(not_checked(of))
    assert said[0] == "it was not checked, because it does not answer"
    assert "/etc/condor/elastic.d/access was not checked, because alice may not look there; root may" in said
    assert "the cloud of fleet cloud was not checked, because no answer" in said


def test_a_pilot_s_proxy_is_for_condor_and_the_elastic_user():
    of = replace(settings(), queues=(queue("BNL", submit="executable = /opt/pilot", pilot_proxy="/opt/proxy"),))
    right = file("elastic", 0o640, group="condor")
    assert findings(site(settings=of, files={**files(of), "/opt/proxy": right})) == ()
    (found,) = findings(site(settings=of, files={**files(of), "/opt/proxy": file("elastic", 0o600)}))
    assert (found.kind, found.run) == (
        "credential-unreadable", "chown elastic:condor /opt/proxy && chmod 640 /opt/proxy"
    )  # fmt: skip
