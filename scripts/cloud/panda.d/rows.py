"""Jobs and queues as rows: what tests put in and count, and what the server's database does each minute."""
# ruff: noqa: S608 - the names of tables and columns in a query are written in here, all values are parameters

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import psycopg2
from settings import DATABASE

STATES = {
    "jobsdefined4": ("pending", "defined", "assigned", "waiting"),
    "jobsactive4": ("activated", "sent", "starting", "running", "holding", "transferring", "merging", "throttled"),
    "jobsarchived4": ("finished", "failed", "closed", "cancelled"),
}
TABLES = {state: table for table, states in STATES.items() for state in states}
MORE = ("jobparamstable", "metatable", "filestable4", "job_output_report")
_AGGREGATES = {
    "mv_jobsactive4_stats": """
      (cur_date, cloud, computingsite, jobstatus, processingtype, prodsourcelabel, vo, workqueue_id, resource_type,
       num_of_jobs, num_of_cores)
      SELECT now(), cloud, computingsite, jobstatus, processingtype, prodsourcelabel, vo, workqueue_id, resource_type,
       count(*), sum(corecount) FROM jobsactive4 GROUP BY 2, 3, 4, 5, 6, 7, 8, 9""",
    "jobs_share_stats": """
      (ts, gshare, computingsite, jobstatus, vo, workqueue_id, resource_type, maxpriority, njobs)
      SELECT now(), gshare, computingsite, jobstatus, vo, workqueue_id, resource_type, max(currentpriority), count(*)
       FROM jobsactive4 GROUP BY 2, 3, 4, 5, 6, 7""",
}
_QUEUE = {"cloud": "US", "status": "online", "state": "ACTIVE", "type": "unified", "vo_name": "atlas", "corecount": 1,
          "corepower": 10.0, "capability": "ucore", "maxrss": 2000, "minrss": 0, "maxtime": 86400, "maxwdir": 10000,
          "timefloor": 0, "workflow": "pull", "pilot_manager": "Harvester", "resource_type": "cloud", "params": {},
          "region": "US"}  # fmt: skip


@contextlib.contextmanager
def connect() -> Iterator[Any]:
    """Give a cursor of a connection of its own; all it does is one transaction."""
    connection = psycopg2.connect(**DATABASE, connect_timeout=5, application_name="control")
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def add_jobs(queue: str, count: int, state: str, seconds: float, columns: dict[str, Any]) -> list[int]:
    """Put jobs into the table of their state; each wants to run for so long.  Returns their ids."""
    row = {
        "jobdefinitionid": 1, "jobstatus": state, "computingsite": queue, "cloud": "US", "vo": "atlas",
        "currentpriority": 900, "assignedpriority": 900, "processingtype": "simul", "workqueue_id": 2, "diskio": 10,
        "minramcount": 2000, "attemptnr": 1, "maxattempt": 1, "maxcpucount": 0, "maxdiskcount": 0,
        "transformation": "sleep", "produsername": "tests", "produserid": "/CN=tests", **columns,
    }  # fmt: skip
    names, values = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    insert = f"""
      WITH added AS (
        INSERT INTO {TABLES[state]} (pandaid, jobname, creationtime, modificationtime, statechangetime, {names})
        SELECT id, 'job' || id, now(), now(), now(), {values}
          FROM (SELECT nextval('job_ids') AS id FROM generate_series(1, %(count)s)) AS new
        RETURNING pandaid)
      INSERT INTO jobparamstable (pandaid, jobparameters) SELECT pandaid, %(parameters)s FROM added RETURNING pandaid"""
    with connect() as cursor:
        cursor.execute(insert, {**row, "count": count, "parameters": f"--seconds {seconds:g}"})
        return sorted(int(found) for (found,) in cursor)


def set_queue(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Make a queue, or change what is said of it; returns all that is said of it now."""
    with connect() as cursor:
        cursor.execute("SELECT data FROM schedconfig_json WHERE panda_queue = %s", [name])
        said = cursor.fetchone()
        names = dict.fromkeys(("nickname", "name", "siteid", "panda_resource", "atlas_site"), name)
        data = {**_QUEUE, **names, **(said[0] if said else {}), **fields}
        cursor.execute(
            "INSERT INTO schedconfig_json VALUES (%s, %s, now()) ON CONFLICT (panda_queue) "
            "DO UPDATE SET data = excluded.data, last_update = now()",
            [name, json.dumps(data)],
        )
    return data


def remove_queue(name: str) -> None:
    with connect() as cursor:
        cursor.execute("DELETE FROM schedconfig_json WHERE panda_queue = %s", [name])


def clear() -> None:
    """Remove every job and what has been aggregated of them; the queues stay."""
    with connect() as cursor:
        _one_at_a_time(cursor)
        for table in (*STATES, *_AGGREGATES, *MORE):
            cursor.execute(f"DELETE FROM {table}")


def _one_at_a_time(cursor: Any) -> None:
    # Else two at once would each leave its rows; the servers can read meanwhile.
    cursor.execute(f"LOCK TABLE {', '.join(_AGGREGATES)} IN EXCLUSIVE MODE")


def aggregate(times: int) -> None:
    """Do what the database's cron does each minute; 2 leaves each row twice, as refreshes do that overlap."""
    with connect() as cursor:
        _one_at_a_time(cursor)
        for table, select in _AGGREGATES.items():
            cursor.execute(f"DELETE FROM {table}")
            for _ in range(times):
                cursor.execute(f"INSERT INTO {table} {select}")


def rows() -> dict[str, dict[str, dict[str, int]]]:
    """Count the jobs themselves: queue, resource type, state."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    columns = "computingsite, resource_type, jobstatus"
    # One query, so that no job is counted where it was and where it went.
    every = " UNION ALL ".join(f"SELECT {columns} FROM {table}" for table in STATES)
    with connect() as cursor:
        cursor.execute(f"SELECT {columns}, count(*) FROM ({every}) AS every GROUP BY {columns}")
        for queue, kind, state, number in cursor:
            counts.setdefault(queue, {}).setdefault(kind or "null", {})[state] = number
    return counts


def jobs() -> list[dict[str, Any]]:
    columns = {"id": "pandaid", "queue": "computingsite", "resource_type": "resource_type", "status": "jobstatus",
               "label": "prodsourcelabel", "node": "modificationhost", "attempt": "attemptnr",
               "diagnosis": "piloterrordiag"}  # fmt: skip
    select = " UNION ALL ".join(f"SELECT {', '.join(columns.values())}, '{table}' FROM {table}" for table in STATES)
    with connect() as cursor:
        cursor.execute(f"{select} ORDER BY 1")
        return [dict(zip((*columns, "table"), row)) for row in cursor]


def rename(table: str, name: str) -> None:
    with connect() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
        cursor.execute(f"ALTER TABLE {table} RENAME TO {name}")
