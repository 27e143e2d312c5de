"""Mistakes to plant on a healthy pool, and what is to be said of each."""

from __future__ import annotations

import base64
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from real import QUEUE

SECRETS = Path("/etc/condor/elastic.d")
TOKEN, KEY = SECRETS / "tokens.d/elastic", SECRETS / "retire.key"
STATE = Path("/var/lib/condor/elastic")
ACCESS, SECRET = SECRETS / "access", SECRETS / "secret"
CLOUD = """\
ELASTIC_FLEET_NAMES = try cloud
ELASTIC_CLOUD_TEMPLATE = Cpus = 4; Memory = 15000
ELASTIC_CLOUD_MAX_VMS = 5
ELASTIC_CLOUD_SUBMIT @=end
  grid_resource = ec2 http://127.0.0.1:1/
  ec2_access_key_id = /etc/condor/elastic.d/access
  ec2_secret_access_key = /etc/condor/elastic.d/secret
  ec2_ami_id = ami-0123456789abcdef0
  ec2_instance_type = m5.xlarge
@end
"""
LOOPBACK = {"collector-loopback", "told-loopback"}
"""What a cloud's VMs could not reach in a machine that has no other address."""


def moved(path: Path):
    def plant():
        away = path.parents[1] / f"{path.name}.away"  # a token is one under any name in its directory
        path.rename(away)
        return lambda: (path.unlink(missing_ok=True), away.rename(path))

    return plant


def mode(path: Path, bits: int):
    def plant():
        before = path.stat().st_mode & 0o7777
        path.chmod(bits)
        return lambda: path.chmod(before)

    return plant


def claims(**changes):
    """Change what the token says of itself; its signature is not that of what it says then."""

    def plant():
        kept = TOKEN.read_text()
        head, payload, signature = kept.split(".")
        said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        said.update({name: value() if callable(value) else value for name, value in changes.items()})
        made = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
        TOKEN.write_text(f"{head}.{made}.{signature}")
        return lambda: made_again(kept)

    def made_again(kept):
        TOKEN.write_text(kept)
        shutil.chown(TOKEN, "condor", "condor")
        TOKEN.chmod(0o600)

    return plant


def created(path: Path, owner: str, bits: int):
    def plant():
        path.write_text("#!/bin/sh\n")
        shutil.chown(path, owner, owner)
        path.chmod(bits)
        return lambda: path.unlink(missing_ok=True)

    return plant


def nothing():
    return lambda: None


@dataclass(frozen=True)
class Plant:
    """A mistake: what is set or done, the kind that is to be found, and a piece of the line or command to be said."""

    kind: str
    said: str
    config: str = ""
    do: Callable[[], Callable[[], object]] = nothing
    reconfig: bool = False
    also: frozenset[str] = frozenset()
    cures: bool = True


def cloud(kind, said, **more):
    return Plant(kind, said, also=LOOPBACK, **{"config": CLOUD, **more})


