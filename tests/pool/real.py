"""A real central manager whose knobs a test can change, and which can be emptied."""

from __future__ import annotations

from live.figures import Figures
from live.pool import CentralManager, run, wait_for

FLEET = """\
ELASTIC_FLEET_NAMES = try
ELASTIC_TRY_TEMPLATE = Cpus = 2; Memory = 2048
ELASTIC_TRY_MAX_VMS = 2
ELASTIC_TRY_IDLE_TIMEOUT = 1
ELASTIC_TRY_SUBMIT @=end
  grid_resource = ec2 local:///var/lib/condor/elastic/vms
  ec2_access_key_id = /dev/null
  ec2_secret_access_key = /dev/null
  ec2_ami_id = worker
  ec2_instance_type = 2x2048
@end
"""
QUEUE = """\
ELASTIC_PILOT_NAMES = BNL
ELASTIC_BNL_PANDA_URL = {url}
ELASTIC_BNL_SUBMIT @=end
  executable = /bin/sleep
  arguments = 600
  request_cpus = 1
  request_memory = 100
  request_disk = 100
@end
"""
QUICK = "ELASTIC_PANDA_TIMEOUT = 2\nELASTIC_QUERY_TIMEOUT = 3\nELASTIC_PANDA_MAX_BYTES = 1000000\n"
PERIOD = "ELASTIC_PERIOD = 100000\n"  # the schedd's own cron stays out of the way


class Pool(CentralManager):
    """A central manager whose knobs can be changed, and which can be emptied."""

    def start(self) -> None:
        """Start the daemons, and wait for the schedd's own first cycle: one of a test would step back beside it."""
        super().start()
        wait_for("the schedd's own first cycle", lambda: "ElasticCycleTime" in self.ads("-schedd")[0], 90)

    def knobs(self, text: str) -> None:
        """Set the knobs; the next cycle reads them."""
        self.config(PERIOD + text)

    def submit(self, count: int, seconds: int = 600, **commands: object) -> None:
        """Submit user jobs that sleep."""
        lines = {"executable": "/bin/sleep", "arguments": seconds, "request_cpus": 1, "request_memory": 100,
                 "request_disk": 100, **commands}  # fmt: skip
        text = "".join(f"{name} = {value}\n" for name, value in lines.items())
        run("runuser", "-u", "alice", "--", "condor_submit", "-", "-queue", str(count), input=text)

    def verdict(self, name: str = "try") -> str:
        """Run a cycle and give one fleet's or queue's verdict from its ad."""
        done = self.cycle()
        assert done.returncode == 0, done.stderr
        ads = self.ads("-any", "-constraint", f'Name == "{name}@cm.elastic.test"')
        return str(ads[0]["Verdict"]) if ads else ""

    def vms(self) -> list[dict[str, object]]:
        """List the VM jobs in the queue."""
        return self.jobs("ElasticVM isnt undefined")

    def pilots(self) -> list[dict[str, object]]:
        """List the pilots in the queue."""
        return self.jobs("ElasticPilotQueue isnt undefined")

    def slots(self) -> list[dict[str, object]]:
        """List the workers' partitionable slots."""
        return self.ads("-constraint", 'SlotType == "Partitionable"')

    def empty(self) -> None:
        """Remove all jobs, and wait until nothing of any VM is left.

        The VMs go last: a shadow whose worker is gone before it could end the job waits for the job's lease.
        """
        run("condor_rm", "-constraint", "ElasticVM is undefined", check=False)
        wait_for("the end of the jobs", lambda: not self.jobs("ElasticVM is undefined"), 90)
        run("condor_rm", "-all", check=False)
        wait_for("an empty queue", lambda: not self.jobs(), 90)
        self.knobs(FLEET)
        self.cycle()
        wait_for("no trace of a VM", lambda: Figures.left_over(self) == 0, 60)
