"""Workers behind NAT: they join, work, are retired, un-retired and leave, and nobody can connect to them."""

import os
import re

import gates
import pytest
from hypervisor import LEFT, Hypervisor
from live.pool import wait_for
from nat import Router, connect

NETWORK = "NETWORK_INTERFACE = 10.77.0.1\n"
FLEET = NETWORK + """\
ELASTIC_FLEET_NAMES = far
ELASTIC_FAR_TEMPLATE = Cpus = {cpus}; Memory = 1024
ELASTIC_FAR_MAX_VMS = 2
ELASTIC_FAR_IDLE_TIMEOUT = 600
ELASTIC_FAR_SUBMIT @=end
  grid_resource = ec2 local:///var/lib/condor/elastic/vms
  ec2_access_key_id = /dev/null
  ec2_secret_access_key = /dev/null
  ec2_ami_id = silent
  ec2_instance_type = {cpus}x1024
@end
"""
IMAGE = "NUM_CPUS = {cpus}\nMEMORY = 1024\nRUNBENCHMARKS = False\n"
if not os.environ.get("ELASTIC_FULL"):
    IMAGE += "MASTER_UPDATE_INTERVAL = 5\nElasticMasterGrace = 15\n"  # a full run waits as long as the worker files say
TWO_STATIC_SLOTS = """\
NUM_SLOTS = 2
NUM_SLOTS_TYPE_1 = 2
SLOT_TYPE_1 = 50%
SLOT_TYPE_1_PARTITIONABLE = False
UPDATE_INTERVAL = 2
"""
FINE = (4, 0, 1)
"""Completed, exit code 0, started once."""
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def router(central_manager):
    """Give the central manager an address that can be reached from behind the router, for the tests of this file."""
    with Router() as made:
        central_manager.stop()
        central_manager.knobs(NETWORK)
        central_manager.start()
        wait_for("the schedd's own first cycle", lambda: central_manager.ads("-schedd")[0].get("ElasticVerdict"))
        yield made
        central_manager.stop()
    central_manager.knobs("")
    central_manager.start()


def slots(pool):
    return [slot for slot in pool.ads("-constraint", 'SlotType =!= "Dynamic"') if slot.get("ElasticVM")]


def marks(pool):
    return sorted(slot["ElasticRetire"] for slot in slots(pool))


def test_workers_live_through_ccb_and_nobody_can_connect_to_one(router, pool):
    pool.knobs(FLEET.format(cpus=1))
    with Hypervisor(router, IMAGE.format(cpus=1)) as hypervisor:
        gates.submit(pool, "one", "two")
        assert pool.verdict("far") == "Submitting 2 VMs, because 2 idle jobs have no room."
        wait_for("two workers", lambda: hypervisor.statuses() and len(slots(pool)) == 2, 90)
        before = wait_for("a job on each", lambda: len(set(gates.running(pool).values())) == 2 and gates.running(pool))

        nobody_can_connect(router, hypervisor, slots(pool))

        # The cap is lowered: a busy worker is marked; it keeps its job, and serves again when demand is back.
        pool.knobs(FLEET.format(cpus=1) + "ELASTIC_FAR_MAX_VMS = 1\n")
        assert pool.verdict("far").startswith("Retiring 1 worker, because ELASTIC_FAR_MAX_VMS=1")
        wait_for("one mark", lambda: marks(pool) == [False, True])
        (marked,) = (slot["Machine"] for slot in slots(pool) if slot["ElasticRetire"])
        (kept,) = (name for name, machine in before.items() if machine == marked)
        gates.submit(pool, "three")
        pool.knobs(FLEET.format(cpus=1))
        assert pool.verdict("far").startswith("Un-retiring 1 worker, because demand came back")
        wait_for("no mark", lambda: marks(pool) == [False, False])
        assert gates.running(pool) == before
        gates.let_end(kept)
        after = wait_for("the third job", lambda: "three" in (seen := gates.running(pool)) and seen)
        assert after["three"] == marked, "it runs where the first has ended"

        # Nothing is wanted any more: both are busy, and leave when they no longer are.
        pool.knobs(FLEET.format(cpus=1) + "ELASTIC_FAR_MAX_VMS = 0\n")
        assert pool.verdict("far").startswith("Retiring 2 workers, because ELASTIC_FAR_MAX_VMS=0")
        wait_for("two marks", lambda: marks(pool) == [True, True])
        assert gates.running(pool) == after
        gates.let_end("one", "two", "three")
        wait_for("the end of both masters", lambda: hypervisor.statuses() == [LEFT, LEFT], 120)
        wait_for("the end of the VM jobs", lambda: not pool.vms(), 90)
    ended = [job["EC2StatusReasonCode"] for job in pool.jobs('ElasticFleet == "far"', history=True)]
    assert ended == ["Client.InstanceInitiatedShutdown"] * 2
    assert gates.ended(pool) == dict.fromkeys(("one", "two", "three"), FINE)


