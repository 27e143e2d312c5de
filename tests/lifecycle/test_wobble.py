"""Demand that wobbles: a fleet that takes retiring workers back launches at most half as often as one that does not.

Two fleets on one pool have the same demand at the same time.  A plain run has 2 rounds, ``scripts/test --full`` 20.
"""

import os

import pytest
from live.pool import wait_for

ROUNDS = 20 if os.environ.get("ELASTIC_FULL") else 2
FLEETS = ("BACK", "GONE")
IDLE_TIMEOUT = 3
KNOBS = f"ELASTIC_FLEET_NAMES = {' '.join(FLEETS)}\nELASTIC_GONE_UNRETIRE = False\n" + "".join(
    f"""\
ELASTIC_{name}_TEMPLATE = Cpus = 5; Memory = 2048
ELASTIC_{name}_JOB_REQUIREMENTS = Wants == "{name}"
ELASTIC_{name}_MAX_VMS = 12
ELASTIC_{name}_IDLE_TIMEOUT = {IDLE_TIMEOUT}
ELASTIC_{name}_RETIRE = Soft
ELASTIC_{name}_SUBMIT @=end
  grid_resource = ec2 local:///var/lib/condor/elastic/vms
  ec2_access_key_id = /dev/null
  ec2_secret_access_key = /dev/null
  ec2_ami_id = worker
  ec2_instance_type = 5x2048
@end
"""
    for name in FLEETS
)
WORKERS = 3
WAVE = 6
"""Jobs that come and go; seven run all the time: 7 to 13 are 10 +- 30 %."""


def submit(pool, name, count, seconds, **more):
    pool.submit(count, seconds=seconds, requirements=f'TARGET.ElasticFleet == "{name}"',
                **{"+Wants": f'"{name}"', "+Wave": str(seconds < 60), **more})  # fmt: skip


def vms(pool, name):
    return pool.jobs(f'ElasticFleet == "{name}" && ElasticVM isnt undefined')


def launched(pool):
    ended = pool.jobs("ElasticVM isnt undefined", history=True)
    return {name: len(vms(pool, name)) + sum(vm["ElasticFleet"] == name for vm in ended) for name in FLEETS}


def calm(pool):
    """Tell whether the wave is over: all that is empty has left, and a busy worker of the fleet with BACK retires."""
    pool.cycle()
    slots = pool.slots()
    empty = any(not slot["NumDynamicSlots"] for slot in slots)
    back = any(slot["ElasticRetire"] for slot in slots if slot["ElasticFleet"] == "BACK")
    return back and not empty and not pool.jobs("Wave")


@pytest.mark.timeout(1800)
def test_demand_that_wobbles_launches_at_most_half_as_often(pool):
    pool.knobs(KNOBS)
    for name in FLEETS:  # of these only one finds memory on a worker, so that each has work for as long as the test is
        submit(pool, name, WORKERS, 1700, request_memory=1100)
    wait_for("the workers", lambda: pool.cycle() and len(pool.jobs("JobStatus == 2 && Wave == false")) == 6, 90, 1)
    for name in FLEETS:
        submit(pool, name, 4, 1700)
    first = launched(pool)
    for number in range(ROUNDS):
        wait_for(f"busy workers that retire, round {number}", lambda: calm(pool), 90, 1)
        for name in FLEETS:
            submit(pool, name, WAVE, 5)
        wait_for(f"the wave's jobs, round {number}", lambda: pool.cycle() and not pool.jobs("Wave"), 90, 1)
    more = {name: number - first[name] for name, number in launched(pool).items()}
    print(f"launches in {ROUNDS} rounds: {more}")
    assert more["GONE"] >= ROUNDS // 2
    assert 2 * more["BACK"] <= more["GONE"]
