"""The main job from installed files alone: a package, one example of the site's file, PanDA's jobs; then no package."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from live.figures import Figures, measure
from live.panda import StandIn
from live.pool import CentralManager, run, wait_for
from live.processes import pids
from packages import built, files, install, remove

SITE_FILE = Path("/etc/condor/config.d/50-elastic.conf")
PERIOD = "ELASTIC_PERIOD = 3\n"  # the schedd reads it when it starts
QUEUE = """\
ELASTIC_TRY_IDLE_TIMEOUT = 5
ELASTIC_PILOT_NAMES = BNL_CLOUD
ELASTIC_BNL_CLOUD_PANDA_URL = {panda}
ELASTIC_BNL_CLOUD_PANDA_LAG = 5
ELASTIC_BNL_CLOUD_SUBMIT @=end
  executable = {pilot}
  arguments = --url {panda} --queue BNL_CLOUD
  request_cpus = 1
  request_memory = 100
  request_disk = 1000
@end
"""
JOBS, SECONDS = 8, 3
ASK = """\
import json, sys
from condor_elastic import cycle
from condor_elastic.gahp import server
print(json.dumps([cycle.__file__, server.__file__, sys.path]))
"""
# What is not there before the packages and may be there after them; of each, whose it is.
STAYS = {
    r"/etc/condor/config\.d/50-elastic\.conf\.rpmsave": "the site's own file, as it was edited",
    r"/var/lib/condor/elastic(/money(/spent)?)?": "what was spent: caps on a month hold after a new installation",
    r"/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?": "the user elastic stays, as any package's",
    r"/etc/\.pwd\.lock": "as before",
    r"/var/lib/rpm/.*": "RPM's database",
    r"/var/log/condor/.*": "logs",
    r"/var/(spool|lib)/condor(/(spool|execute|\.condor)(/.*)?)?": "HTCondor's own: its queue, its history",
    r"/var/spool/condor/.*": "HTCondor's own: the same, as Debian has it",
    r"/etc/sysctl\.d/99-htcondor\.conf": "HTCondor's own: made by its master",
    r"/usr/share/licenses": "of EL's package filesystem",
    r"/etc/condor/(passwords\.d(/POOL)?|tokens\.d|known_hosts)": "HTCondor's own: its signing key, a place for tokens",
    r"/root/\.condor(/known_hosts)?": "HTCondor's own: its Python bindings make it for whoever uses them",
    r"/etc/condor/(hostcert|hostkey|trust_domain_ca(_privkey)?)\.pem": "HTCondor's own: its certificates",
    r"/etc/condor/config\.d/90-live\.conf": "the test's own: roles and intervals",
}


def uncomment_the_local_fleet():
    text = SITE_FILE.read_text()
    block = re.search(r"^# --- a fleet of local processes.*?\n(.*?)\n\n", text, re.MULTILINE | re.DOTALL).group(1)
    SITE_FILE.write_text(text.replace(block, re.sub(r"^# ?", "", block, flags=re.MULTILINE)))
    return SITE_FILE.read_text()


def environment(pid):
    entries = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def imported_from(pid, user):
    """Ask a Python that is started as this process was, whence it takes the package, and where it looks."""
    as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
    done = subprocess.run([*as_user, "/usr/bin/python3", "-c", ASK], capture_output=True, text=True, check=True,
                          env=environment(pid), cwd=os.readlink(f"/proc/{pid}/cwd"))  # fmt: skip
    return json.loads(done.stdout)


def nothing_of_the_checkout(pid, user):
    *modules, path = imported_from(pid, user)
    assert all(module.startswith("/usr/lib/python3/dist-packages/condor_elastic/") for module in modules), modules
    source = str(Path(__file__).parents[2])
    assert not [place for place in path if place.startswith(source)], path
    assert source not in Path(f"/proc/{pid}/cmdline").read_text() + "".join(environment(pid).values())


@pytest.fixture
def manager():
    manager = CentralManager(PERIOD)
    yield manager
    manager.stop()


@pytest.fixture
def panda():
    with StandIn() as server:
        yield server


def work(manager, panda):
    """Give PanDA jobs, look at a GAHP and the schedd while they run, and wait until all is given back."""
    panda.add_jobs("BNL_CLOUD", JOBS, SECONDS)
    gahp = wait_for("a GAHP", lambda: pids("condor_elastic_gahp"))[0]
    nothing_of_the_checkout(gahp, "elastic")
    nothing_of_the_checkout(manager.pid("schedd"), "condor")
    wait_for("a VM", lambda: manager.jobs("ElasticVM isnt undefined && JobStatus == 2"))
    in_order = run("condor_elastic", "check", "--strict")
    assert (in_order.stdout, in_order.stderr) == ("", "")
    upgrade()
    wait_for("PanDA's jobs", panda.over, 90)
    wait_for("an empty pool", lambda: Figures.left_over(manager) == 0, 90)


def reconfigurations():
    return Path("/var/log/condor/MasterLog").read_text().count("Reconfiguring all managed daemons")


def upgrade():
    """Install the same again over what runs: neither the site's file nor a key may change."""
    kept = [SITE_FILE, Path("/etc/condor/elastic.d/retire.key"), Path("/etc/condor/elastic.d/tokens.d/elastic")]
    before = [file.read_bytes() for file in kept]
    read = reconfigurations()
    assert run("rpm", "--upgrade", "--force", "--nodeps", *built("here")).stderr == ""
    assert [file.read_bytes() for file in kept] == before
    wait_for("the master to read its configuration", lambda: reconfigurations() > read)


def test_the_main_job_runs_from_installed_files_and_nothing_of_ours_is_left(manager, panda):
    before = files()
    install("here")
    assert run("rpm", "--verify", "--nodeps", "condor-elastic", "condor-elastic-worker").stdout == ""
    manager.start()
    edited = uncomment_the_local_fleet()
    manager.config(PERIOD + QUEUE.format(panda=panda.url, pilot=panda.pilot))
    run("condor_reconfig")
    work(manager, panda)
    figures = measure(manager, panda, 0)
    assert figures.panda_jobs_finished == JOBS
    assert figures.vms_launched == figures.vms_ended > 0
    assert not figures.jobs_killed
    said = remove()
    wait_for("the last cycle", lambda: not pids("condor_elastic_cycle"))
    manager.stop()
    assert said == f"warning: {SITE_FILE} saved as {SITE_FILE}.rpmsave\n"
    assert SITE_FILE.with_name("50-elastic.conf.rpmsave").read_text() == edited
    after = files()
    new = {path for path in after if after[path] != before.get(path)}
    assert sorted(path for path in new if not any(re.fullmatch(stays, path) for stays in STAYS)) == []
    assert not before.keys() - after.keys()
