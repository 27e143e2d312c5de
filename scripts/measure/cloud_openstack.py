"""A real Nova, on loopback beside this machine (scripts/cloud/openstack)."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from live.pool import run, wait_for

from condor_elastic.gahp.openstack_request import Ids, creation, token_tag
from condor_elastic.gahp.openstack_server import TOKEN
from measure.grid import OWNER, Way, launch

CLOUDS = Path("/run/elastic-bench/clouds.yaml")
IMAGE, FLAVOR, NETWORK = "tiny", "small", "net0"
ROOM = 100000
WAYS = {
    "openstack": Way("ours", "$(LIBEXEC)/condor_elastic_gahp", f"""\
grid_resource = ec2 openstack://application/RegionOne
ec2_access_key_id = {CLOUDS}
ec2_secret_access_key = {CLOUDS}
ec2_ami_id = {IMAGE}
ec2_instance_type = {FLAVOR}
ec2_vpc_subnet = {NETWORK}
"""),
}  # fmt: skip


class Account:
    """A project at that Nova; each phase begins with no server."""

    running, gone = "ACTIVE", frozenset({"DELETED"})
    batch = 1

    def __init__(self) -> None:
        CLOUDS.parent.mkdir(mode=0o755, exist_ok=True)
        shutil.copy("/out/clouds.yaml", CLOUDS)
        run("chown", OWNER, str(CLOUDS))
        CLOUDS.chmod(0o600)
        self.admin, self.own = _connect("admin"), _connect("application")
        project = _connect("demo").current_project_id
        self.admin.compute.update_quota_set(project, instances=ROOM, cores=ROOM, ram=ROOM * 1024)
        self.ids = Ids(
            self.own.image.find_image(IMAGE).id,
            self.own.compute.find_flavor(FLAVOR).id,
            self.own.network.find_network(NETWORK).id,
        )

    def reset(self) -> None:
        for server in self.own.compute.servers(details=False):
            self.own.compute.delete_server(server.id)
        wait_for("an empty list of servers", lambda: not self.states(), 300)

    def calls(self) -> int | None:
        """Say nothing: a real Nova keeps no count."""
        return None

    def start(self) -> str:
        """Make the very calls that our driver makes: look for the token, create, look again."""
        token = str(uuid.uuid4())
        self._look(token)
        made = self.own.compute.create_server(**creation(launch(token, IMAGE, FLAVOR), self.ids, "bench"))
        self._look(token)
        return str(made.id)

    def _look(self, token: str) -> list[Any]:
        return list(self.own.compute.servers(details=False, tags=token_tag(token)))

    def stop(self, vms: Sequence[str]) -> None:
        for vm in vms:
            self.own.compute.delete_server(vm)

    def states(self) -> dict[str, str]:
        return {str(server.id): str(server.status) for server in self.own.compute.servers(details=True, tags=TOKEN)}


def _connect(cloud: str) -> Any:
    from openstack.config import OpenStackConfig
    from openstack.connection import Connection

    config = OpenStackConfig(config_files=[str(CLOUDS)], load_envvars=False)
    connection = Connection(config=config.get_one(cloud))
    # Made now, once: the SDK makes each proxy at its first use, and several threads would make several.
    _ = connection.compute, connection.image, connection.network
    return connection