PILOTS = QUEUE.format(url="http://127.0.0.1:1").replace("/bin/sleep", "{}")
PLANTS = (
    Plant("knob", "ELASTIC_TRY_MAX_VMS = 5", "ELASTIC_TRY_MAX_VM = 5\n", cures=False),
    Plant("knob", "ELASTIC_FLEET_NAMES = $(ELASTIC_FLEET_NAMES) nova", "ELASTIC_NOVA_MAX_VMS = 5\n", cures=False),
    Plant("knob", "ELASTIC_TRY_IDLE_TIMEOUT = 600", "ELASTIC_TRY_IDLE_TIMEOUT = soon\n"),
    Plant("knob", "ELASTIC_TRY_POLICIES = Ready, MaxToRun", "ELASTIC_TRY_POLICIES = Redy, MaxToRun\n"),
    Plant("knob-prefix", "ELASTIC_TRY_IDLE_TIMEOUT = 7", "ELATIC_TRY_IDLE_TIMEOUT = 7\n", cures=False),
    Plant("comment-in-value", "ELASTIC_POOL = cm.elastic.test", "ELASTIC_POOL = cm.elastic.test # us\n"),
    Plant("max-vms-zero", "ELASTIC_TRY_MAX_VMS = 10", "ELASTIC_TRY_MAX_VMS = 0\n"),
    Plant("ec2-limit", "GRIDMANAGER_MAX_SUBMITTED_JOBS_PER_RESOURCE_EC2 = 100000",
          "GRIDMANAGER_MAX_SUBMITTED_JOBS_PER_RESOURCE_EC2 = 20\nELASTIC_TRY_MAX_VMS = 21\n"),
    Plant("gahp", "EC2_GAHP = $(LIBEXEC)/condor_elastic_gahp", "EC2_GAHP = $(SBIN)/ec2_gahp\n"),
    Plant("cycle-executable", "condor_elastic_cycle", "SCHEDD_CRON_ELASTIC_EXECUTABLE = /usr/bin/no_such_cycle\n",
          cures=False),
    Plant("cron-not-listed", "SCHEDD_CRON_JOBLIST = $(SCHEDD_CRON_JOBLIST) ELASTIC", "SCHEDD_CRON_JOBLIST =\n",
          reconfig=True, cures=False),
    Plant("advertise-refused", "ALLOW_ADVERTISE_STARTD = $(ALLOW_ADVERTISE_STARTD:$(ALLOW_DAEMON)) elastic@",
          "ALLOW_ADVERTISE_STARTD = condor@*\n", reconfig=True),
    Plant("advertise-refused", "ALLOW_ADVERTISE_MASTER = ", "ALLOW_ADVERTISE_MASTER = condor@*\n", reconfig=True),
    Plant("submit-refused", "ALLOW_WRITE = $(ALLOW_WRITE) elastic@", "ALLOW_WRITE = condor@*\n", reconfig=True),
    Plant("idtokens-off", "SEC_DEFAULT_AUTHENTICATION_METHODS = FS, IDTOKENS",
          "SEC_DEFAULT_AUTHENTICATION_METHODS = FS\n", reconfig=True),
    Plant("issued-token", "SEC_ISSUED_TOKEN_EXPIRATION = 1814400", "SEC_ISSUED_TOKEN_EXPIRATION = 3600\n",
          reconfig=True),
    Plant("worker-tokens", "include ifexist : /usr/share/condor/elastic/elastic-tokens.conf",
          do=moved(Path("/etc/condor/config.d/99-elastic-tokens.conf")), reconfig=True),
    Plant("ccb-off", "ENABLE_CCB_SERVER = True", "ENABLE_CCB_SERVER = False\n", reconfig=True, cures=False),
    Plant("pre-job-rank", "NEGOTIATOR_PRE_JOB_RANK = $(NEGOTIATOR_PRE_JOB_RANK) - 1000000000 * (Offline =?= True)",
          "ELASTIC_WHATIF = Negotiator\nNEGOTIATOR_PRE_JOB_RANK = My.Rank\n", reconfig=True),
    Plant("trust-domain", "ELASTIC_TRUST_DOMAIN = cm.elastic.test", "ELASTIC_TRUST_DOMAIN = example.org\n"),
    Plant("user-missing", "condor_elastic setup", "ELASTIC_USER = elastik\n", cures=False,
          also=frozenset({"directory", "worker-tokens"})),
    Plant("directory", "condor_elastic setup", do=mode(STATE / "user-data", 0o755)),
    Plant("directory", "condor_elastic setup", do=moved(STATE / "orders"), cures=False),
    Plant("retire-key", "condor_elastic setup", do=moved(KEY)),
    Plant("retire-key", f"chmod 600 {KEY}", do=mode(KEY, 0o644)),
    Plant("token-missing", "condor_elastic setup", do=moved(TOKEN)),
    Plant("token-readable", f"chmod 600 {TOKEN}", do=mode(TOKEN, 0o640), cures=False),
    Plant("token-scope", "condor_elastic setup", do=claims(scope="condor:/READ condor:/ADVERTISE_STARTD")),
    Plant("token-expired", "condor_elastic setup", do=claims(exp=1_700_000_000)),
    Plant("token-expires", "condor_elastic setup", do=claims(exp=lambda: int(time.time()) + 86400)),
    Plant("worker-drop-in", "condor-elastic-worker", do=moved(Path("/usr/share/condor/elastic/elastic-worker.conf")),
          cures=False),
    Plant("site-evicts", "MAXJOBRETIREMENTTIME = 259200", "MAXJOBRETIREMENTTIME = 0\n"),
    cloud("collector-loopback", "NETWORK_INTERFACE = ", cures=False),
    cloud("told-loopback", "ELASTIC_COLLECTOR = ", cures=False),
    cloud("stock-gahp", "ELASTIC_STOCK_EC2_GAHP = $(SBIN)/ec2_gahp",
          config=CLOUD + "ELASTIC_STOCK_EC2_GAHP = /usr/bin/no_gahp\n"),
    cloud("credential-missing", str(ACCESS), do=moved(ACCESS), cures=False),
    cloud("credential-open", f"chmod 600 {ACCESS}", do=mode(ACCESS, 0o644)),
    cloud("credential-unreadable", f"chmod 600 {SECRETS / 'other'}", do=created(SECRETS / "other", "root", 0o600),
          config=CLOUD.replace("elastic.d/secret", "elastic.d/other")),
    Plant("pilot-executable", "chmod 755", PILOTS.format("/opt/pilot"), do=created(Path("/opt/pilot"), "root", 0o644),
          also=frozenset({"panda-silent"})),
    Plant("panda-silent", "ELASTIC_BNL_PANDA_URL = ", PILOTS.format("/bin/sleep"), cures=False),
)  # fmt: skip
