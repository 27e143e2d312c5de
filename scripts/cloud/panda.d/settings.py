"""Where everything is, the configuration files of the servers, and the environment they run in."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

STATE = Path("/run/condor-elastic-panda")  # a tmpfs, seen in this namespace only
SCHEDCONFIG = STATE / "schedconfig"
LOGS = Path(os.environ.get("ELASTIC_OUT") or STATE) / "panda"
DATABASE = {"host": "127.0.0.1", "port": 16432, "user": "panda", "dbname": "panda"}
SERVERS = {"plain": 16080, "oidc": 16081}
ISSUER = "http://127.0.0.1:16090/"
CONTROL = 16099
CLIENT = "client-atlas"
NOWHERE = "http://127.0.0.1:9"
"""Where PanDA's clients are sent that would else call out as soon as they are imported."""

_COMMON = """\
[logger]
loghost = 127.0.0.1
monport-apache = 9
loghost_new = 127.0.0.1
monport-apache_new = 9
method = GET
method_new = POST
encoding = url
encoding_new = json
monurlprefix = /none
logdir = {logs}
nemitters = 1
migrated = True
log_level = DEBUG
rotating_policy = none
"""
_SERVER = """\
[server]
logdir = {logs}
loggername = prod
cache_dir = {home}/cache
backend = postgres
dbhost = {host}
dbport = {port}
dbuser = {user}
dbpasswd = none
dbname = {dbname}
nDBConnection = {connections}
usedbtimeout = False
dbtimeout = 60
dbbridgeverbose = False
dump_sql = False
cursor_dump = False
schemaPANDA = DOMA_PANDA
schemaMETA = DOMA_PANDAMETA
schemaPANDAARCH = DOMA_PANDAARCH
schemaJEDI = DOMA_PANDA
schemaDEFT = DOMA_DEFT
pserverhost = 127.0.0.1
pserverport = 9
pserverporthttp = 9
pserverportcache = 9
entryVerbose = False
useJEDI = True
token_authType = {authentication}
auth_config = {auth}/
legacy_token_issuers = None
schedconfig_cache_dir = {schedconfig}
adder_plugins = local:pandaserver.dataservice.adder_dummy_plugin:AdderDummyPlugin
setupper_plugins = local:pandaserver.dataservice.setupper_dummy_plugin:SetupperDummyPlugin
[daemon]
enable = False
[mcp]
transport = http
"""


def _auth_config(group: str) -> dict[str, Any]:
    return {
        "client_id": CLIENT,
        "client_secret": "none",
        "audience": CLIENT,
        "vo": group.partition(".")[0],
        "oidc_config_url": f"{ISSUER}.well-known/openid-configuration",
        "no_verify": True,
        "robot_ids": "NONE",
    }


def home(name: str) -> Path:
    """Return the directory that is PANDA_HOME for one of the processes."""
    return STATE / name


def lay_down() -> None:
    """Make the directories and write the files."""
    auth = STATE / "auth"
    for directory in (auth, SCHEDCONFIG):
        directory.mkdir()
    for group in ("atlas", "atlas.production", "atlas.pilot"):
        (auth / f"{group}_auth_config.json").write_text(json.dumps(_auth_config(group)))
    for name in (*SERVERS, "control"):
        logs = LOGS / name
        etc = home(name) / "etc" / "panda"
        for directory in (logs, etc, home(name) / "cache"):
            directory.mkdir(parents=True, exist_ok=True)
        values = {**DATABASE, "home": home(name), "logs": logs, "auth": auth, "schedconfig": SCHEDCONFIG,
                  "connections": 2, "authentication": "oidc" if name == "oidc" else "None"}  # fmt: skip
        (etc / "panda_common.cfg").write_text(_COMMON.format(logs=logs))
        (etc / "panda_server.cfg").write_text(_SERVER.format(**values))


def environment(name: str) -> dict[str, str]:
    """Return what one of the processes needs in its environment."""
    nowhere = {f"PANDA_{what}": f"{NOWHERE}/server/panda" for what in ("URL", "URL_SSL")}
    nowhere |= {f"PANDA_{what}": f"{NOWHERE}/api/v1" for what in ("API_URL", "API_URL_SSL")}
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home(name)),
        "PANDA_HOME": str(home(name)),
        "PANDA_BEHIND_REAL_LB": "1",  # else panda-client looks up the servers' names
        **nowhere,
        "LANG": "C.UTF-8",
        "ELASTIC_OUT": os.environ.get("ELASTIC_OUT", ""),
    }
