"""A name server, as every cloud has one; it knows the central manager, and that there is nobody else."""

from __future__ import annotations

import socket
import struct
import threading
from pathlib import Path

A, IN = 1, 1
ANSWER, NO_SUCH_NAME = 0x8180, 0x8183
"""Flags of RFC 1035, 4.1.1: a response, recursion available; and the code for a name that there is not."""


class Names:
    """Serves on 127.0.0.1: `with Names("cm.example", "192.0.2.1"): ...`; qemu asks who stands in /etc/resolv.conf."""

    def __init__(self, name: str, address: str) -> None:
        self.name, self.address = name, address
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._socket.bind(("127.0.0.1", 53))
        Path("/etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", 53))
        self._thread.join()
        self._socket.close()
        Path("/etc/resolv.conf").write_text("")

    def _serve(self) -> None:
        while True:
            query, sender = self._socket.recvfrom(512)
            if not query:
                return
            self._socket.sendto(self.answer(query), sender)

    def answer(self, query: bytes) -> bytes:
        """Answer the first question of a query."""
        end = query.index(b"\0", 12) + 5
        kind, _ = struct.unpack_from(">HH", query, end - 4)
        name = self._read(query)
        self.asked.append(name)
        known = name.lower() == self.name
        found = known and kind == A
        head = struct.pack(">2sHHHHH", query[:2], ANSWER if known else NO_SUCH_NAME, 1, int(found), 0, 0)
        record = struct.pack(">HHHIH4s", 0xC00C, A, IN, 60, 4, socket.inet_aton(self.address)) if found else b""
        return head + query[12:end] + record

    @staticmethod
    def _read(query: bytes) -> str:
        labels, place = [], 12
        while query[place]:
            labels.append(query[place + 1 : place + 1 + query[place]].decode("latin-1"))
            place += 1 + query[place]
        return ".".join(labels)
