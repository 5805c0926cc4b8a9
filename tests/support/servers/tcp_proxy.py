"""A TCP proxy on 127.0.0.1 whose connections can go silent or be cut, as networks and firewalls do it."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class TcpProxy:
    """Forwards to a port of this machine."""

    def __init__(self, port: int) -> None:
        self._there = port
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._silent: set[int] = set()

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self.cut()

    def silence(self) -> None:
        """Half-open: the connections of now stay open, and nothing passes in either direction any more."""
        self._silent |= {id(end) for pair in self._pairs for end in pair}

    def cut(self) -> None:
        """All connections of now end without a word."""
        for pair in self._pairs:
            for end in pair:
                with suppress(OSError):  # it was closed by its own side
                    end.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # the listener was closed: the proxy ends
                return
            far = socket.create_connection(("127.0.0.1", self._there))
            self._pairs.append((near, far))
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._forward, args=(source, target), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):  # either side may go at any time
            while content := source.recv(65536):
                if id(source) not in self._silent:
                    target.sendall(content)
            target.shutdown(socket.SHUT_WR)
