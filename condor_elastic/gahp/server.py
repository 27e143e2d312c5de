"""The conversation with the gridmanager: each line is answered at once, the work is done by threads.

Twenty seconds without an answer make the gridmanager give up (GRIDMANAGER_GAHP_RESPONSE_TIMEOUT), and so does an answer
or a result that it does not expect (EXCEPT in gahp-client.cpp and ec2-gahp-client.cpp).
"""

from __future__ import annotations

import argparse
import getpass
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from condor_elastic.gahp import drivers
from condor_elastic.gahp.commands import NAMES, Control, Request, ResponsePrefix
from condor_elastic.gahp.driver import CloudError, Credentials, Driver, Hurried
from condor_elastic.gahp.host import config_value
from condor_elastic.gahp.journal import LOG, open_log
from condor_elastic.gahp.lanes import THREADS, Lanes
from condor_elastic.gahp.line import BadLine, Lines
from condor_elastic.gahp.newborns import Newborns
from condor_elastic.gahp.offer import BANNER, COMMANDS
from condor_elastic.gahp.outbox import Outbox
from condor_elastic.gahp.perform import perform
from condor_elastic.gahp.protocol import parse, service_url
from condor_elastic.gahp.relay import is_installed, relay
from condor_elastic.gahp.warm_up import warm_up

OpenDriver = Callable[[str, Credentials], Driver]


class Server:
    """Answers lines; keeps one driver for each URL and pair of key files."""

    def __init__(self, outbox: Outbox, workers: int, open_driver: OpenDriver = drivers.open_driver) -> None:
        """Work with this many threads."""
        self._outbox = outbox
        self._open_driver = open_driver
        self._lanes = Lanes(self._work, workers)
        self._lock = threading.Lock()
        self._drivers: dict[tuple[str, Credentials], Driver] = {}
        self._newborns = Newborns()
        self._closing = False
        self._throttled = 0
        self.requests = 0

    def answer(self, line: bytes) -> bool:
        """Answer one line; return False after QUIT."""
        try:
            command = parse(line)
        except BadLine as error:
            LOG.warning("a line was refused: %s", error)
            self._outbox.answer(b"E")
            return True
        if isinstance(command, Request):
            self.requests += 1
            self._outbox.answer(b"S")
            self._lanes.take(command)
        elif isinstance(command, ResponsePrefix):
            self._outbox.set_prefix(command.prefix)
        else:
            self._control(command)
        return command != Control("QUIT")

    def _control(self, command: Control) -> None:
        outbox = self._outbox
        if command.name == "RESULTS":
            outbox.hand_out_results()
        elif command.name.startswith("ASYNC_MODE_"):
            outbox.set_asynchronous(on=command.name == "ASYNC_MODE_ON")
        elif command.name == "COMMANDS":
            outbox.answer(b" ".join([b"S", *(name.encode() for name in COMMANDS)]))
        elif command.name == "VERSION":
            outbox.answer(b"S " + BANNER)
        elif command.name == "STATISTICS":
            # Requests are not repeated here, so each is distinct; nothing of ours is signed.
            outbox.answer(b"S %d %d %d 0" % (self.requests, self.requests, self._throttled))
        else:
            outbox.answer(b"S")

    def _work(self, request: Request) -> None:
        name = NAMES[type(request)]
        try:
            words = perform(request, self._driver(request), self._newborns)
        except CloudError as error:
            self._throttled += error.code == "RequestLimitExceeded"
            LOG.warning("%d %s failed: %s", request.request_id, name, error)
            self._fail(request, error.code, _with_code(error))
        except Exception as error:  # whatever a driver does, the gridmanager must get its result
            where = _where(error)
            LOG.error("%d %s failed: %s at %s", request.request_id, name, type(error).__name__, where)
            self._fail(request, "InternalError", f"{type(error).__name__} at {where}")
        else:
            LOG.debug("%d %s done", request.request_id, name)
            self._outbox.add_result([str(request.request_id), "0", *words])

    def _fail(self, request: Request, code: str, message: str) -> None:
        self._outbox.add_result([str(request.request_id), "1", code, message])

    def _driver(self, request: Request) -> Driver:
        key = (request.url, Credentials(request.access_key_file, request.secret_key_file))
        with self._lock:
            if key not in self._drivers:
                self._drivers[key] = self._open_driver(*key)
                if self._closing:
                    _hurry(self._drivers[key])
            return self._drivers[key]

    def close(self) -> None:
        """Let the work that has begun come to its end, drop the rest and tidy up."""
        with self._lock:  # work that has begun may be about to open another
            self._closing = True
            for driver in self._drivers.values():
                _hurry(driver)
        self._lanes.close()
        for driver in self._drivers.values():
            try:
                driver.close()
            except (CloudError, OSError) as error:  # noqa: PERF203 - one driver's trouble is its own
                LOG.warning("closing a driver failed: %s", error)


def _hurry(driver: Driver) -> None:
    if isinstance(driver, Hurried):
        driver.hurry()


def _with_code(error: CloudError) -> str:
    """Return the text that becomes the HoldReason: the gridmanager keeps a code for itself (ec2_vm_start())."""
    return error.message if error.message.startswith(error.code) else str(error)


def _where(error: Exception) -> str:
    """Name the line, not the text, of an unexpected error: the text may quote user data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "an unknown place"


def read_chunks(source: int) -> Iterator[bytes]:
    """Yield what can be read until the end."""
    return iter(lambda: os.read(source, 65536), b"")


def converse(server: Server, source: int, foreign: Callable[[str], bool]) -> bytes:
    """Answer until QUIT or the end of the input; return b"", or, unanswered, all from the first line that is foreign.

    Once a request has been answered here the process keeps to its own drivers.
    """
    lines = Lines()
    for data in read_chunks(source):
        for line in lines.feed(data):
            url = service_url(line)
            if not server.requests and url is not None and foreign(url):
                return line + b"\n" + lines.rest()
            if not server.answer(line):
                return b""
    return b""


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the options that the gridmanager gives to the stock GAHP; unknown ones are ignored."""
    parser = argparse.ArgumentParser(prog="condor_elastic_gahp", add_help=False)
    parser.add_argument("-f", dest="log", nargs="?")
    parser.add_argument("-m", dest="workers", nargs="?")
    parser.add_argument("-d", dest="level", nargs="?")
    return parser.parse_known_args(arguments)[0]


def _workers(text: str | None) -> int:
    """Return the number of threads for launches."""
    return max(THREADS, min(int(text), 64)) if text and text.isdigit() else THREADS


def _leave(*_: Any) -> NoReturn:
    raise SystemExit(0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve on standard input and output until the gridmanager is done; return the exit status."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parse_arguments(given)
    signal.signal(signal.SIGTERM, _leave)
    outbox = Outbox(sys.stdout.fileno())
    server = Server(outbox, _workers(options.workers))
    warming = None
    try:
        outbox.answer(BANNER)
        warming = warm_up()
        log = options.log or config_value("EC2_GAHP_LOG", f"/tmp/EC2GahpLog.{getpass.getuser()}")  # noqa: S108 - HTCondor's default
        open_log(log, verbose="FULLDEBUG" in (options.level or ""))
        begun = converse(server, sys.stdin.fileno(), lambda url: drivers.is_foreign(url) and is_installed())
        return relay(given, begun, sys.stdin.fileno(), outbox) if begun else 0
    except BrokenPipeError:
        return 0
    except OSError as error:
        LOG.error("ending: %s", error)
        return 1
    finally:
        server.close()
        if warming:
            warming.join()
