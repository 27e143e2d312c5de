"""The user-data of one VM: cloud-init's #cloud-config with what is ours, behind the parts that the site adds."""

from __future__ import annotations

import re
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from textwrap import indent

from condor_elastic.act.collector import collector_of
from condor_elastic.act.site_user_data import BadUserData, site_parts
from condor_elastic.act.timers import deadline, worker_lines
from condor_elastic.knobs import FleetKnobs, GlobalKnobs, Settings
from condor_elastic.knobs.table import PREFIX

USER_DATA = """\
#cloud-config
manage_etc_hosts: true
write_files:
  - path: /etc/condor/config.d/60-elastic-vm.conf
    permissions: '0644'
    content: |
      ElasticPool = "{pool}"
      ElasticFleet = "{fleet}"
      ElasticVM = "{vm}"
      CONDOR_HOST = {collector}
      COLLECTOR_HOST = {own_collector}
      ElasticUpdateInterval = {update_interval}
      TRUST_DOMAIN = {trust_domain}
      MASTER_NAME = {vm}
      STARTD_NAME = {vm}
{timers}
      include : /usr/share/condor/elastic/elastic-worker.conf
  - path: /etc/condor/tokens.d/elastic
    permissions: '0600'
    content: |
      {token}
  - path: /etc/condor/passwords.d/POOL
    permissions: '0600'
    content: '{password}'
"""
MERGE = "list(append)+dict(no_replace,recurse_list)+str()"
"""How cloud-init merges our part into the site's: lists grow, ours last; where both say one thing, the site's holds."""
OPENSTACK = re.compile(r"^\s*grid_resource\s*=\s*ec2\s+openstack://", re.IGNORECASE | re.MULTILINE)
LIMITS = {True: ("OpenStack", 65535 // 4 * 3), False: ("EC2", 16384)}
"""Bytes of user-data before base64, by whether the cloud is OpenStack (which counts 65535 of base64)."""
TOKEN_BYTES = 512
"""What a token may need beside three times the name of the trust domain."""


def render(knobs: GlobalKnobs, fleet: FleetKnobs, vm: str, token: str, password: str, end: int) -> bytes:
    """Render the user-data of one VM: #cloud-config, or MIME multipart where the site adds parts of its own.

    Raises BadUserData when the site's file cannot be used, or all together is larger than the cloud takes.
    """
    ours = USER_DATA.format(
        pool=knobs.pool,
        fleet=fleet.name,
        vm=vm,
        timers=indent(worker_lines(fleet, end), " " * 6),
        collector=knobs.collector,
        own_collector=collector_of(knobs, vm),
        update_interval=knobs.update_interval,
        trust_domain=knobs.trust_domain,
        token=token,
        password=password,
    )
    names = {
        "ElasticPool": knobs.pool,
        "ElasticFleet": fleet.name,
        "ElasticVM": vm,
        "ElasticCollector": collector_of(knobs, vm),
        "ElasticDeadline": str(end),
    }
    try:
        parts = site_parts(fleet.user_data, names) if fleet.user_data else []
    except BadUserData as error:
        raise BadUserData(f"{_said(knobs, fleet)} {error}") from None
    data = _combined(parts, ours) if parts else ours.encode()
    cloud, limit = LIMITS[bool(OPENSTACK.search(fleet.submit))]
    if len(data) > limit:
        raise BadUserData(f"{_said(knobs, fleet)} makes user-data of {len(data)} bytes; {cloud} takes at most {limit}")
    return data


def wrong_user_data(settings: Settings) -> dict[str, str]:
    """Give for each fleet whose VMs cannot get their user-data the reason, with knob and value."""
    wrong = {}
    for fleet in settings.fleets:
        vm, token = f"{fleet.name}-{'0' * 12}", "x" * (TOKEN_BYTES + 3 * len(settings.pool.trust_domain))
        try:
            render(settings.pool, fleet, vm, token, "0" * 64, deadline(fleet, vm, 2**31))
        except BadUserData as error:
            wrong[fleet.name] = str(error)
    return wrong


def _combined(parts: list[Message], ours: str) -> bytes:
    whole = MIMEMultipart()
    for part in parts:
        whole.attach(part)
    last = MIMEText(ours, "cloud-config", "us-ascii" if ours.isascii() else "utf-8")
    last["Merge-Type"] = MERGE
    whole.attach(last)
    return whole.as_bytes()


def _said(knobs: GlobalKnobs, fleet: FleetKnobs) -> str:
    own = "" if fleet.user_data == knobs.user_data else f"{fleet.name.upper()}_"
    return f'{PREFIX}{own}USER_DATA = "{fleet.user_data}"'
