"""Hanging up politely: whoever is refused in mid-sentence still hears why.

A socket that is closed while something is unread is reset, and the answer that it was given may
never be read: 413 to a body of ten megabytes came through or not, as the network pleased.
"""

from __future__ import annotations

import socket
import time

from waitress.channel import HTTPChannel

PIECE = 65_536  # bytes


class PatientChannel(HTTPChannel):
    """After its last answer it says no more, and reads away what still comes until that ends.

    Not for ever: waitress ends a channel that has done nothing for `channel_timeout`, and what is
    read away counts as nothing.
    """

    hung_up = False

    def handle_write(self) -> None:
        if not self.close_when_flushed or self.will_close:
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.will_close:
            self.handle_close()
        elif self.connected and not self.total_outbufs_len:
            self.hang_up()

    def hang_up(self) -> None:
        self.close_when_flushed, self.hung_up = False, True
        self.last_activity = time.time()
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:  # the other side has gone already
            self.handle_close()

    def readable(self) -> bool:
        return (self.hung_up and not self.will_close) or super().readable()

    def handle_read(self) -> None:
        if not self.hung_up:
            super().handle_read()
            return
        late = time.time() - self.last_activity > self.adj.channel_timeout
        try:
            if late or not self.socket.recv(PIECE):
                self.handle_close()
        except BlockingIOError:
            return
        except OSError:
            self.handle_close()
