"""The submit texts of a full queue: idle jobs in so many autoclusters, and VM jobs that run."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

from live.vm_jobs import vm_jobs

USER_DATA = Path("/tmp/elastic-bench.user-data")
CORES = 8
MEMORY = range(500, 16000)  # MB
_TOO_LARGE = 20  # one autocluster in so many asks for more memory than any worker has
SITE = """\
grid_resource = ec2 ec2://us-east-1
ec2_access_key_id = FROM INSTANCE
ec2_secret_access_key = FROM INSTANCE
ec2_ami_id = ami-0123456789abcdef0
ec2_instance_type = m5.2xlarge
"""
_PROC = "(proc)"
_IDLE = """\
executable = /bin/sleep
arguments = 600
request_cpus = $(cores)
request_memory = $(memory)
request_disk = 1000000
"""
_RUNNING = """\
My.GridJobId = "ec2 ec2://us-east-1 $(ElasticVM) i-$(ElasticVM)"
My.EC2InstanceName = "i-$(ElasticVM)"
My.ElasticJoined = {now}
"""


def idle_text(autoclusters: int) -> str:
    """Return the text for condor_submit: a job for each autocluster, 1 to 8 cores, up to 16 GB, some 32 GB and more."""
    shapes = [_shape(number, autoclusters) for number in range(autoclusters)]
    return "\n".join([_IDLE, "queue cores, memory from (", *shapes, ")", ""])


def _shape(number: int, autoclusters: int) -> str:
    memory = MEMORY.start + len(MEMORY) * number // autoclusters
    return f"{number % CORES + 1} {2 * MEMORY.stop + number if number % _TOO_LARGE == 0 else memory}"


def multiply(log: str, jobs: int) -> str:
    """Return a schedd's job_queue.log in which cluster 1 has so many jobs: its own, over and over.

    The schedd reads this in seconds; condor_submit would need minutes.
    """
    others: list[str] = []
    procs: dict[str, str] = {}
    for line in log.splitlines():
        found = re.fullmatch(r"(10[13]) 1\.(\d+) (.*)", line)
        if not found:
            others.append(line)
        elif not found[3].startswith(("AutoCluster", "LastRej")):
            said = re.sub(rf"(ProcId |#1\.){found[2]}\b", rf"\1{_PROC}", found[3])
            procs[found[2]] = procs.get(found[2], "") + f"{found[1]} 1.{_PROC} {said}\n"
    texts = [*procs.values()]
    copies = (texts[proc % len(texts)].replace(_PROC, str(proc)) for proc in range(jobs))
    return "\n".join(others) + "\n" + "".join(copies)


def vm_text(vms: Sequence[str]) -> str:
    """Return the text of VM jobs whose instances run and whose workers have joined."""
    USER_DATA.write_text("#cloud-config\n")
    return vm_jobs(SITE + _RUNNING.format(now=int(time.time())), vms, USER_DATA)
