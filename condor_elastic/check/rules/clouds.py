"""What the clouds say of SUBMIT."""

from __future__ import annotations

from collections.abc import Iterator

from condor_elastic.check.finding import Finding
from condor_elastic.check.rules.credentials import all_credentials
from condor_elastic.check.site import Site, knob, url
from condor_elastic.knobs.commands import last
from condor_elastic.model import Unknown

COMMANDS = ("ec2_ami_id", "ec2_instance_type", "ec2_vpc_subnet")


def clouds(site: Site) -> Iterator[Finding]:
    """Find credentials that are refused, and names that a cloud does not know."""
    for fleet in site.settings.fleets:
        seen = site.clouds.get(fleet.name)
        if seen is None or isinstance(seen, Unknown):
            continue
        what = knob(fleet.name, "SUBMIT")
        is_known = any(finding.what.startswith(f"{what}, ") for finding in all_credentials(site))
        if seen.refused and not is_known:
            yield Finding(
                "cloud-refuses",
                f"{what}, grid_resource = ec2 {url(fleet)}",
                seen.refused,
                "credentials that the cloud takes, and its URL",
                add=f"  ec2_access_key_id = {last(fleet.submit, 'ec2_access_key_id')}",
            )
        for said in seen.names:
            command, _, words = said.partition(": ")
            value = last(fleet.submit, command)
            yield Finding(
                "cloud-lacks",
                f"{what}, {command} = {value}",
                words,
                f"one that {url(fleet)} has",
                add=f"  {command} = {_example(command, url(fleet))}",
            )


def _example(command: str, place: str) -> str:
    of_ec2 = ("ami-0123456789abcdef0", "m5.xlarge", "subnet-0123456789abcdef0")
    of_nova = ("worker", "m1.xlarge", "private")
    return dict(zip(COMMANDS, of_nova if place.startswith("openstack") else of_ec2))[command]


ALL = (clouds,)
