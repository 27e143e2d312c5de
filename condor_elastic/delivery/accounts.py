"""The accounts that images are delivered to: a fleet's own, or one that is said by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from condor_elastic.delivery.wrong import Undelivered
from condor_elastic.gahp.driver import CloudError, Credentials
from condor_elastic.gahp.ec2_client import Place, read_keys
from condor_elastic.model import Account

REGION = "us-east-1"
"""BoxGrinder's default."""


@dataclass(frozen=True)
class Clients:
    """boto3's clients of one account in one region, which many threads may share; None for what nobody needs."""

    where: str
    ec2: Any
    ebs: Any = None
    s3: Any = None


def of_fleet(name: str, scheme: str) -> Account:
    """Give the account in which a fleet of this pool starts its VMs.  Raises Undelivered and BadKnobs."""
    from condor_elastic.knobs.macros import configured
    from condor_elastic.observe.instances import accounts

    fleets = {fleet.name.lower(): fleet for fleet in configured().fleets}
    if name.lower() not in fleets:
        named = " ".join(fleet.name for fleet in fleets.values()) or "none"
        raise Undelivered(f"fleet:{name} is no fleet of ELASTIC_FLEET_NAMES, which names {named}")
    found = accounts([fleets[name.lower()].submit], ())
    if not found or not found[0].url.startswith(f"{scheme}://"):
        raise Undelivered(f"fleet:{name} starts its VMs at {found[0].url if found else 'nowhere'}, not at {scheme}://")
    return found[0]


def ec2_account(settings: Mapping[str, Any]) -> tuple[Place, dict[str, str]]:
    """Give place and keys as arguments of a client, none where boto3 is to find them.  Raises Undelivered."""
    try:
        if settings["fleet"]:
            account = of_fleet(settings["fleet"], "ec2")
            place = Place.of(account.url)
            return place, {} if place.profile else _keys(account.access_key_file, account.secret_key_file)
        place = Place.of(settings["url"] or f"ec2://{settings['region'] or REGION}")
        files = settings["access_key_file"], settings["secret_access_key_file"]
        keys = _keys(*files) if all(files) else _said(settings)
        return Place(place.region, place.endpoint, place.profile or settings["profile"] or None), keys
    except CloudError as error:
        raise Undelivered(error.message) from None


def _keys(access: str, secret: str) -> dict[str, str]:
    return read_keys(Credentials(access, secret))


def _said(settings: Mapping[str, Any]) -> dict[str, str]:
    access, secret = settings["access_key"], settings["secret_access_key"]
    if bool(access) != bool(secret) or settings["access_key_file"] or settings["secret_access_key_file"]:
        raise Undelivered("access_key and secret_access_key (or both _file) go together; one of them is missing")
    return {"aws_access_key_id": access, "aws_secret_access_key": secret} if access else {}


def open_clients(
    place: Place, keys: Mapping[str, str], lanes: int = 1, services: Iterable[str] = ("ec2", "ebs")
) -> Clients:
    """Open them; calls are repeated by botocore, at the pace that the cloud wants.  Raises Undelivered."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(retries={"mode": "adaptive", "total_max_attempts": 8}, max_pool_connections=lanes + 2,
                    connect_timeout=20, read_timeout=120)  # fmt: skip
    try:
        session = boto3.Session(profile_name=place.profile, region_name=place.region)
        made = {name: session.client(name, endpoint_url=place.endpoint, config=config, **keys) for name in services}
    except (BotoCoreError, ValueError) as error:
        raise Undelivered(f"{error}") from None
    return Clients(f"{place.region} {place.endpoint or ''}".strip(), **made)


def glance_of(settings: Mapping[str, Any]) -> Any:
    """Give an openstack.connection.Connection.  Raises Undelivered."""
    from condor_elastic.gahp.openstack_account import Account as Cloud
    from condor_elastic.gahp.openstack_url import Address, parse

    try:
        if settings["fleet"]:
            account = of_fleet(settings["fleet"], "openstack")
            return Cloud(parse(account.url), Credentials(account.access_key_file, account.secret_key_file)).connection
        address = parse(settings["url"]) if settings["url"] else Address(settings["cloud"], settings["region"] or None)
        if not address.cloud:
            raise Undelivered("which cloud? say cloud:NAME of clouds.yaml, or fleet:NAME")
        file = settings["clouds_file"]
        return Cloud(address, Credentials(file, file)).connection if file else _found(address)
    except CloudError as error:
        raise Undelivered(error.message) from None


def _found(address: Any) -> Any:
    """Connect as openstacksdk does by itself: OS_CLIENT_CONFIG_FILE, or clouds.yaml where it usually lies."""
    import openstack

    region = {"region_name": address.region} if address.region else {}
    try:
        return openstack.connect(cloud=address.cloud, **region)
    except openstack.exceptions.ConfigException as error:
        raise Undelivered(f"{error}") from None
