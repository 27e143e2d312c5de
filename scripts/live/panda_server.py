"""The real panda-servers of scripts/cloud/panda, and their control service, as a test sees them."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

PLAIN = "http://127.0.0.1:16080"  # asks for no token
OIDC = "http://127.0.0.1:16081"  # asks for one of the control service's, with an Origin
CONNECTIONS = 2  # to the database, of each server; it takes them in turn
CONTROL = "http://127.0.0.1:16099"
DEMAND = "/api/v1/statistics/job_stats_by_site_and_resource_type?time_window=0"
SITES = "/api/v1/metaconfig/get_site_specs?type=all"
DETAILED = "/api/v1/statistics/active_job_detailed_stats_by_site"


class ControlError(RuntimeError):
    """The control service does not want, or cannot do, what a test asks for."""


class PandaServer:
    """What a test puts into the servers' database, and what really stands there."""

    def add_jobs(self, queue: str, count: int, seconds: float = 0, **more: Any) -> list[int]:
        """Put jobs into a queue; more are state, resource_type, label, gshare and cores."""
        found: list[int] = self._post("add_jobs", queue=queue, count=count, seconds=seconds, **more)["ids"]
        return found

    def set_queue(self, name: str, **fields: Any) -> dict[str, Any]:
        """Make a queue, or change fields of its schedconfig; all of them are returned."""
        return self._post("set_queue", name=name, **fields)

    def remove_queue(self, name: str) -> None:
        self._post("remove_queue", name=name)

    def clear(self) -> None:
        """Remove every job; the queues stay."""
        self._post("clear")

    def aggregate(self, times: int = 1) -> None:
        """Refresh the statistics, as the database's cron does each minute; 2 leaves each row twice."""
        self._post("aggregate", times=times)

    def auto_aggregate(self, seconds: float) -> None:
        """Refresh the statistics each so many seconds; 0 ends that."""
        self._post("auto_aggregate", seconds=seconds)

    def rows(self) -> dict[str, dict[str, dict[str, int]]]:
        """Count the jobs themselves: queue, resource type ("null" for none), state."""
        return self._post("rows")

    def jobs(self) -> list[dict[str, Any]]:
        """List the jobs; a finished one stands in the table jobsarchived4."""
        found: list[dict[str, Any]] = self._post("jobs")["jobs"]
        return found

    def database(self, do: str) -> None:
        """Let PostgreSQL "stop" or "start"; it has when this returns."""
        self._post("database", do=do)

    def settle(self) -> None:
        """Start the database, and wait until each connection of both servers has noticed."""
        self.database("start")
        for url in (PLAIN, OIDC):
            fine, deadline = 0, time.monotonic() + 30
            while fine < CONNECTIONS:
                fine = fine + 1 if statistics(SITES, url)["success"] else 0
                if time.monotonic() > deadline:
                    raise ControlError(f"{url} does not come back")

    def break_table(self, table: str, seconds: float) -> None:
        """Let a table be missing for so long."""
        self._post("break_table", table=table, seconds=seconds)

    def token(self, kind: str = "good", seconds: float = 3600, **claims: Any) -> str:
        """Sign a token: good, expired, nogroup or badaud; a claim that is None is left out."""
        return str(self._post("token", kind=kind, seconds=seconds, claims=claims)["token"])

    def write_token(self, file: Path, kind: str = "good", seconds: float = 3600, **claims: Any) -> None:
        """Sign a token into a file; whoever reads it sees the old one or the new one."""
        new = file.with_name(f"{file.name}.new")
        new.write_text(self.token(kind, seconds, **claims))
        new.replace(file)

    @staticmethod
    def _post(call: str, **what: Any) -> dict[str, Any]:
        request = urllib.request.Request(f"{CONTROL}/{call}", json.dumps(what).encode(), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                said: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise ControlError(f"{call}: {json.load(error)['error']}") from None
        return said


def get(url: str, **headers: str) -> tuple[int, str]:
    """Ask a server as a client does that wants JSON; returns the status and the text."""
    return _ask(urllib.request.Request(url, headers={"Accept": "application/json", **headers}))


def post(url: str, what: dict[str, Any], **headers: str) -> tuple[int, str]:
    """Tell a server something, as a pilot does; returns the status and the text."""
    headers = {"Content-Type": "application/json", **headers}
    return _ask(urllib.request.Request(url, json.dumps(what).encode(), headers, method="POST"))


def _ask(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def statistics(path: str = DEMAND, url: str = PLAIN) -> dict[str, Any]:
    """Ask for statistics: success, message and data."""
    said: dict[str, Any] = json.loads(get(url + path)[1])
    return said
