#!/usr/bin/env python3
"""A pilot in one file: fetches jobs, sleeps as long as they say, reports (panda-server's api/v1/pilot_api.py)."""
from __future__ import annotations

import argparse
import http.client
import json
import re
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

ENDS = {signal.SIGTERM, signal.SIGINT}  # HTCondor evicts with SIGTERM
DELAYS = (0.5, 1.0, 2.0, 4.0, 6.0, 6.0)  # seconds before another try at a refused connection, 19.5 in all
TIMEOUT = 10.0
HEADERS = {"Content-Type": "application/json"}  # makes the answer JSON as well
FINE, EVICTED, TROUBLE = 0, 1, 3  # 2 is argparse's


class ServerError(Exception):
    """The server cannot be reached, or answers nonsense."""


class EvictionError(Exception):
    """The batch system wants the slot back."""


def say(text: str) -> None:
    """One line for each step, at once: an evicted pilot's buffer may be lost."""
    print(text, flush=True)


def wait(seconds: float) -> None:
    """Sleeps, unless told to end; ENDS are blocked, so nothing is interrupted anywhere else."""
    if signal.sigtimedwait(ENDS, seconds) is not None:
        raise EvictionError


class Server:
    """The calls of a pilot."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc

    def call(self, method: str, parameters: dict[str, Any], delays: Iterable[float] = DELAYS) -> dict[str, Any]:
        """One call; only a refused connection is tried again, as the server has surely not seen that one."""
        for delay in delays:
            answer = self._post(method, parameters)
            if answer is not None:
                return answer
            say(f"{self._host} refuses, again in {delay:g} s")
            wait(delay)
        answer = self._post(method, parameters)
        if answer is None:
            raise ServerError(f"{self._host} refuses")
        return answer

    def _post(self, method: str, parameters: dict[str, Any]) -> dict[str, Any] | None:
        """The answer, or None when the connection was refused."""
        connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT)
        try:
            connection.request("POST", f"/api/v1/pilot/{method}", json.dumps(parameters), HEADERS)
            answer = json.loads(connection.getresponse().read())
        except ConnectionRefusedError:
            return None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ServerError(f"{method}: {error!r}") from error
        finally:
            connection.close()
        if not isinstance(answer, dict):
            raise ServerError(f"{method}: {answer!r}")
        return answer


def acquire(server: Server, options: argparse.Namespace) -> dict[str, Any] | None:
    """A job, or None when there is none."""
    parameters = {"site_name": options.queue, "prod_source_label": "managed", "node": options.node, "n_jobs": 1}
    if options.resource_type:
        parameters["resource_type"] = options.resource_type
    answer = server.call("acquire_jobs", parameters)
    if answer.get("message") == "No jobs in PanDA":
        return None
    if not answer.get("success"):
        raise ServerError(f"acquire_jobs: {answer.get('message')}")
    job: dict[str, Any] = answer["data"]["jobs"][0]
    return job


def update(server: Server, job: dict[str, Any], status: str, delays: Iterable[float] = DELAYS, **more: Any) -> None:
    """Reports a job's state."""
    parameters = {"job_id": job["PandaID"], "job_status": status, "attempt_nr": job["attemptNr"], **more}
    answer = server.call("update_job", parameters, delays)
    data = answer.get("data") or {}
    if not answer.get("success") or data.get("StatusCode") != 0:
        raise ServerError(f"update_job: {answer.get('message')}")
    if data.get("command") == "tobekilled":
        raise ServerError(f"job {job['PandaID']} is to be killed, says the server")
    say(f"job {job['PandaID']} {status}")


def run(server: Server, job: dict[str, Any], node: str) -> None:
    """One job from running to finished, or to failed when evicted."""
    wanted = re.search(r"--seconds (\d+(?:\.\d+)?)", job["jobPars"])
    try:
        wait(0)  # told to end while the job was being fetched?
        update(server, job, "running", node=node)
        wait(float(wanted[1]) if wanted else 0)
        update(server, job, "finished", node=node)
    except EvictionError:
        try:
            update(server, job, "failed", delays=(), node=node, pilot_error_diag="evicted")  # no time to try again
        except ServerError as trouble:  # the eviction is what counts for the exit code
            say(str(trouble))
        raise


def work(server: Server, options: argparse.Namespace) -> int:
    """As many jobs as asked for; none left is fine too."""
    for _ in range(options.jobs):
        wait(0)
        job = acquire(server, options)
        if job is None:
            say(f"no job for {options.queue}")
            break
        say(f"job {job['PandaID']} acquired: {job['jobPars']}")
        run(server, job, options.node)
    return FINE


def main(words: list[str] | None = None) -> int:
    """Exits 0 when all went well, 1 when evicted, 3 on trouble with the server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, help="http://host:port")
    parser.add_argument("--queue", required=True)
    parser.add_argument("--resource-type")
    parser.add_argument("--jobs", type=int, default=1, metavar="N")
    parser.add_argument("--node", default=socket.gethostname(), metavar="NAME")
    options = parser.parse_args(words)
    for end in ENDS:
        signal.signal(end, signal.SIG_DFL)  # ignored, as a background shell leaves SIGINT, it would never be pending
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    try:
        return work(Server(options.url), options)
    except EvictionError:
        say("evicted")
        return EVICTED
    except ServerError as trouble:
        say(str(trouble))
        return TROUBLE


if __name__ == "__main__":
    sys.exit(main())
