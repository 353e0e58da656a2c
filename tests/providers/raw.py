"""A push service that ends streams and connections in the ways a well-behaved server does not.

Frame by frame, with `h2` itself; in a thread of the test. A stream does what the last part of its
path says before the first hyphen:

    ok       200                          refused  RST_STREAM, REFUSED_STREAM: not looked at
    split    400, a byte in each frame    reset    taken, then RST_STREAM, INTERNAL_ERROR
    empty    200, then empty frames       cut      taken, then the connection is gone
    endless  400, and more than anybody would read, without an end
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from pathlib import Path

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.settings

REASON = b'{"reason":"BadDeviceToken"}'
INTERNAL_ERROR, REFUSED = h2.errors.ErrorCodes.INTERNAL_ERROR, h2.errors.ErrorCodes.REFUSED_STREAM


class Raw:
    """``leaves_after``: the first connection takes so many streams, then says GOAWAY.

    ``for_good``: nobody takes another call after that connection. ``window``: how many bytes a
    stream may send before it has to wait for more.
    """

    def __init__(
        self,
        folder: Path,
        leaves_after: int | None = None,
        for_good: bool = False,
        window: int = 65535,
    ) -> None:
        self.leaves_after = leaves_after
        self.for_good = for_good
        self.window = window
        self.taken: list[str] = []  # the last part of each path that was looked at, in order
        self.connections = 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "server.pem", folder / "server.key")
        self.context.set_alpn_protocols(["h2"])
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"https://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *how: object) -> None:
        # Only a shutdown wakes the thread that waits in accept().
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()

    def listen(self) -> None:
        while True:
            try:
                plain, _ = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            if self.for_good:
                self.listening.close()
            leaves_after = self.leaves_after if self.connections == 1 else None
            talk = Talk(self, leaves_after)
            threading.Thread(target=talk.run, args=(plain,), daemon=True).start()


class Talk:
    """One connection."""

    def __init__(self, raw: Raw, leaves_after: int | None) -> None:
        self.raw = raw
        self.leaves_after = leaves_after
        self.paths: dict[int, str] = {}
        self.looked_at = 0
        self.last = 0
        self.left = False
        config = h2.config.H2Configuration(client_side=False)
        self.h2 = h2.connection.H2Connection(config)

    def run(self, plain: socket.socket) -> None:
        wrap = self.raw.context.wrap_socket
        with contextlib.suppress(OSError), plain, wrap(plain, server_side=True) as self.line:
            self.h2.initiate_connection()
            window = h2.settings.SettingCodes.INITIAL_WINDOW_SIZE
            self.h2.update_settings({window: self.raw.window})
            self.flush()
            while incoming := self.line.recv(65536):
                if self.left:
                    continue  # it has said that it looks at nothing more
                for event in self.h2.receive_data(incoming):
                    self.hear(event)
                self.flush()

    def flush(self) -> None:
        self.line.sendall(self.h2.data_to_send())

    def hear(self, event: h2.events.Event) -> None:
        match event:
            case h2.events.RequestReceived():
                path = dict(event.headers)[b":path"].decode()
                self.paths[event.stream_id] = path.rpartition("/")[2]
            case h2.events.DataReceived():
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.StreamEnded():
                self.answer(event.stream_id)

    def answer(self, stream: int) -> None:
        if self.left:
            return None
        if self.leaves_after is not None and self.looked_at >= self.leaves_after:
            return self.leave()
        path = self.paths[stream]
        if path.startswith("refused"):
            return self.h2.reset_stream(stream, REFUSED)
        self.looked_at += 1
        self.last = stream
        self.raw.taken.append(path)
        match path.partition("-")[0]:
            case "reset":
                self.h2.reset_stream(stream, INTERNAL_ERROR)
            case "cut":
                self.line.shutdown(socket.SHUT_RDWR)
            case "split":
                self.h2.send_headers(stream, [(":status", "400")])
                for byte in REASON:
                    self.h2.send_data(stream, bytes([byte]))
                    self.flush()
                    time.sleep(0.001)
                self.h2.end_stream(stream)
            case "endless":
                self.h2.send_headers(stream, [(":status", "400")])
                for _ in range(8):
                    self.h2.send_data(stream, b" " * 16_000)
            case "empty":
                self.h2.send_headers(stream, [(":status", "200")])
                for _ in range(3):
                    self.h2.send_data(stream, b"")
                self.h2.end_stream(stream)
            case _:
                self.h2.send_headers(stream, [(":status", "200")], end_stream=True)

    def leave(self) -> None:
        """What came after the last stream that was looked at was not, and never will be."""
        if not self.left:
            self.h2.close_connection(last_stream_id=self.last)
            self.left = True
