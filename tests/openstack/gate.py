"""A loopback relay in front of a service that stops once it has passed on so many bytes of what a caller sends."""

from __future__ import annotations

import contextlib
import socket
import threading


class Gate:
    """Listens on a port of its own; held is set when the limit is reached, and what comes after is not passed on."""

    def __init__(self, port: int, limit: int) -> None:
        self._to, self._left = port, limit
        self.held = threading.Event()
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listener.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # the listener is closed
            while True:
                caller, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(("127.0.0.1", self._to)) as service:
            back = threading.Thread(target=self._pass, args=(service, caller, False), daemon=True)
            back.start()
            self._pass(caller, service, True)
            back.join()

    def _pass(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if counted:
                    self._left -= len(piece)
                if self._left <= 0:
                    self.held.set()
                    self._over.wait(120)
                    break
                target.sendall(piece)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
