"""What a fleet's own knobs say that is allowed, and hardly meant."""

from __future__ import annotations

from collections.abc import Iterator

from condor_elastic.check.finding import Finding, told
from condor_elastic.check.site import OURS, Site, knob, scheme, url
from condor_elastic.knobs.commands import last

NEEDED = ("ec2_access_key_id", "ec2_secret_access_key", "ec2_ami_id", "ec2_instance_type")
"""Without these condor_submit, or our drivers, refuse a VM job."""
EXAMPLES = {
    "ec2_access_key_id": "/etc/condor/elastic.d/access", "ec2_secret_access_key": "/etc/condor/elastic.d/secret",
    "ec2_ami_id": "ami-0123456789abcdef0", "ec2_instance_type": "m5.xlarge",
}  # fmt: skip
LOCAL = {**dict.fromkeys(NEEDED, "/dev/null"), "ec2_ami_id": "worker", "ec2_instance_type": "2x2048"}


def zero(site: Site) -> Iterator[Finding]:
    """Find fleets that may have no VM."""
    for fleet in site.settings.fleets:
        if not fleet.max_vms:
            name = knob(fleet.name, "MAX_VMS")
            yield Finding(
                "max-vms-zero",
                told(name, site.macros),
                f"fleet {fleet.name} starts no VM, and drains",
                "as many as it may have; 0 only to drain it",
                add=f"{name} = 10",
            )


def incomplete(site: Site) -> Iterator[Finding]:
    """Find submit texts without what each VM job needs."""
    for fleet in site.settings.fleets:
        name = knob(fleet.name, "SUBMIT")
        what = f"{name}{site.macros[name].place}" if name in site.macros else name
        if "://" not in url(fleet):
            said = last(fleet.submit, "grid_resource")
            seen = f'grid_resource is "{said}"' if said else "it has no grid_resource"
            yield Finding(
                "submit-incomplete", what, seen, "the type ec2 and a URL", add="  grid_resource = ec2 ec2://us-east-1"
            )
            continue
        for command in NEEDED if scheme(fleet) in OURS else NEEDED[:3]:
            if not last(fleet.submit, command):
                example = LOCAL if scheme(fleet) == "local" else EXAMPLES
                yield Finding(
                    "submit-incomplete",
                    what,
                    f"it has no {command}",
                    f"with {command}",
                    add=f"  {command} = {example[command]}",
                )


def comments(site: Site) -> Iterator[Finding]:
    """Find comments that have become part of a value; submit text and site's own expressions may hold a #."""
    for name, macro in site.macros.items():
        value, sharp, _ = macro.value.partition(" #")
        if name.startswith("ELASTIC_") and sharp and "\n" not in macro.value and '"' not in macro.value:
            yield Finding(
                "comment-in-value",
                told(name, site.macros),
                "the # and what follows is part of the value",
                "a comment on a line of its own",
                add=f"{name} = {value.strip()}",
            )
