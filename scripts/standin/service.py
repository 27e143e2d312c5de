"""From a request to an answer, without a socket; order of the checks as in panda-server's server/panda.py."""
from __future__ import annotations

import json
import re
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from standin import control, parameters, pilot_calls, statistics_tables
from standin.faults import Fault, spoiled
from standin.queues import QueueTable
from standin.wire import JSON, Answer, Request, done, plain, refused, statistics

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable

    from standin.jobs import JobTable

MAX_WINDOW = 60 * 24 * 7  # minutes
DEFAULT_WINDOW = 60 * 12
BAD_WINDOW = 'Parameter "time_window" needs to be a positive integer smaller than 10080 min (7 days)'
MODULES = {
    "statistics": ("GET", parameters.STATISTICS),
    "metaconfig": ("GET", parameters.METACONFIG),
    "system": ("GET", parameters.SYSTEM),
    "pilot": ("POST", parameters.PILOT),
}
PATH = re.compile("/(?:api/(?P<version>[^/]*)/(?P<module>[^/]*)|server/panda)/(?P<method>[^/]*)")
Values = dict[str, Any]


class Service:
    """The calls of the stand-in over one job table and its queues."""

    def __init__(
        self, table: JobTable, clock: Callable[[], float] = time.time, queues: QueueTable | None = None
    ) -> None:
        self.faults: dict[str, Fault] = {}
        self._table = table
        self._queues = queues or QueueTable()
        self._clock = clock

    def answer(self, request: Request) -> Answer:
        """Any request's answer."""
        if request.path.startswith("/control/"):
            return self._control(request)
        module, method = _named(request.path)
        verb, calls = MODULES.get(module, ("", {}))
        if method not in calls:
            return plain(403, f"ERROR : method {method} is forbidden")
        try:
            given = _given(request)
        except ValueError as error:
            return plain(500, f"ERROR : received invalid JSON : {error}")
        value = self._call(method, verb, calls[method], request, given)
        return spoiled(self.faults.get(module, Fault()), value, as_json=request.wants_json)

    def _call(self, method: str, verb: str, expected: inspect.Signature, request: Request, given: Values) -> Values:
        if verb != request.verb:
            return refused(f"expecting {verb}, received {request.verb}")
        arguments = parameters.checked(expected, verb, given)
        if isinstance(arguments, str):
            return refused(arguments)
        return self._calls()[method](arguments)

    def _calls(self) -> dict[str, Callable[[Values], Values]]:
        return {
            "is_alive": lambda _: done(),
            "active_job_stats_by_site": lambda _: statistics(statistics_tables.by_site(self._table.rows())),
            "job_stats_by_site_and_resource_type": self._by_resource_type,
            "get_site_specs": self._site_specs,
            "acquire_jobs": lambda given: pilot_calls.acquire_jobs(self._table, given),
            "update_job": lambda given: pilot_calls.update_job(self._table, given),
        }

    def _by_resource_type(self, given: Values) -> Values:
        window = DEFAULT_WINDOW if given["time_window"] is None else given["time_window"]
        if not 0 <= window <= MAX_WINDOW:
            return refused(BAD_WINDOW, {})
        # No window, no archived job: a clock that jumps back must not bring one in.
        since = self._clock() - 60 * window if window else float("inf")
        return statistics(statistics_tables.by_site_and_resource_type(self._table.rows(), since))

    def _site_specs(self, given: Values) -> Values:
        return done(self._queues.specs((job.queue for job in self._table.rows()), given["type"]))

    def _control(self, request: Request) -> Answer:
        try:
            if (request.verb, request.path) == ("POST", "/control/add_jobs"):
                return control.add_jobs(self._table, request)
            if (request.verb, request.path) == ("GET", "/control/jobs"):
                return control.jobs(self._table)
            if (request.verb, request.path) == ("POST", "/control/fault"):
                fault = control.fault(request)
                self.faults[fault.module] = fault
                return control.answer(asdict(fault))
            if (request.verb, request.path) == ("POST", "/control/set_queue"):
                return control.set_queue(self._queues, request)
        except ValueError as error:  # bad JSON is one as well
            return control.answer({"error": str(error)}, 400)
        return control.answer({"error": f"no {request.verb} {request.path}"}, 404)


def _named(path: str) -> tuple[str, str]:
    """Module and method of a path; a version other than v1, and the removed /server/panda, have no module here."""
    found = PATH.fullmatch(path)
    if found is None:
        return "", ""
    return found["module"] if found["version"] == "v1" else "", found["method"]


def _given(request: Request) -> Values:
    """The parameters: of the query for a GET, of a JSON or form body else."""
    if request.verb != "GET" and request.content_type == JSON:
        given = json.loads(request.body)
        if not isinstance(given, dict):
            raise ValueError("not an object")
        return given
    text = request.query if request.verb == "GET" else request.body.decode()
    found = parse_qs(text, keep_blank_values=True)
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}
