"""Waiting with a deadline, and a cloud of local VMs without HTCondor."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from condor_elastic.gahp.driver import Instance, Launch
from condor_elastic.gahp.local import LocalDriver

ROOT = Path(__file__).parents[3]
MASTER = """\
#!/bin/sh
exec sh "${CONDOR_CONFIG%/*}/behaviour"
"""


def wait_until(look: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Return the first true value of look(); fail after this many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        value = look()
        if value:
            return value
        assert time.monotonic() < deadline, f"still {value!r}"
        time.sleep(0.02)


class Cloud:
    """Local VMs whose condor_master is a shell script of the test's."""

    def __init__(self, directory: Path) -> None:
        self.base = directory / "vms"
        self.base.mkdir(mode=0o700)
        self.master = directory / "condor_master"
        self.master.write_text(MASTER)
        self.master.chmod(0o755)
        self.driver = self.another()

    def another(self) -> LocalDriver:
        """Return a driver as another GAHP process would have it."""
        return LocalDriver(self.base, "/keys", str(self.master))

    def launch(self, token: str, script: str, **more: Any) -> Launch:
        """Return a launch whose master runs this script."""
        body = "".join(f"      {line}\n" for line in script.splitlines())
        data = "#cloud-config\nwrite_files:\n  - path: /etc/condor/behaviour\n    content: |\n" + body
        return Launch(token, **{"image": "worker", "instance_type": "1x512", "user_data": data.encode(), **more})

    def start(self, token: str, script: str) -> str:
        return self.driver.start(self.launch(token, script))

    def state(self, instance_id: str) -> str | None:
        """Return the state in a list of a driver of its own, so that nothing is counted as reported."""
        return next((i.state for i in self.another().list() if i.id == instance_id), None)

    def until(self, instance_id: str, state: str | None) -> None:
        wait_until(lambda: self.state(instance_id) == state)

    def end(self, instance_id: str) -> Instance:
        """Return the VM once it is terminated."""
        self.until(instance_id, "terminated")
        return next(i for i in self.another().list() if i.id == instance_id)
