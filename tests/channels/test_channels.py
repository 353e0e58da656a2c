"""What holds for every channel: what it keeps to itself, and how it is called."""

from __future__ import annotations

import ast
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diary import channels
from diary.channels import CHANNELS
from tests.channels.messages import BODY, TITLE, message

FOLDER = Path(channels.__file__).parent
SECRET = "quota-5-k4n4r13nv0g3l"
COLLAPSE = "kollaps" * 3


@pytest.fixture
def everything_logged(caplog):
    """Every logger down to its last detail, as somebody who looks for a fault sets it."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.parametrize("channel", ["fcm", "apns", "webpush"])
@pytest.mark.parametrize("word", ["quota-5", "ok", "dead", "late", "garbage"])
def test_no_log_holds_a_token_an_address_or_a_text(
    send, pointed, hasty, everything_logged, capfd, channel, word
):
    send(channel, f"{word}-k4n4r13nv0g3l", collapse=COLLAPSE)
    told = everything_logged.text + "".join(capfd.readouterr())
    told += " ".join(str(record.__dict__) for record in everything_logged.records)
    subscription = pointed.subscription(f"{word}-k4n4r13nv0g3l")
    for secret in ("k4n4r13nv0g3l", TITLE, BODY, COLLAPSE, "Bearer", "bearer", "vapid t="):
        assert secret not in told
    assert subscription["auth"] not in told
    assert subscription["p256dh"] not in told


def test_no_log_holds_a_mailbox(everything_logged, settings):
    settings.EMAIL_BACKEND = channels.email.DJANGOS_SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    CHANNELS["email"]([message("email", "k4n4r13nv0g3l@x.example")], datetime.now(UTC))
    channels.email.hang_up()
    assert "k4n4r13nv0g3l" not in everything_logged.text


def test_neither_a_message_nor_an_answer_shows_whom_it_is_for():
    shown = repr(message("fcm", SECRET, unsubscribe="https://x.example/k4n4r13nv0g3l"))
    assert "k4n4r13nv0g3l" not in shown
    assert BODY not in shown
    assert "occurrence" in shown


@pytest.mark.parametrize("collapse", ["", "x" * 33, "a b", "a/b", "é", "a\n", "a="])
def test_what_collapses_fits_every_provider(collapse):
    with pytest.raises(ValueError, match="base64url"):
        message("fcm", "x", collapse=collapse)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_is_a_file_with_one_function_that_the_table_names(channel):
    tree = ast.parse((FOLDER / f"{channel}.py").read_text())
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert functions[0] == "send"
    assert CHANNELS[channel].__module__ == f"diary.channels.{channel}"


@pytest.mark.parametrize("channel", CHANNELS)
def test_nothing_in_nothing_out(channel, settings):
    assert CHANNELS[channel]([], datetime.now(UTC)) == []


def test_no_channel_sleeps_or_tries_again():
    for path in FOLDER.glob("*.py"):
        text = path.read_text()
        assert "time.sleep" not in text, path.name
        assert "now()" not in text, path.name
        assert "retries=0" in text or "retries" not in text, path.name
