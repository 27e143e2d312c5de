#!/usr/bin/python3
"""A GAHP that answers at once: what is left is the time that the gridmanager itself needs.

Instances run as soon as they are started and have ended as soon as they are stopped; nothing stands behind them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from condor_elastic.gahp.commands import Control, Request, ResponsePrefix, ServerType, Start, StatusAll, Stop
from condor_elastic.gahp.line import BadLine, Lines
from condor_elastic.gahp.offer import BANNER, COMMANDS
from condor_elastic.gahp.outbox import Outbox
from condor_elastic.gahp.protocol import parse


class Floor:
    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self.requests = 0
        self.instances: dict[str, tuple[str, str | None]] = {}

    def answer(self, line: bytes) -> bool:
        try:
            command = parse(line)
        except BadLine:
            self.outbox.answer(b"E")
            return True
        if isinstance(command, Request):
            self.requests += 1
            self.outbox.answer(b"S")
            self.outbox.add_result([str(command.request_id), "0", *self.words(command)])
        elif isinstance(command, ResponsePrefix):
            self.outbox.set_prefix(command.prefix)
        else:
            self.control(command)
        return command != Control("QUIT")

    def control(self, command: Control) -> None:
        if command.name == "RESULTS":
            self.outbox.hand_out_results()
        elif command.name.startswith("ASYNC_MODE_"):
            self.outbox.set_asynchronous(on=command.name == "ASYNC_MODE_ON")
        elif command.name == "COMMANDS":
            self.outbox.answer(b" ".join([b"S", *(name.encode() for name in COMMANDS)]))
        elif command.name == "VERSION":
            self.outbox.answer(b"S " + BANNER)
        elif command.name == "STATISTICS":
            self.outbox.answer(b"S %d %d 0 0" % (self.requests, self.requests))
        else:
            self.outbox.answer(b"S")

    def words(self, request: Request) -> list[str | None]:
        if isinstance(request, Start):
            instance_id = f"i-{len(self.instances):017x}"
            self.instances[instance_id] = ("running", request.token)
            return [instance_id]
        if isinstance(request, Stop):
            for instance_id in request.instance_ids:
                self.instances[instance_id] = ("terminated", self.instances[instance_id][1])
        if isinstance(request, ServerType):
            return ["Amazon"]
        if isinstance(request, StatusAll):
            return [word for key, (state, token) in self.instances.items()
                    for word in (key, state, token, None, None, None, None, None)]  # fmt: skip
        return []


def main() -> int:
    outbox = Outbox(sys.stdout.fileno())
    floor = Floor(outbox)
    outbox.answer(BANNER)
    lines = Lines()
    while data := os.read(sys.stdin.fileno(), 65536):
        if not all(floor.answer(line) for line in lines.feed(data)):
            break
    return 0


if __name__ == "__main__":
    sys.exit(main())
