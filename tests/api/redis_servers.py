"""Redis as it should not be: hung, slow, or nowhere."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def listening(pause: float | None) -> Iterator[str]:
    """A server's URL: it says OK to each command after so many seconds, or never anything."""
    server = socket.create_server(("127.0.0.1", 0))
    open_ones: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        try:
            while connection.recv(4096):
                if pause is not None:
                    time.sleep(pause)
                    connection.sendall(b"+OK\r\n")
        except OSError:
            return  # the test has ended

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            open_ones.append(connection)
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"redis://:secret@127.0.0.1:{server.getsockname()[1]}/1"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for connection in open_ones:
            connection.close()


def quickest(tries: int, ask) -> float:
    """Seconds that `ask` takes when the machine is not busy with something else meanwhile."""
    taken = []
    for _ in range(tries):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return min(taken)
