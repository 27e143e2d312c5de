"""Everything is killed at random while jobs come and go on VMs that fail: all jobs finish, and nothing is left.

A plain run kills 12 times, ``scripts/test --full`` 200 times.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from live import processes
from live.figures import VMS, Figures
from live.pool import run, wait_for

FULL = bool(os.environ.get("ELASTIC_FULL"))
KILLS = 200 if FULL else 12
ROUND = 24
CAP = 4
CRASHING = Path(__file__).parents[1] / "pool" / "crashing_cycle.py"
FAULTS = Path("/tmp/faults.json")
PLAN = {"capacity": 0.12, "error": 0.08, "dead": 0.08, "slow": 0.25, "seed": 11}
# Left to itself the master waits twice as long each time, hours in the end, before it starts a daemon again.
KNOBS = f"""\
ELASTIC_FLEET_NAMES = try
ELASTIC_TRY_TEMPLATE = Cpus = 2; Memory = 2048
ELASTIC_TRY_MAX_VMS = {CAP}
ELASTIC_TRY_IDLE_TIMEOUT = 6
ELASTIC_TRY_BACKOFF = 5
ELASTIC_TRY_BACKOFF_MAX = 5
ELASTIC_TRY_BREAKER = 0
ELASTIC_TRY_REGISTER_TIMEOUT = 40
PERIODIC_EXPR_INTERVAL = 10
MASTER_BACKOFF_CONSTANT = 1
MASTER_BACKOFF_CEILING = 3
ELASTIC_TRY_SUBMIT @=end
  grid_resource = ec2 local:///var/lib/condor/elastic/vms?faults={FAULTS}
  ec2_access_key_id = /dev/null
  ec2_secret_access_key = /dev/null
  ec2_ami_id = worker
  ec2_instance_type = 2x2048
@end
"""
VICTIMS = {
    "cycle": (),
    "gahp": ("condor_elastic_gahp",),
    "gridmanager": ("condor_gridmanager",),
    "schedd": ("condor_schedd",),
    "collector": ("condor_collector",),
    "negotiator": ("condor_negotiator",),
}


class Watch(threading.Thread):
    """Counts the VMs that live, ten times a second: by their directories, as the cloud would bill them."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most = 0
        self._over = threading.Event()

    def run(self):
        while not self._over.wait(0.1):
            self.most = max(self.most, len(living()))

    def stop(self):
        self._over.set()
        self.join()


def living():
    found = []
    for record in VMS.glob("i-*/vm.json"):
        with contextlib.suppress(OSError, ValueError):
            if json.loads(record.read_text())["state"] != "terminated":
                found.append(record.parent.name)
    return found


def ours(victim):
    """List the victim's processes that belong to the central manager: a VM has daemons of its own."""
    vms = {pid for pid in processes.pids("condor_master") if in_a_vm(pid)}
    found = [pid for name in VICTIMS[victim] for pid in processes.pids(name)]
    return [pid for pid in found if pid not in vms and not in_a_vm(pid)]


def in_a_vm(pid):
    with contextlib.suppress(OSError):
        return f"CONDOR_CONFIG={VMS}".encode() in Path(f"/proc/{pid}/environ").read_bytes()
    return False


def kill(pool, victim, chance):
    if victim == "cycle":
        command = ["setpriv", "--reuid=condor", "--regid=condor", "--init-groups", "python3", "-"]
        subprocess.run([*command, str(chance.randint(1, 18))], input=CRASHING.read_bytes(), cwd="/tmp",
                       capture_output=True, check=False, timeout=120)  # fmt: skip
        return
    for pid in ours(victim):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def submit(pool, count, seconds):
    """Submit jobs; a schedd that was just killed is waited for."""
    def done():
        with contextlib.suppress(AssertionError):
            pool.submit(count, seconds=seconds, job_lease_duration=180)  # so long a job is held for lost that is not
            return True
        return False

    wait_for("a schedd that takes jobs", done, 90, 1)


def wait_for_the_end(pool):
    """Have cycles run until all jobs have finished and nothing is left of any VM."""
    wait_for("all daemons", lambda: pool.ads("-schedd") and pool.ads("-negotiator"), 120, 1)
    wait_for("the end of all jobs", lambda: pool.cycle() and not pool.jobs('Owner == "alice"'), 600, 2)
    wait_for("an empty pool", lambda: pool.cycle() and Figures.left_over(pool) == 0, 300, 2)


@pytest.mark.timeout(3600 if FULL else 900)
def test_whatever_is_killed_every_job_finishes_and_no_vm_is_left(pool):
    chance = random.Random(20261122)
    FAULTS.write_text(json.dumps(PLAN))
    pool.knobs(KNOBS)
    run("condor_reconfig", "-master")
    watch = Watch()
    watch.start()
    submitted = 0
    killed = dict.fromkeys(VICTIMS, 0)
    try:
        for number in range(KILLS):
            if number and number % ROUND == 0:  # all gone, so that the next kills meet launches again
                wait_for_the_end(pool)
            if number % 6 == 0:  # demand comes and goes, so that workers retire and are taken back
                submit(pool, 6, chance.choice((2, 5, 15)))
                submitted += 6
            victim = list(VICTIMS)[number % len(VICTIMS)]
            time.sleep(chance.uniform(0, 3))
            kill(pool, victim, chance)
            killed[victim] += 1
            pool.cycle()
        wait_for_the_end(pool)
    finally:
        watch.stop()
        FAULTS.unlink(missing_ok=True)
    # A schedd that is killed while a job leaves may write the job into its history twice.
    ended = {(job["ClusterId"], job["ProcId"]): job for job in pool.jobs(history=True)}
    done = [job for job in ended.values() if job["Owner"] == "alice" and job["Cmd"] == "/bin/sleep"][:submitted]
    assert len(done) == submitted
    assert {(job["JobStatus"], job["ExitCode"]) for job in done} == {(4, 0)}
    assert watch.most <= CAP
    vms = [str(job["ElasticVM"]) for job in ended.values() if "ElasticVM" in job]
    assert len(vms) == len(set(vms))
    retired = [job for job in ended.values() if job.get("ElasticRetired")]
    again = sum(int(job["NumJobStarts"]) > 1 for job in done)
    print(f"{sum(killed.values())} kills ({killed}), {submitted} jobs, {len(vms)} VMs, {len(retired)} retired, "
          f"at most {watch.most} of {CAP} at once, {again} jobs started twice")  # fmt: skip
