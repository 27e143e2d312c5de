"""The submit text of a pilot: the items it may name, the site's commands, and our marks, as a later line wins."""

from __future__ import annotations

import os

from condor_elastic.knobs import GlobalKnobs, QueueKnobs
from condor_elastic.knobs.commands import last, split
from condor_elastic.knobs.queue import PILOT_ITEMS
from condor_elastic.model import PilotShape

PILOT_ID = "$(Cluster).$(Process)"


def pilot_text(pool: GlobalKnobs, queue: QueueKnobs, shape: PilotShape) -> str:
    """Make the submit text of a pilot of this shape.

    What it asks for, if the site's commands say nothing else, is the shape; the names in its environment are those that
    PanDA's wrapper and monitors know from AutoPyFactory and Harvester (runpilot2-wrapper.sh).
    """
    lines = [
        "universe = vanilla",
        *(f"{name} = {value}" for name, value in items(queue, shape).items()),
        *_requests(shape),
        queue.submit,
        *_credentials(queue),
        f"environment = {_environment(pool, queue)}",
        f'My.ElasticPool = "{pool.pool}"',
        f'My.ElasticPilotQueue = "{queue.name}"',
        f'My.ElasticResourceType = "{shape.type}"' if shape.type else "",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def items(queue: QueueKnobs, shape: PilotShape) -> dict[str, str]:
    """Give what $(ResourceType) and the other items of a pilot stand for."""
    panda_queue = queue.panda_queue or queue.name
    values = (panda_queue, queue.panda_url, shape.type, shape.cores, shape.memory, shape.disk, queue.label)
    return dict(zip(PILOT_ITEMS, map(str, values)))


def _requests(shape: PilotShape) -> list[str]:
    asked = {"request_cpus": shape.cores, "request_memory": shape.memory, "request_disk": shape.disk}
    return [f"{command} = {value}" for command, value in asked.items() if value]


def _credentials(queue: QueueKnobs) -> list[str]:
    """Let HTCondor delegate the proxy, and send the token as a file: neither stands in an ad."""
    lines = [f"x509userproxy = {queue.pilot_proxy}"] if queue.pilot_proxy else []
    if queue.pilot_token_file:
        files = [*split(last(queue.submit, "transfer_input_files")), queue.pilot_token_file]
        lines.append("transfer_input_files = " + ", ".join(files))
    return lines


def _environment(pool: GlobalKnobs, queue: QueueKnobs) -> str:
    """Put our names before those of the site, which win; in the way of writing that the site has chosen."""
    names = {
        "PANDA_JSID": pool.pool,
        "APFFID": pool.pool,
        "APFCID": PILOT_ID,
        "FACTORYQUEUE": queue.name,
        "GTAG": f"{queue.log_url}/{PILOT_ID}.out" if queue.log_url else "",
        "PANDA_AUTH_TOKEN": os.path.basename(queue.pilot_token_file),
        "PANDA_AUTH_ORIGIN": queue.panda_origin if queue.pilot_token_file else "",
    }
    ours = [f"{name}={value}" for name, value in names.items() if value]
    said = last(queue.submit, "environment") or last(queue.submit, "env")
    if said and not said.startswith('"'):  # the old way of writing: no quotes, semicolons
        return ";".join([*ours, said])
    return '"' + " ".join(ours) + (" " + said[1:] if said else '"')
