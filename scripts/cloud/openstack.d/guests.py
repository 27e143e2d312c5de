"""Nova's fake hypervisor, steered by a test.

By the metadata key "guest" of a server: "abort" and "retry" make the build fail, for good or so that Nova tries
elsewhere, "slow N" makes it last N seconds; Nova deletes such a server only then.  By a file
$ELASTIC_OUT/off/<server id>: the guest powers itself off.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from nova import exception
from nova.compute import power_state
from nova.virt import event, fake

OFF = Path(os.environ.get("ELASTIC_OUT") or "/nonexistent") / "off"


class SteeredDriver(fake.FakeDriver):
    def init_host(self, host: str) -> None:
        super().init_host(host)
        threading.Thread(target=self._watch, daemon=True).start()

    # The fake's own nodes get a new id whenever it starts, which a Nova that is restarted refuses.
    def get_available_resource(self, nodename: str) -> dict[str, Any]:
        return {**super().get_available_resource(nodename), "uuid": _node_uuid(nodename)}

    def get_nodenames_by_uuid(self, refresh: bool = False) -> dict[str, str]:  # noqa: ARG002, FBT001, FBT002
        return {_node_uuid(name): name for name in self.get_available_nodes()}

    def spawn(self, context: Any, instance: Any, *arguments: Any, **named: Any) -> None:
        word, _, seconds = instance.metadata.get("guest", "").partition(" ")
        if word == "abort":
            raise exception.BuildAbortException(instance_uuid=instance.uuid, reason="the test wants it so")
        if word == "retry":
            raise exception.ComputeResourcesUnavailable(reason="the test wants it so")
        if word == "slow":
            time.sleep(float(seconds))
        super().spawn(context, instance, *arguments, **named)

    def _watch(self) -> None:
        while True:
            time.sleep(0.5)
            for file in OFF.iterdir() if OFF.is_dir() else ():
                guest = self.instances.get(file.name)
                if guest is not None and guest.state == power_state.RUNNING:
                    guest.state = power_state.SHUTDOWN
                    self.emit_event(event.LifecycleEvent(file.name, event.EVENT_LIFECYCLE_STOPPED))
                    file.unlink()


def _node_uuid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))