def nobody_can_connect(router, hypervisor, workers):
    """Try the port on which each startd really listens: from its own machine, the other's, the central manager's."""
    machines = hypervisor.machines()
    for slot in workers:
        address, port = re.match(r"<([\d.]+):(\d+)\?.*CCBID=", slot["MyAddress"]).groups()
        machine, (other,) = machines[address], (one for one in machines.values() if one.address != address)
        assert int(port) in machine.listens()
        assert machine.connect(address, int(port)) == "connected"
        refused = router.refused()
        assert other.connect(address, int(port)) == "ECONNREFUSED"
        assert connect(address, int(port)) == "ECONNREFUSED"
        assert router.refused() == refused + 2, "it is the router that refuses"


def test_a_worker_with_static_slots_stays_while_one_of_them_works(router, pool):
    pool.knobs(FLEET.format(cpus=2))
    with Hypervisor(router, IMAGE.format(cpus=2) + TWO_STATIC_SLOTS) as hypervisor:
        gates.submit(pool, "four", "five")
        assert pool.verdict("far") == "Submitting 1 VM, because 2 idle jobs have no room."
        wait_for("both slots", lambda: hypervisor.statuses() and len(slots(pool)) == 2, 90)
        assert [slot["SlotType"] for slot in slots(pool)] == ["Static"] * 2
        wait_for("a job on each", lambda: len(gates.running(pool)) == 2)
        pool.knobs(FLEET.format(cpus=2) + "ELASTIC_FAR_MAX_VMS = 0\n")
        assert pool.verdict("far").startswith("Retiring 1 worker, because ELASTIC_FAR_MAX_VMS=0")
        wait_for("the marks", lambda: marks(pool) == [True, True])

        # It is asked with each ad that it sends, that of the empty slot and its own among them.
        gates.let_end("four")
        wait_for("an empty slot", lambda: {slot["State"] for slot in slots(pool)} == {"Claimed", "Unclaimed"})
        before = {slot["Name"]: slot["UpdateSequenceNumber"] for slot in slots(pool)}
        wait_for("two more ads of each", lambda: all(
            slot["UpdateSequenceNumber"] > before[slot["Name"]] + 1 for slot in slots(pool)
        ))  # fmt: skip
        assert list(gates.running(pool)) == ["five"]
        # Once it is to end, a startd waits for its job and looks as before; but nothing takes that back.
        (machine,) = hypervisor.machines().values()
        log = machine.directory / "var/log/condor/StartLog"
        assert "DaemonShutdown expression" not in log.read_text()
        gates.let_end("five")
        wait_for("the end of the master", lambda: hypervisor.statuses() == [LEFT], 120)
        assert "DaemonShutdown expression" in log.read_text()
        wait_for("the end of the jobs", lambda: not gates.running(pool))
    assert {name: gates.ended(pool).get(name) for name in ("four", "five")} == {"four": FINE, "five": FINE}


def test_on_a_machine_outside_any_fleet_the_worker_files_do_nothing(router):
    machine = router.machine("outsider")
    done = machine.start("sh", "-ec", "cd /var/log/condor; ls /usr/share/condor/elastic > files; "
        "condor_config_val -dump > with; mount -t tmpfs none /usr/share/condor/elastic; "
        "condor_config_val -dump > without")  # fmt: skip
    assert done.wait(60) == 0
    logs = machine.directory / "var/log/condor"
    own = re.compile(r"^P?PID = .*\n", re.MULTILINE)  # of the tool that was asked
    with_them, without = (own.sub("", (logs / name).read_text()) for name in ("with", "without"))
    assert "elastic-worker.conf" in (logs / "files").read_text()
    assert "DAEMON_LIST = MASTER\n" in with_them
    assert with_them == without

