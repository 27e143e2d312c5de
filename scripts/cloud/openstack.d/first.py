"""What is made at the first start: the databases, the catalog, an account, an image, flavors and a network."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from settings import DATABASES, PASSWORD, REGION, database_url, environment, url

IMAGE, NETWORK = "tiny", "net0"
FLAVORS = {"small": 1, "huge": 2000}  # CPUs; no host has as many as the second wants
NEUTRON_TABLES = """
import sys, sqlalchemy
from neutron.db.migration.models import head
head.get_metadata().create_all(sqlalchemy.create_engine(sys.argv[1]))
"""
CINDER_ZONE = """
import sys
from cinder import context, objects, rpc
from cinder.common import config
from cinder.volume.rpcapi import VolumeAPI
objects.register_all()
config.CONF(sys.argv[1:], project="cinder")
objects.Service(
    context.get_admin_context(), host="none", binary="cinder-volume", topic="cinder-volume", report_count=0,
    availability_zone="nova", rpc_current_version=VolumeAPI.RPC_API_VERSION,
    object_current_version=objects.base.OBJ_VERSIONS.get_current(),
).create()
"""
"""A zone to make volumes in, which a volume service would have brought."""


def make_databases(state: Path) -> None:
    """Make the tables of every service, two at a time."""

    def run(*command: str) -> None:
        done = subprocess.run(command, env=environment(state), cwd=state, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-2000:]}")

    def tool(name: str, *words: str, config: str = "") -> None:
        run(name, "--config-file", f"{state}/etc/{config or name.partition('-')[0]}.conf", *words)

    def keystone() -> None:
        tool("keystone-manage", "db_sync")
        for kind in ("fernet", "credential"):
            tool("keystone-manage", f"{kind}_setup", "--keystone-user", "root", "--keystone-group", "root")
        tool("keystone-manage", "bootstrap", "--bootstrap-password", PASSWORD, "--bootstrap-region-id", REGION,
             "--bootstrap-public-url", f"{url('keystone')}/v3/")  # fmt: skip

    def nova() -> None:
        tool("nova-manage", "api_db", "sync")
        tool("nova-manage", "cell_v2", "map_cell0", "--database_connection", database_url(state, "nova_cell0"))
        tool("nova-manage", "db", "sync")
        tool("nova-manage", "cell_v2", "create_cell", "--name", "cell1")

    def others() -> None:
        tool("placement-manage", "db", "sync")
        tool("glance-manage", "db_sync", config="glance-api")
        tool("cinder-manage", "db", "sync")
        run(sys.executable, "-c", CINDER_ZONE, "--config-file", f"{state}/etc/cinder.conf")
        # Neutron's migrations are not for SQLite.
        run(sys.executable, "-c", NEUTRON_TABLES, database_url(state, "neutron"))

    with ThreadPoolExecutor() as pool:
        for made in [pool.submit(part) for part in (nova, keystone, others)]:
            made.result()
    for name in DATABASES:
        with sqlite3.connect(state / "db" / f"{name}.db") as database:
            database.execute("pragma journal_mode=wal")


def write_clouds(state: Path, application: dict[str, str] | None = None) -> None:
    """Write clouds.yaml: the administrator, an account with a password, the same with an application credential."""
    import yaml

    def account(user: str) -> dict[str, Any]:
        names = {"username": user, "password": PASSWORD, "project_name": user}
        domains = {"user_domain_id": "default", "project_domain_id": "default"}
        return {"auth": {"auth_url": f"{url('keystone')}/v3", **names, **domains}, "region_name": REGION}

    clouds = {name: account(name) for name in ("admin", "demo")}
    if application:
        auth = {"auth_url": f"{url('keystone')}/v3", **application}
        clouds["application"] = {"auth_type": "v3applicationcredential", "auth": auth, "region_name": REGION}
    (state / "clouds.yaml").write_text(yaml.safe_dump({"clouds": clouds}))


def connect(state: Path, cloud: str) -> Any:
    import openstack

    os.environ["OS_CLIENT_CONFIG_FILE"] = str(state / "clouds.yaml")
    return openstack.connect(cloud=cloud)


def seed_identity(state: Path) -> None:
    """Make the catalog, the services' users, and the account demo with an application credential."""
    write_clouds(state)
    identity = connect(state, "admin").identity
    roles = {role.name: role for role in identity.roles()}
    project = identity.create_project(name="service", domain_id="default")
    types = {"placement": "placement", "glance": "image", "neutron": "network", "cinder": "volumev3",
             "nova": "compute"}  # fmt: skip
    for name, kind in types.items():
        service = identity.create_service(name=name, type=kind)
        where = url(name) + {"nova": "/v2.1", "cinder": "/v3"}.get(name, "")
        identity.create_endpoint(service_id=service.id, interface="public", region_id=REGION, url=where)
        user = identity.create_user(name=name, password=PASSWORD, domain_id="default")
        for role in ("admin", "service"):
            identity.assign_project_role_to_user(project, user, roles[role])
    demo = identity.create_project(name="demo", domain_id="default")
    user = identity.create_user(name="demo", password=PASSWORD, domain_id="default")
    identity.assign_project_role_to_user(demo, user, roles["member"])
    made = connect(state, "demo").identity.create_application_credential(user=user.id, name="elastic")
    write_clouds(state, {"application_credential_id": made.id, "application_credential_secret": made.secret})


def seed_resources(state: Path) -> None:
    """Make an image, flavors and a network that all may use."""
    cloud = connect(state, "admin")
    cloud.image.create_image(
        name=IMAGE, disk_format="raw", container_format="bare", visibility="public", data=b"\0" * 1024
    )
    for name, cpus in FLAVORS.items():
        cloud.compute.create_flavor(name=name, vcpus=cpus, ram=512, disk=1)
    network = cloud.network.create_network(name=NETWORK, is_shared=True)
    cloud.network.create_subnet(
        network_id=network.id, ip_version=4, cidr="10.20.0.0/20", is_dhcp_enabled=False, gateway_ip=None
    )

