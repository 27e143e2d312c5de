"""The way to HTCondor's own ec2_gahp: every URL that is not ours goes there, unchanged.

The gridmanager has one GAHP process per key file and URL (EC2Resource::EC2Resource in ec2resource.cpp), so a process
that has become a relay stays one.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from typing import IO

from condor_elastic.gahp.host import config_value
from condor_elastic.gahp.journal import LOG
from condor_elastic.gahp.line import Lines
from condor_elastic.gahp.outbox import Outbox

_CHUNK = 65536
_PATIENCE = 10.0
"""Seconds that the stock GAHP has to leave once its input has ended."""


def stock_path() -> str:
    """Return the path of the stock GAHP: ELASTIC_STOCK_EC2_GAHP."""
    return config_value("ELASTIC_STOCK_EC2_GAHP", "/usr/sbin/ec2_gahp")


def is_installed() -> bool:
    """Tell whether there is a stock GAHP."""
    return os.access(stock_path(), os.X_OK)


def relay(arguments: Sequence[str], begun: bytes, source: int, outbox: Outbox) -> int:
    """Pass everything on until either side ends, and return the exit status of the stock GAHP.

    begun is what has been read from source and not answered yet.  Raises OSError when there is no stock GAHP.
    """
    stock = subprocess.Popen(
        [stock_path(), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, close_fds=True
    )
    LOG.info("relaying to %s, pid %d", stock_path(), stock.pid)
    inlet, outlet = _both(stock)
    try:
        answers = _read_lines(outlet)
        _catch_up(inlet, answers, asynchronous=outbox.asynchronous)
        threading.Thread(target=_forward, args=(begun, source, stock, inlet), daemon=True).start()
        for line in answers:
            outbox.answer(line)
    except BaseException:
        stock.terminate()
        raise
    finally:
        status = _end(stock)
    LOG.info("the stock GAHP ended with status %d", status)
    return status


def _both(stock: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if stock.stdin is None or stock.stdout is None:
        raise OSError("a process without pipes")
    return stock.stdin, stock.stdout


def _catch_up(inlet: IO[bytes], answers: Iterator[bytes], *, asynchronous: bool) -> None:
    """Bring the stock GAHP to where the conversation is: banner read, mode set.  The prefix is ours to write."""
    next(answers, None)
    if asynchronous:
        inlet.write(b"ASYNC_MODE_ON\n")
        next(answers, None)


def _read_lines(outlet: IO[bytes]) -> Iterator[bytes]:
    lines = Lines()
    for data in iter(lambda: outlet.read(_CHUNK), b""):
        yield from lines.feed(data)


def _forward(begun: bytes, source: int, stock: subprocess.Popen[bytes], inlet: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        data = begun
        while data:
            view = memoryview(data)
            while view:
                view = view[inlet.write(view) :]
            data = os.read(source, _CHUNK)
    with contextlib.suppress(OSError):
        inlet.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        stock.wait(_PATIENCE)
        return
    stock.kill()


def _end(stock: subprocess.Popen[bytes]) -> int:
    with contextlib.suppress(subprocess.TimeoutExpired):
        return stock.wait(_PATIENCE)
    stock.kill()
    return stock.wait()
