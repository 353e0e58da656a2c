"""Pretended providers for a test or a bench: started, pointed to, read back, ended."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import sys
from pathlib import Path

from config import providers
from config.children import spawn
from config.environment import CHECKOUT
from config.keys import new_web_push_key
from config.pretended import addresses
from tests.providers import received
from tests.providers.keys import prepare
from tests.providers.sealed import browser

START_LIMIT = 60.0  # seconds, on a busy machine


class Running:
    """A process of its own, which may be killed and started again on the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.named = prepare(folder)
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self.listening.getsockname()[1]
        self.address = f"https://127.0.0.1:{self.port}"
        self.web_push_key = new_web_push_key()
        self.start()

    def start(self) -> None:
        """Nobody has to wait for it: the socket listens already."""
        descriptor = self.listening.fileno()
        command = [sys.executable, "-m", "tests.providers.serve", "--folder", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self.process = spawn(
                [*command, "--fd", str(descriptor)],
                account=None,
                environment=dict(os.environ),
                folder=CHECKOUT,
                output=log,
                pass_fds=(descriptor,),
            )

    def wait(self) -> None:
        """Until it answers: for tests that measure how long somebody else waits."""
        context = ssl.create_default_context(cafile=self.named["DIARY_PUSH_CA"])
        place = ("127.0.0.1", self.port)
        with (
            socket.create_connection(place, START_LIMIT) as plain,
            context.wrap_socket(plain, server_hostname=place[0]),
        ):
            return

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self.listening.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *how: object) -> None:
        self.close()

    # --- Pointing Fortnight here -----------------------------------------------------------------

    def environment(self) -> dict[str, str]:
        """For a process that is to send here."""
        key = {"DIARY_WEB_PUSH_KEY": self.web_push_key}
        return self.named | addresses(self.port) | key

    def settings(self) -> dict[str, object]:
        """The same for this process, by the names of Django's settings."""
        environ = self.environment()
        account = Path(environ["DIARY_FCM_ACCOUNT_FILE"]).read_text()
        key, key_id, team_id, apps = providers.apns(
            Path(environ["DIARY_APNS_KEY_FILE"]).read_text().strip(),
            environ["DIARY_APNS_KEY_ID"],
            environ["DIARY_APNS_TEAM_ID"],
            environ["DIARY_APNS_APPS"].split(","),
        )
        return {
            "FCM_ACCOUNT": providers.fcm_account(account),
            "FCM_URL": environ["DIARY_FCM_URL"],
            "FCM_TOKEN_URL": environ["DIARY_FCM_TOKEN_URL"],
            "APNS_KEY": key,
            "APNS_KEY_ID": key_id,
            "APNS_TEAM_ID": team_id,
            "APNS_APPS": apps,
            "APNS_URLS": {
                "prod": environ["DIARY_APNS_URL"],
                "sandbox": environ["DIARY_APNS_SANDBOX_URL"],
            },
            "WEB_PUSH_KEY": self.web_push_key,
            "WEB_PUSH_CONTACT": "mailto:diary@fortnight.example",
            "WEB_PUSH_HOSTS": tuple(environ["DIARY_WEB_PUSH_HOSTS"].split(",")),
            "PUSH_CA": environ["DIARY_PUSH_CA"],
        }

    def subscription(self, number: str) -> dict[str, str]:
        """What the browser `number` hands to a page that it lets send to it."""
        return browser(number).address(f"{self.address}/push/{number}")

    # --- What came -------------------------------------------------------------------------------

    def received(self) -> list[dict]:
        return received.read_back(self.folder)

    def accepted(self) -> list[dict]:
        return received.accepted(self.folder)

    def came_for(self, device: str) -> list[dict]:
        return [line for line in self.received() if line["device"] == device]
