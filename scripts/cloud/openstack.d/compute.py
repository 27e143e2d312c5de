"""All of Nova in one process: conductor, scheduler, one fake hypervisor and the API: compute.py PORT OTHER_URL ...

It needs no message broker that way (oslo.messaging's fake://).  The other services must answer before it starts.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback

import one_writer  # noqa: F401 - before any database is opened

PORT, *OTHERS = sys.argv[1:]
sys.argv = ["nova"]
os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "true"
# Before any other part of Nova: it reads the configuration and settles for native threads.
APP = importlib.import_module("nova.wsgi.osapi_compute").application

import guests
import os_vif
import waitress
from answer import wait_for_answer
from faults import breakable
from nova import context, service
from nova.compute import manager
from nova.compute import rpcapi as compute_rpcapi
from nova.conf import CONF
from nova.objects import host_mapping
from nova.scheduler.client import report

# The resource tracker asks Placement for every server's allocation at every change, for reshapes: never needed here.
report.SchedulerReportClient.get_allocations_for_provider_tree = lambda *_, **__: {}
# The node's identity is the driver's own; nova would look for a file of an earlier start.
manager.ComputeManager._ensure_existing_node_identity = lambda *_: None  # noqa: SLF001
sys.modules["nova.virt.guests"] = guests  # where nova looks for its driver


def main() -> None:
    os_vif.initialize()
    for url in OTHERS:
        wait_for_answer(url)
    services = [
        service.Service.create(host=CONF.host, binary="nova-conductor", topic="conductor"),
        service.Service.create(host=CONF.host, binary="nova-scheduler", topic="scheduler"),
        service.Service.create(
            host="host1",
            binary="nova-compute",
            topic=compute_rpcapi.RPC_TOPIC,
            topic_alt=compute_rpcapi.RPC_TOPIC_ALT,
        ),
    ]
    for one in services:
        one.start()
    host_mapping.discover_hosts(context.get_admin_context())
    waitress.serve(breakable(APP, "nova"), host="127.0.0.1", port=int(PORT), threads=8)


if __name__ == "__main__":
    try:
        main()
    except BaseException:  # threads already run: leave at once
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
