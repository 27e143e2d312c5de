"""Submits VM jobs as the user elastic, and looks at the servers with the eyes of Nova's administrator."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openstack
from live.pool import CentralManager, run, wait_for

from condor_elastic.act.vm_text import RELEASE
from condor_elastic.gahp.driver import Credentials
from condor_elastic.gahp.openstack import OpenStackDriver

OUT = Path("/out")
CLOUDS = "/etc/condor/elastic.d/clouds.yaml"
URL = "openstack://application/RegionOne"
# The controller stays out of the way.  The master brings back a schedd at once that was killed again and again, and a
# job that was held because its GAHP was killed at its start is soon released.
CONFIG = "ELASTIC_PERIOD = 100000\nMASTER_BACKOFF_CEILING = 5\nPERIODIC_EXPR_INTERVAL = 5\n"
JOB = {
    "universe": "grid",
    "executable": "vm",
    "ec2_access_key_id": CLOUDS,
    "ec2_secret_access_key": CLOUDS,
    "ec2_ami_id": "tiny",
    "ec2_instance_type": "small",
    "ec2_vpc_subnet": "net0",
    "log": "/tmp/vms.log",
    "periodic_release": RELEASE,
}


def install_clouds() -> None:
    """Put clouds.yaml where an administrator would, readable by elastic alone."""
    shutil.copy(OUT / "clouds.yaml", CLOUDS)
    run("chown", "elastic:condor", CLOUDS)
    run("chmod", "0640", CLOUDS)


class Nova:
    """One cloud and the VM jobs of one schedd."""

    def __init__(self, manager: CentralManager) -> None:
        self.manager = manager
        config = openstack.config.OpenStackConfig(config_files=[CLOUDS], load_envvars=False)
        self.admin = openstack.connection.Connection(config=config.get_one("admin"))
        self.demo = openstack.connection.Connection(config=config.get_one("demo"))

    def submit(self, count: int, url: str = URL, **commands: str) -> str:
        """Submit VM jobs and return their cluster; a command for an ec2_parameter_* is written with its dots."""
        parameters = {key[14:]: value for key, value in commands.items() if key.startswith("ec2_parameter_")}
        others = {key: value for key, value in commands.items() if key[14:] not in parameters}
        lines = {**JOB, "grid_resource": f"ec2 {url}", **others}
        if parameters:
            lines["ec2_parameter_names"] = ",".join(parameters)
            lines.update((f"ec2_parameter_{key.replace('.', '_')}", value) for key, value in parameters.items())
        text = "".join(f"{name} = {value}\n" for name, value in lines.items())
        done = run("runuser", "-u", "elastic", "--", "condor_submit", "-terse", "-", "-queue", str(count), input=text)
        return done.stdout.split(".")[0]

    def remove(self, cluster: str) -> None:
        run("runuser", "-u", "elastic", "--", "condor_rm", cluster)

    def jobs(self, cluster: str, status: int | None = None) -> list[dict[str, Any]]:
        wanted = f"ClusterId == {cluster}" + (f" && JobStatus == {status}" if status else "")
        return self.manager.jobs(wanted)

    def ended(self, cluster: str) -> list[dict[str, Any]]:
        return self.manager.jobs(f"ClusterId == {cluster}", history=True)

    def running(self, cluster: str, count: int, seconds: float = 120) -> list[dict[str, Any]]:
        """Wait until so many jobs run."""
        wait_for(f"{count} running", lambda: len(self.jobs(cluster, 2)) == count, seconds, 0.5)
        return self.jobs(cluster)

    def held(self, cluster: str, seconds: float = 90) -> dict[str, Any]:
        """Wait until a job is held and return it."""
        return wait_for("a held job", lambda: self.jobs(cluster, 5), seconds)[0]

    def servers(self) -> list[Any]:
        """Return every server there is, of any project."""
        return self._list(details=True)

    def count(self) -> int:
        """Return how many servers there are, without a look at them."""
        return len(self._list(details=False))

    def _list(self, *, details: bool) -> list[Any]:
        """List once more where a page's last server was just being scheduled: Nova then gives the same page again."""
        for _ in range(20):
            try:
                return list(self.admin.compute.servers(details=details, all_projects=True))
            except openstack.exceptions.SDKException as error:  # noqa: PERF203 - that is what it is for
                if "Endless pagination" not in str(error):
                    raise
        raise AssertionError("Nova's pages have no end")

    def gone(self, seconds: float = 120) -> None:
        """Wait until Nova's list is empty."""
        wait_for("an empty list of servers", lambda: not self.count(), seconds, 0.5)

    def power_off(self, server_id: str) -> None:
        """Have a guest power itself off."""
        (OUT / "off").mkdir(exist_ok=True)
        (OUT / "off" / server_id).touch()

    def set_quota(self, instances: int) -> None:
        self.admin.compute.update_quota_set(self.demo.current_project_id, instances=instances)

    def break_calls(self, *rules: dict[str, Any]) -> None:
        """Let chosen calls of a service fail: see scripts/cloud/openstack.d/faults.py."""
        (OUT / "faults.json").write_text(json.dumps(rules))

    def mend(self) -> None:
        (OUT / "faults.json").unlink(missing_ok=True)

    def driver(self, cloud: str = "application") -> OpenStackDriver:
        """Return a driver of our own, beside the gridmanager's."""
        return OpenStackDriver.at(f"openstack://{cloud}", Credentials(CLOUDS, CLOUDS))

    def empty(self) -> None:
        """Remove every job, and wait until no server is left."""
        run("condor_rm", "-all", check=False)
        wait_for("an empty queue", lambda: not self.manager.jobs(), 120, 0.5)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self.admin.compute.delete_server, [server.id for server in self.servers()]))
        self.gone()
