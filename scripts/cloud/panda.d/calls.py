"""What tests can ask the control service for; parameters without a default must be given."""

from __future__ import annotations

import threading
from typing import Any

import daemons
import database
import issuer
import psycopg2
import rows
from checks import need, number, one_of, text, whole


class Calls:
    def __init__(self) -> None:
        self._period = 0.0
        self._told = threading.Event()
        self._broken: set[str] = set()
        threading.Thread(target=self._refresh, daemon=True).start()

    def add_jobs(self, queue: Any, count: Any = 1, state: Any = "activated", seconds: Any = 0, **more: Any) -> Any:
        """Put jobs into a queue.

        More are resource_type ("SCORE", or null), label ("managed"), gshare ("MC Production") and cores (1).
        """
        job = {"resource_type": "SCORE", "label": "managed", "gshare": "MC Production", "cores": 1}
        need(more.keys() <= job.keys(), f"a job has only {', '.join(job)}, not {', '.join(more.keys() - job.keys())}")
        job |= more
        kind = job["resource_type"]
        columns = {
            "resource_type": None if kind is None else text("resource_type", kind),
            "prodsourcelabel": text("label", job["label"]),
            "gshare": text("gshare", job["gshare"]),
            "corecount": whole("cores", job["cores"], 1),
        }
        one_of("state", state, rows.TABLES)
        rest = number("seconds", seconds)
        return {"ids": rows.add_jobs(text("queue", queue), whole("count", count), state, rest, columns)}

    def set_queue(self, name: Any, **fields: Any) -> Any:
        """Make a queue, or change these fields of it; says all that is said of it now."""
        said = rows.set_queue(text("name", name), fields)
        daemons.write_schedconfig()
        return said

    def remove_queue(self, name: Any) -> Any:
        """Remove a queue; its jobs stay."""
        rows.remove_queue(text("name", name))
        daemons.write_schedconfig()
        return {}

    def clear(self) -> Any:
        """Remove every job and what has been aggregated of them; the queues stay."""
        rows.clear()
        return {}

    def aggregate(self, times: Any = 1) -> Any:
        """Refresh the statistics now; 2 leaves each row twice, as refreshes that overlap do."""
        rows.aggregate(whole("times", times, 0, 10))
        return {}

    def auto_aggregate(self, seconds: Any) -> Any:
        """Refresh the statistics each so many seconds; 0 ends that."""
        self._period = number("seconds", seconds)
        self._told.set()
        return {}

    def rows(self) -> Any:
        """Count the jobs themselves: queue, resource type ("null" for none), state."""
        return rows.rows()

    def jobs(self) -> Any:
        """List the jobs."""
        return {"jobs": rows.jobs()}

    def database(self, do: Any) -> Any:
        """Stop or start PostgreSQL."""
        if one_of("do", do, ("stop", "start")) == "stop":
            if database.running():
                database.stop()
        elif not database.running():
            database.start()
        return {}

    def break_table(self, table: Any, seconds: Any) -> Any:
        """Let a table be missing for so long."""
        name = text("table", table).lower()
        need(name.isidentifier(), f"no table is called {name}")
        need(name not in self._broken, f"{name} is broken already")
        mend = threading.Timer(number("seconds", seconds, 0, 600), self._mend, [name])
        rows.rename(name, f"{name}_broken")
        self._broken.add(name)
        mend.start()
        return {}

    def token(self, kind: Any = "good", claims: Any = None, seconds: Any = 3600) -> Any:
        """Sign a token: good, expired, nogroup or badaud; a claim that is null is left out."""
        one_of("kind", kind, issuer.KINDS)
        need(claims is None or isinstance(claims, dict), f"claims are to be an object, not {claims!r}")
        return {"token": issuer.token(kind, claims or {}, number("seconds", seconds, -1e6))}

    def _mend(self, name: str) -> None:
        try:
            rows.rename(f"{name}_broken", name)
            self._broken.remove(name)
        except psycopg2.Error:  # the database may be stopped just now
            threading.Timer(0.2, self._mend, [name]).start()

    def _refresh(self) -> None:
        while True:
            self._told.wait(self._period or None)
            self._told.clear()
            if self._period:
                try:
                    rows.aggregate(1)
                except psycopg2.Error as error:
                    print(f"not refreshed: {error}", flush=True)
