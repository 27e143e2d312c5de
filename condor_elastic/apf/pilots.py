"""Sections that submit pilots: a pilot queue."""

from __future__ import annotations

from condor_elastic.apf.block import Block
from condor_elastic.apf.chain import set_chain
from condor_elastic.apf.commands import note_proxy, option_of, set_attributes, set_environment

PANDA_URL = "https://pandaserver.cern.ch:25443"  # what the PanDA client that AutoPyFactory imports asks by default
PLUGINS = {
    "condorlocal": "",
    "condorbase": "",
    "condorlsf": "batch lsf",
    "condorpbs": "batch pbs",
    "condorosgce": "condor",
}
"""Submit plugins with the grid_resource of their jobs; none for pilots that run in this pool."""


def set_pilot_queue(block: Block, plugin: str) -> None:
    """Set the knobs of a pilot queue."""
    block.knobs["PANDA_URL"] = PANDA_URL
    block.say("PANDA_URL: FILL IN your server; AutoPyFactory left it to the PanDA client, which asks this one.")
    queue = block.take("wmsqueue")
    if queue and queue.value != block.name:
        block.knobs["PANDA_QUEUE"] = queue.value
    set_chain(block, fleet=False)
    for names, command in (
        ((f"batchsubmit.{plugin.lower()}.executable", "executable"), "executable"),  # the talk of 2013 has the former
        (("executable.arguments",), "arguments"),
    ):
        option = block.take(*names)
        if option:
            block.submit[command] = option.value
    if "executable" not in block.submit:
        block.submit["executable"] = "/usr/libexec/wrapper.sh"
        block.say("executable: FILL IN; the section has none, and this is the one of AutoPyFactory's own examples.")
    _set_grid(block, plugin)
    set_environment(block, plugin)
    note_proxy(block, plugin)
    set_attributes(block, plugin)


def _set_grid(block: Block, plugin: str) -> None:
    resource = PLUGINS[plugin.lower()]
    if resource == "condor":
        gate = option_of(block, plugin, "gridresource")
        port = option_of(block, plugin, "port")
        host = gate.value.partition(":")[0] if gate else "FILL-IN.example.org"
        resource = f"condor {host} {host}:{port.value if port else '9619'}"
        if not gate:
            block.say("grid_resource: FILL IN the HTCondor-CE; the section has no gridresource.")
    if resource:
        block.submit["universe"] = "grid"
        block.submit["grid_resource"] = resource
