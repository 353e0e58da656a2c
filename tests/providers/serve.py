"""`python3 manage.py fake_providers`: the pretended providers as a process of their own."""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import sys
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config

from config.environment import state_dir
from config.pretended import RECEIVED
from tests.providers.app import Providers
from tests.providers.keys import prepare


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="manage.py fake_providers", description=__doc__)
    parser.add_argument("--folder", type=Path, help="keys, and what was received (var/providers)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--port", type=int, default=8443)
    where.add_argument("--fd", type=int, help="a listening socket, inherited")
    parser.add_argument("--prepare", action="store_true", help="only make the keys")
    options = parser.parse_args(argv[2:])
    folder = options.folder or state_dir() / "providers"
    prepare(folder)
    if options.prepare:
        return 0
    if options.fd is not None:
        listening = socket.socket(fileno=options.fd)
    else:
        try:
            listening = socket.create_server(("127.0.0.1", options.port), backlog=1024)
        except OSError:
            print(f"Port {options.port} is taken; choose one with --port.")
            return 1
    port = listening.getsockname()[1]
    print(
        f"Pretended providers: https://127.0.0.1:{port}, received: {folder / RECEIVED}", flush=True
    )
    asyncio.run(run(folder, listening))
    return 0


async def run(folder: Path, listening: socket.socket) -> None:
    config = Config()
    config.bind = [f"fd://{listening.detach()}"]
    config.certfile, config.keyfile = str(folder / "server.pem"), str(folder / "server.key")
    config.alpn_protocols = ["h2", "http/1.1"]
    config.loglevel = "WARNING"
    config.keep_alive_timeout = 120
    config.keep_alive_max_requests = sys.maxsize
    # Who hangs on a message that is never answered shall not hold up the end.
    config.graceful_timeout = config.shutdown_timeout = 0.1
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    app = Providers(folder)
    try:
        await serve(app, config, shutdown_trigger=asked.wait)
    finally:
        app.received.close()


if __name__ == "__main__":
    sys.exit(main(["", "fake_providers", *sys.argv[1:]]))
