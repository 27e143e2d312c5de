"""Sections that submit VMs: a fleet."""

from __future__ import annotations

import re
from collections.abc import Mapping

from condor_elastic.apf.block import FILL_IN, Block
from condor_elastic.apf.chain import set_chain
from condor_elastic.apf.commands import note_proxy, option_of, set_attributes, set_command
from condor_elastic.apf.machines import template
from condor_elastic.knobs import kinds

CLOUDS_YAML = "/etc/condor/elastic.d/clouds.yaml"
_AMAZON = re.compile(r"(?:https?://)?(?:ec2[.-])?([a-z]{2}(?:-[a-z]+)+-\d)?\.?(?:ec2)?\.?amazonaws\.com(?:\.cn)?/?")
COMMANDS = {
    "ami_id": "ec2_ami_id",
    "image": "ec2_ami_id",
    "instance_type": "ec2_instance_type",
    "flavor": "ec2_instance_type",
    "security_groups": "ec2_security_groups",
    "keypair": "ec2_keypair",
    "availability_zone": "ec2_availability_zone",
    "network": "ec2_vpc_subnet",
}


def is_cloud(plugin: str) -> bool:
    """Tell whether a submit plugin makes VMs."""
    return plugin.lower() == "condorec2" or _is_openstack(plugin)


def _is_openstack(plugin: str) -> bool:
    return "nova" in plugin.lower() or "openstack" in plugin.lower()


def set_fleet(block: Block, plugin: str, pilots: Mapping[str, str]) -> None:
    """Set the knobs of a fleet; pilots gives the names of our pilot queues by those of AutoPyFactory's."""
    _set_jobs(block, pilots)
    set_chain(block, fleet=True)
    if "MAX_VMS" not in block.knobs and "KEEP_RUNNING" in block.knobs:
        block.knobs["MAX_VMS"] = block.knobs["KEEP_RUNNING"]
        block.say("MAX_VMS: as KEEP_RUNNING; the section has no MaxToRun, and a fleet needs a limit.")
    if "MAX_VMS" not in block.knobs:
        block.knobs["MAX_VMS"] = "0"
        block.say("MAX_VMS: FILL IN how many VMs there may be; the section has no MaxToRun, and 0 starts none.")
    _set_cloud(block, plugin)
    for name, command in COMMANDS.items():
        set_command(block, plugin, name, command)
    _set_price(block, plugin)
    for name in ("executable", "executable.arguments"):
        option = block.take(name)
        if option:
            block.note(option, "a VM job runs nothing but the VM")
    block.knobs["TEMPLATE"] = template(block.submit.get("ec2_instance_type", ""))
    why = f"{FILL_IN} by hand" if FILL_IN in block.knobs["TEMPLATE"] else "from a table of instance types"
    block.say(f"TEMPLATE: the machine that one VM is, {why}; AutoPyFactory had no need of it.")
    environ = option_of(block, plugin, "environ")
    if environ:
        block.note(environ, "a VM job has no environment")
    note_proxy(block, plugin)
    set_attributes(block, plugin)


def _set_jobs(block: Block, pilots: Mapping[str, str]) -> None:
    queue = block.take("wmsqueue")
    if queue and queue.value in pilots:
        block.knobs["JOB_REQUIREMENTS"] = f'ElasticPilotQueue == "{pilots[queue.value]}"'
        block.note(queue, "only pilots of this queue start VMs; without JOB_REQUIREMENTS every idle job would")
    elif queue:
        block.note(queue, "no pilot queue of these files has this name; every idle job may start VMs")


def _set_cloud(block: Block, plugin: str) -> None:
    option = option_of(block, plugin, "gridresource")
    said = option.value.removeprefix("ec2 ").strip() if option else ""
    amazon = _AMAZON.fullmatch(said)
    if _is_openstack(plugin):
        block.submit["grid_resource"] = "ec2 openstack://FILL-IN"
        block.say(f"grid_resource: FILL IN the name of the cloud in {CLOUDS_YAML}, which holds URL and credentials.")
        if option:
            block.note(option, f"the URL stands in {CLOUDS_YAML}, as auth_url")
    elif amazon or not option:
        block.submit["grid_resource"] = f"ec2 ec2://{(amazon and amazon.group(1)) or 'us-east-1'}"
        if option:
            block.note(option, "the region alone; the keys' files must be readable by the elastic user")
        else:
            block.say("grid_resource: FILL IN the region; the section has no gridresource.")
    else:
        block.submit["grid_resource"] = f"ec2 {said}"
        block.note(option, "an EC2 interface that is not Amazon's stays with HTCondor's own ec2_gahp; "
                           "for OpenStack, say openstack://CLOUD instead")  # fmt: skip
    for name in ("access_key_id", "secret_access_key"):
        if not set_command(block, plugin, name, f"ec2_{name}"):
            block.submit[f"ec2_{name}"] = CLOUDS_YAML if _is_openstack(plugin) else "FROM INSTANCE"
            block.say(f"ec2_{name}: the section has none; make sure that this one is right.")


def _set_price(block: Block, plugin: str) -> None:
    price = set_command(block, plugin, "spot_price", "ec2_spot_price")
    if price:
        block.knobs["PRICE"] = block.number(kinds.number, price)
        block.say("PRICE: what one VM costs in an hour at most: the spot price; MAX_PRICE_PER_HOUR reckons with it.")
