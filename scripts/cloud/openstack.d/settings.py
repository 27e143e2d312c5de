"""The configuration files of the six services, and the environment they run in."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

PASSWORD = "secret"  # noqa: S105 - of a cloud that lives on one loopback for minutes
PORTS = {"keystone": 5000, "placement": 8778, "glance": 9292, "neutron": 9696, "cinder": 8776, "nova": 8774}
DATABASES = ("keystone", "placement", "glance", "neutron", "cinder", "nova", "nova_api", "nova_cell0")
REGION = "RegionOne"
PAGE = os.environ.get("ELASTIC_NOVA_PAGE", "20")
"""Servers in one answer: few, so that the tests see several pages; Nova's default is 1000."""
VENV = Path(sys.prefix)


def url(service: str) -> str:
    """Return where a service listens."""
    return f"http://127.0.0.1:{PORTS[service]}"


def database_url(state: Path, name: str) -> str:
    return f"sqlite:///{state}/db/{name}.db"


def _database(state: Path, name: str, section: str = "database") -> str:
    # Without a sync at every commit the one writer at a time is five times faster.
    return f"[{section}]\nconnection = {database_url(state, name)}\nsqlite_synchronous = false\n"


def _account(user: str, section: str) -> str:
    return f"""\
[{section}]
auth_url = {url("keystone")}/v3
auth_type = password
username = {user}
password = {PASSWORD}
project_name = service
user_domain_id = default
project_domain_id = default
region_name = {REGION}
"""


def _token_check(user: str, seconds: int = 300) -> str:
    """Say how a service checks its callers' tokens, and for how long it believes its last answer."""
    more = f"""\
www_authenticate_uri = {url("keystone")}/v3
interface = public
service_token_roles_required = true
service_token_roles = service
token_cache_time = {seconds}
"""
    return _account(user, "keystone_authtoken") + more


def _client(user: str, section: str) -> str:
    return _account(user, section) + "valid_interfaces = public\n"


def _keystone(state: Path) -> str:
    return f"""\
{_database(state, "keystone")}
[token]
provider = fernet
[identity]
password_hash_rounds = 4
[fernet_tokens]
key_repository = {state}/etc/fernet
[fernet_receipts]
key_repository = {state}/etc/fernet
[credential]
key_repository = {state}/etc/credential
"""


def _placement(state: Path) -> str:
    return f"""\
{_database(state, "placement", "placement_database")}
[api]
auth_strategy = keystone
{_token_check("placement")}"""


def _glance(state: Path) -> str:
    return f"""\
[DEFAULT]
enabled_backends = file:file
transport_url = fake://
{_database(state, "glance")}
[glance_store]
default_backend = file
[file]
filesystem_store_datadir = {state}/images
[os_glance_staging_store]
filesystem_store_datadir = {state}/images/staging
[os_glance_tasks_store]
filesystem_store_datadir = {state}/images/tasks
[paste_deploy]
flavor = keystone
config_file = {VENV}/etc/glance/glance-api-paste.ini
{_token_check("glance")}"""


def _neutron(state: Path) -> str:
    return f"""\
[DEFAULT]
core_plugin = ml2
service_plugins =
transport_url = fake://
state_path = {state}/work
api_paste_config = {VENV}/etc/neutron/api-paste.ini
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
dhcp_agent_notification = false
[oslo_concurrency]
lock_path = {state}/work
{_database(state, "neutron")}
[ml2]
type_drivers = local
tenant_network_types = local
mechanism_drivers = bind_any
extension_drivers =
[quotas]
quota_port = -1
{_token_check("neutron")}"""


def _cinder(state: Path) -> str:
    # Its API alone: a volume never gets a disk, and what the API itself does with it is done.
    return f"""\
[DEFAULT]
transport_url = fake://
state_path = {state}/work
api_paste_config = {VENV}/etc/cinder/api-paste.ini
resource_query_filters_file = {VENV}/etc/cinder/resource_filters.json
{_database(state, "cinder")}
[oslo_concurrency]
lock_path = {state}/work
{_token_check("cinder")}"""


def _nova(state: Path) -> str:
    # A token that has been revoked is noticed after two seconds, so that a test can wait for it.
    return f"""\
[DEFAULT]
state_path = {state}/work
my_ip = 127.0.0.1
host = control
transport_url = fake://
compute_driver = guests.SteeredDriver
enabled_apis = osapi_compute
use_cow_images = false
resume_guests_state_on_host_boot = true
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
max_concurrent_builds = 4
[api]
auth_strategy = keystone
response_validation = ignore
max_limit = {PAGE}
{_database(state, "nova_api", "api_database")}
{_database(state, "nova")}
[oslo_concurrency]
lock_path = {state}/work
[quota]
instances = 1000
cores = -1
ram = -1
[filter_scheduler]
enabled_filters = ComputeFilter
{_token_check("nova", 2)}
{_client("nova", "placement")}
{_client("nova", "neutron")}
{_client("nova", "glance")}
{_client("nova", "service_user")}send_service_user_token = true
"""


def lay_down(state: Path) -> None:
    """Make the directories and write the files."""
    for name in ("etc", "db", "images", "work"):
        (state / name).mkdir()
    for name in ("fernet", "credential"):
        (state / "etc" / name).mkdir(mode=0o700)
    texts = {"keystone": _keystone, "placement": _placement, "glance-api": _glance, "neutron": _neutron,
             "cinder": _cinder, "nova": _nova}  # fmt: skip
    for name, text in texts.items():
        (state / "etc" / f"{name}.conf").write_text(text(state))
    shutil.copy(VENV / "etc/nova/api-paste.ini", state / "etc")


def environment(state: Path) -> dict[str, str]:
    """Return what the services and their tools need in their environment."""
    here = {f"OS_{name}_CONFIG_DIR": f"{state}/etc" for name in ("KEYSTONE", "PLACEMENT", "GLANCE", "NEUTRON", "NOVA")}
    return {
        "PATH": f"{VENV}/bin:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parent),
        "PYTHONWARNINGS": "ignore",
        "HOME": str(state),
        "LANG": "C.UTF-8",
        "ELASTIC_OUT": os.environ.get("ELASTIC_OUT", ""),
        **here,
        "OS_KEYSTONE_CONFIG_FILES": "keystone.conf",
        "OS_NEUTRON_CONFIG_FILES": "neutron.conf",
        "OS_NOVA_CONFIG_FILES": "api-paste.ini;nova.conf",
    }
