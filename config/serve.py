"""One API process: waitress on a socket that is given (`--fd`) or opened here (`--listen`).

Waitress reads a whole request before a thread sees it, so slow senders hold no thread.
"""

from __future__ import annotations

import argparse
import resource
import signal
import socket
import sys

import waitress
from django.conf import settings
from django.core.management import CommandError, call_command
from waitress.server import BaseWSGIServer

from config.wire import PatientChannel
from config.wsgi import application

MIB = 1024 * 1024
CONNECTIONS = 2_000
OPTIONS = {
    "ident": None,
    "threads": 8,
    "connection_limit": CONNECTIONS,
    "channel_timeout": 10,  # seconds that a silent connection is kept
    "asyncore_use_poll": True,  # select() ends at 1,024 descriptors
    "max_request_body_size": 8 * MIB,
    # Above the largest body and the largest answer: otherwise either would be written, readable,
    # to a temporary file.
    "inbuf_overflow": 9 * MIB,
    "outbuf_overflow": 64 * MIB,
}
BaseWSGIServer.channel_class = PatientChannel


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m config.serve", description=__doc__)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--fd", type=int, help="a listening socket, inherited")
    where.add_argument("--listen", help="HOST:PORT")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, leave)
    allow_connections()
    refuse_unless_sound()
    serving = OPTIONS | behind(settings.TRUSTED_PROXIES)
    if options.fd is None:
        waitress.serve(application, listen=options.listen, _quiet=True, **serving)
    else:
        listening = socket.socket(fileno=options.fd)
        waitress.serve(application, sockets=[listening], _quiet=True, **serving)


def leave(signum: int, frame: object) -> None:
    """SIGTERM: waitress answers SystemExit by letting the running requests end."""
    raise SystemExit(0)


def behind(proxies: int) -> dict[str, object]:
    """Believe what so many proxies before us say of the client's address and of TLS.

    Without it all phones would look like one to the limits on guessing; believed from anybody,
    a header would let each guess come from somewhere else.
    """
    if not proxies:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": "*",
        "trusted_proxy_count": proxies,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }


def refuse_unless_sound() -> None:
    """Serve nobody while a system check fails: a 2xx would promise what cannot be kept."""
    try:
        call_command("check", databases=["default"], deploy=True, fail_level="ERROR")
    except CommandError as error:  # SystemCheckError is one
        sys.exit(str(error))


def allow_connections() -> None:
    """Raise the soft limit of open files to what the connections and the rest need."""
    needed = CONNECTIONS + 500
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        wanted = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main(sys.argv[1:])
