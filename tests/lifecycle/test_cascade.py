"""Three real fleets at prices 0, 1 and 3: what has no room is passed over within two cycles, and comes back."""

import json
from pathlib import Path

import pytest
from live.pool import wait_for

PLAN = Path("/tmp/cascade.json")
PRICES = {"free": 0, "cheap": 1, "dear": 3}
FLEET = """\
ELASTIC_{name}_TEMPLATE = Cpus = 2; Memory = 2048
ELASTIC_{name}_MAX_VMS = 1
ELASTIC_{name}_PRICE = {price}
ELASTIC_{name}_IDLE_TIMEOUT = 5
ELASTIC_{name}_BACKOFF = 5
ELASTIC_{name}_BACKOFF_MAX = 5
ELASTIC_{name}_SUBMIT @=end
  grid_resource = ec2 local:///var/lib/condor/elastic/vms{faults}
  ec2_access_key_id = /dev/null
  ec2_secret_access_key = /dev/null
  ec2_ami_id = worker
  ec2_instance_type = 2x2048
@end
"""
KNOBS = "ELASTIC_FLEET_ORDER = Price\nELASTIC_FLEET_NAMES = dear cheap free\n" + "".join(
    FLEET.format(name=name, price=price, faults="" if price else f"?faults={PLAN}") for name, price in PRICES.items()
)


def alive(pool):
    """Name the fleets whose VM jobs wait or run."""
    return sorted(str(job["ElasticFleet"]) for job in pool.vms() if job["JobStatus"] in (1, 2))


def cycle(pool):
    done = pool.cycle()
    assert done.returncode == 0, done.stderr


def grown_to(pool, *fleets):
    wait_for(f"VMs of {fleets} to run", lambda: alive(pool) == sorted(fleets) and len(pool.slots()) == len(fleets), 120)


@pytest.mark.timeout(600)
def test_the_next_fleet_serves_while_the_cheapest_has_no_room_and_the_cheapest_comes_back(pool):
    PLAN.write_text(json.dumps({"capacity": 1.0}))
    pool.knobs(KNOBS)
    pool.submit(2)
    cycle(pool)
    assert alive(pool) == ["free"]
    wait_for("the refusal", lambda: [job for job in pool.vms() if job["JobStatus"] == 5], 60)
    cycle(pool)  # the first that knows of it
    assert "cheap" in alive(pool)
    grown_to(pool, "cheap")
    PLAN.unlink()
    pool.submit(2)
    wait_for("the cheapest to be asked again", lambda: cycle(pool) or "free" in alive(pool), 60, 1)
    assert "dear" not in alive(pool)
    grown_to(pool, "cheap", "free")
    wait_for("all four jobs to run", lambda: len(pool.jobs('Owner == "alice" && JobStatus == 2')) == 4, 60)
    pool.submit(2)
    # Until the collector knows that the other workers are full, the two are thought to have room on them.
    wait_for("the dearest", lambda: cycle(pool) or "dear" in alive(pool), 60, 1)
    grown_to(pool, "cheap", "dear", "free")
    wait_for("all six jobs to run", lambda: len(pool.jobs('Owner == "alice" && JobStatus == 2')) == 6, 60)
