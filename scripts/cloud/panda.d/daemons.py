"""What panda-server's own daemons do: finish the jobs whose pilot has reported the end, write the queues' files."""

from __future__ import annotations

import os
import tempfile
import threading
import time
import traceback

import absent  # noqa: F401 - before any of panda-server
from pandaserver.brokerage.SiteMapper import SiteMapper
from pandaserver.config import panda_config
from pandaserver.daemons.scripts import cache_schedconfig
from pandaserver.dataservice.adder_gen import AdderGen
from pandaserver.taskbuffer.TaskBuffer import TaskBuffer
from settings import SCHEDCONFIG, STATE

PERIOD = 0.5
_LOCK_MINUTES = 10
_BUFFER = TaskBuffer()


def connect() -> None:
    panda_config.setupPlugin()
    _BUFFER.init(panda_config.dbhost, panda_config.dbpasswd, nDBConnection=1, useTimeout=True, requester="daemons")


def write_schedconfig() -> None:
    """Write every queue's files, by the server's own script; nobody reads half a file."""
    with tempfile.TemporaryDirectory(dir=STATE) as new:
        cache_schedconfig.main(["", "-o", new], tbuf=_BUFFER)
        names = os.listdir(new)
        for name in names:
            os.replace(f"{new}/{name}", SCHEDCONFIG / name)
    for file in SCHEDCONFIG.iterdir():
        if file.name not in names:
            file.unlink()


def _add_outputs() -> None:
    """Do one round of the server's script add_main, without its processes and its pauses."""
    reports = _BUFFER.listJobOutputReport(only_unlocked=True, time_limit=_LOCK_MINUTES, limit=100, grace_period=0)
    if not reports:
        return
    sites = SiteMapper(_BUFFER)
    pid = "daemons"
    for job, status, attempt, _time in reports:
        if _BUFFER.lockJobOutputReport(panda_id=job, attempt_nr=attempt, pid=pid, time_limit=_LOCK_MINUTES):
            adder = AdderGen(_BUFFER, job, status, attempt, ignore_tmp_error=True, siteMapper=sites, pid=pid,
                             prelock_pid=pid, lock_offset=_LOCK_MINUTES - 1)  # fmt: skip
            adder.run()


def start() -> None:
    def work() -> None:
        while True:
            try:
                _add_outputs()
            except Exception:
                traceback.print_exc()
            time.sleep(PERIOD)

    threading.Thread(target=work, daemon=True).start()
