"""One server of pretended providers for all tests of a file, and Fortnight pointed to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diary.channels import CHANNELS, email, fcm, wire
from diary.channels.post import Answer
from tests.channels.messages import message
from tests.providers.running import Running


@pytest.fixture(scope="module")
def providers(tmp_path_factory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("providers")) as running:
        running.wait()
        yield running


@pytest.fixture
def pointed(providers, settings) -> Iterator[Running]:
    """The settings lead to the pretended providers; afterwards nothing is left open."""
    for name, value in providers.settings().items():
        setattr(settings, name, value)
    yield providers
    wire.hang_up()
    email.hang_up()
    fcm._access_tokens.clear()


@pytest.fixture
def send(pointed) -> Callable[..., list[Answer]]:
    """Send to these tokens (of browsers: numbers) by a channel, now."""

    def send(channel: str, *tokens: str, **changes: object) -> list[Answer]:
        addresses = map(pointed.subscription, tokens) if channel == "webpush" else tokens
        messages = [message(channel, address, **changes) for address in addresses]
        return CHANNELS[channel](messages, datetime.now(UTC))

    return send


@pytest.fixture
def hasty(monkeypatch) -> float:
    """Two seconds in place of ten, for the tests in which nobody answers."""
    monkeypatch.setattr(wire, "TIME_LIMIT", 2.0)
    monkeypatch.setattr(wire, "CONNECT_LIMIT", 1.5)
    return 2.0


@pytest.fixture(scope="module")
def folder(providers) -> Path:
    return providers.folder
