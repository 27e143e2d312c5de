"""The image that was built boots, joins a real pool with its fleet's user-data, works, is retired and ends itself."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest
from live.figures import VMS
from live.pool import run, wait_for
from machine import Machine
from names import Names

from condor_elastic.gahp.local_record import RECORD, read
from condor_elastic.gahp.processes import send, start_time

pytestmark = pytest.mark.timeout(3600)
IMAGE = Path("/out/debian-13-batch.qcow2")
FIGURES = Path("/out/figures.json")
ADDRESS, NAME = "192.0.2.1", "cm.elastic.test"
NETWORK = f"NETWORK_INTERFACE = {ADDRESS}\n"
FLEET = NETWORK + """\
ELASTIC_FLEET_NAMES = far
ELASTIC_FAR_TEMPLATE = Cpus = 2; Memory = 900
ELASTIC_FAR_MAX_VMS = 1
ELASTIC_FAR_IDLE_TIMEOUT = 1
ELASTIC_FAR_REGISTER_TIMEOUT = 3600
ELASTIC_FAR_SUBMIT @=end
  grid_resource = ec2 local:///var/lib/condor/elastic/vms
  ec2_access_key_id = /dev/null
  ec2_secret_access_key = /dev/null
  ec2_ami_id = silent
  ec2_instance_type = 2x1024
@end
"""
JOB = """\
#!/bin/sh
hostname
cat /etc/machine-id /etc/os-release
ls /etc/ssh
"""
COMPLETED = 4


@pytest.fixture
def reachable(central_manager):
    """Give the central manager an address and a name that a VM behind NAT can use, for this file."""
    run("ip", "address", "add", f"{ADDRESS}/32", "dev", "lo")
    central_manager.stop()
    central_manager.knobs(NETWORK)
    with Names(NAME, ADDRESS) as names:
        central_manager.start()
        yield names
        central_manager.stop()
    run("ip", "address", "del", f"{ADDRESS}/32", "dev", "lo")
    central_manager.knobs("")
    central_manager.start()


def slots(pool):
    return [slot for slot in pool.ads("-constraint", 'SlotType == "Partitionable"') if slot.get("ElasticVM")]


def alive(machine, found):
    """Look, and fail at once when the VM has gone."""
    assert machine.status is None, machine.said()[-3000:]
    return found


def launched():
    """Give the record of the instance that the fleet has launched, once it runs."""
    for directory in (path.parent for path in VMS.glob(f"*/{RECORD}")):
        record = read(directory)
        if record and record.state == "running" and record.master_pid:
            return record
    return None


def test_a_worker_lives_from_user_data_to_power_off(reachable, pool, tmp_path):
    pool.knobs(FLEET)
    script = Path("/srv/job.sh")
    script.write_text(JOB)
    output = Path("/srv/out")
    output.mkdir(mode=0o777)
    output.chmod(0o777)
    pool.submit(1, executable=script, arguments="", output=output / "job", should_transfer_files="YES",
                when_to_transfer_output="ON_EXIT")  # fmt: skip
    assert pool.verdict("far") == "Submitting 1 VM, because 1 idle job has no room."
    record = wait_for("the instance", launched, 120)
    (vm,) = pool.vms()
    name = vm["ElasticVM"].lower()
    machine = Machine(name, IMAGE, Path(vm["EC2UserDataFile"]).read_bytes())
    figures = {"image_mb": round(IMAGE.stat().st_size / 1e6)}
    try:
        (slot,) = wait_for("its slot in the pool", lambda: alive(machine, slots(pool)), 1500, every=1)
        figures["joined_s"] = round(time.monotonic() - machine.started)
        assert (slot["ElasticVM"], slot["ElasticFleet"]) == (vm["ElasticVM"], "far")
        assert "CCBID=" in slot["MyAddress"]
        assert slot["OpSysMajorVer"] == 13
        done = wait_for("the job", lambda: alive(machine, ended(pool)), 900, every=1)
        figures["job_s"] = round(time.monotonic() - machine.started)
        assert [(job["JobStatus"], job["ExitCode"], job["NumJobStarts"]) for job in done] == [(COMPLETED, 0, 1)]
        first, machine_id, *rest = (output / "job").read_text().splitlines()
        assert first.lower() == name
        assert len(machine_id) == 32, "an id of its own, made at boot"
        assert "VERSION_CODENAME=trixie" in rest
        assert "ssh_host_ed25519_key" in rest, "keys of its own, made at boot"

        wait_for("its retirement", lambda: alive(machine, retires(pool)), 120, every=3)
        asked = time.monotonic()
        assert wait_for("its power-off", lambda: machine.status is not None and [machine.status], 600, every=1) == [0]
        figures["left_s"] = round(time.monotonic() - asked)
    finally:
        machine.off()
        FIGURES.write_text(json.dumps(figures))
    assert "reboot: Power down" in machine.said()
    # What is left of the instance has nothing to do but to end by itself, as at a power-off.
    send(record.master_pid, start_time(record.master_pid) or 0, signal.SIGQUIT)
    wait_for("the end of the VM job", lambda: not pool.vms(), 120)
    (job,) = pool.jobs('ElasticFleet == "far"', history=True)
    assert job["EC2StatusReasonCode"] == "Client.InstanceInitiatedShutdown"


def retires(pool):
    return pool.verdict("far").startswith("Retiring 1 worker, because ")


def ended(pool):
    return pool.jobs("ElasticVM is undefined", history=True)
