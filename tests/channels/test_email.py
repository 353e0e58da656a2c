"""Mail, through a real server that takes, refuses, stalls and hangs up."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.utils import translation

from config.embedded import free_port
from diary.channels import email
from diary.channels.post import Answer
from tests.channels.messages import NOON, message, still
from tests.diary.wording.strange import strange
from tests.providers.mail import Post, opened

STOP = "https://diary.example/unsubscribe/k3yk3yk3y"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Controller, Post]]:
    controller, post = opened()
    yield controller, post
    controller.stop()


@pytest.fixture
def post(server, settings) -> Iterator[Post]:
    controller, post = server
    settings.EMAIL_BACKEND = email.DJANGOS_SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 1
    post.letters.clear()
    post.connections = 0
    yield post
    email.hang_up()


def send(*addresses: str, **changes: object) -> list[Answer]:
    messages = [message("email", address, **changes) for address in addresses]
    return email.send(messages, datetime.now(UTC))


# --- The mail ------------------------------------------------------------------------------------


def only(post: Post) -> EmailMessage:
    [letter] = post.letters
    return letter


def test_a_reminder_arrives_in_words_and_as_a_page(post):
    assert send("ana@diary.example", unsubscribe=STOP) == [Answer(True)]
    letter = only(post)
    assert (letter["Subject"], letter["To"]) == ("Fortnight", "ana@diary.example")
    text = letter.get_body(("plain",)).get_content()
    page = letter.get_body(("html",)).get_content()
    assert text.splitlines()[0] == "Time for your check-in"
    assert "Time for your check-in" in page
    assert STOP in text
    assert f'<a href="{STOP}">' in page


def test_one_click_turns_them_off(post):
    send("ana@diary.example", unsubscribe=STOP)
    letter = only(post)
    assert letter["List-Unsubscribe"] == f"<{STOP}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated"


def test_without_an_address_for_it_nothing_promises_one_click(post):
    send("ana@diary.example")
    letter = only(post)
    assert letter["List-Unsubscribe"] is None
    assert letter["List-Unsubscribe-Post"] is None
    assert "Turn these mails off" not in letter.as_string()


def test_its_id_is_the_occurrences_at_every_attempt(settings):
    settings.DEFAULT_FROM_EMAIL = "Fortnight <hello@diary.example>"
    first = email.written(still("email", "ana@diary.example"), NOON).message()
    second = email.written(still("email", "ana@diary.example"), NOON).message()
    assert first["Message-ID"] == "<00000000-0000-0000-0000-000000000002@diary.example>"
    assert second["Message-ID"] == first["Message-ID"]
    assert parsedate_to_datetime(first["Date"]) == NOON


def test_a_title_is_one_line_and_a_text_is_no_markup():
    letter = email.written(still("email", "a@b.example", title="a\r\nBcc: x", body="<b>&"), NOON)
    assert letter.subject == "a Bcc: x"
    [page] = letter.alternatives
    assert "&lt;b&gt;&amp;" in page.content


def test_letters_beyond_ascii_arrive(post):
    send("ana@diary.example", title="Für dich", body="Zeit für deinen Eintrag — 日記")
    letter = only(post)
    assert letter["Subject"] == "Für dich"
    assert "日記" in letter.get_body(("plain",)).get_content()


# --- What the server says ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mailbox", "status", "reason"),
    [
        ("dead-1", 550, "rcpt 5.1.1"),
        ("old-1", 550, "rcpt"),
        ("full-1", 552, "rcpt 5.2.2"),
        ("grey-1", 450, "rcpt 4.7.1"),
        ("block-1", 550, "rcpt 5.7.1"),
        ("spam-1", 554, "data 5.7.1"),
        ("busy-1", 451, "data 4.3.0"),
    ],
)
def test_what_it_says_is_told_and_the_next_mail_goes(post, mailbox, status, reason):
    refused, taken = send(f"{mailbox}@diary.example", "ana@diary.example")
    assert refused == Answer(False, status, reason)
    assert taken.sent
    assert len(post.letters) == post.connections == 1


def test_one_connection_serves_batch_after_batch(post):
    for _ in range(3):
        assert all(answer.sent for answer in send(*["ana@diary.example"] * 20))
    assert (len(post.letters), post.connections) == (60, 1)


def test_a_server_that_hung_up_meanwhile_is_called_again(post):
    assert send("ana@diary.example")[0].sent
    email._lines.backend.connection.sock.shutdown(socket.SHUT_RDWR)
    assert send("ana@diary.example")[0].sent
    assert (len(post.letters), post.connections) == (2, 2)


@pytest.mark.parametrize("mailbox", ["late-1", "cut-1"])
def test_a_mail_that_was_handed_over_without_an_answer_is_in_doubt(post, mailbox):
    answers = send(f"{mailbox}@diary.example", "ana@diary.example", "ben@diary.example")
    assert (answers[0].sent, answers[0].unsure) == (False, True)
    assert answers[1:] == [Answer(False, reason="untried")] * 2
    assert len(post.letters) == 1
    assert send("ana@diary.example")[0].sent


def test_a_server_that_goes_down_before_it_took_anything_leaves_nothing_in_doubt(post):
    answers = send("shut-1@diary.example", "ana@diary.example")
    assert not any(answer.sent or answer.unsure for answer in answers)
    assert post.letters == []
    assert send("ana@diary.example")[0].sent


def test_a_mail_that_was_taken_throws_no_doubt_on_the_next_one(post):
    taken, lost = send("ana@diary.example", "gone-1@diary.example")
    assert taken.sent
    assert lost == Answer(False, reason="connect")


def test_where_nobody_listens_only_the_first_is_tried(post, settings):
    settings.EMAIL_PORT = free_port()
    answers = send("ana@diary.example", "ben@diary.example")
    assert answers == [Answer(False, reason="connect"), Answer(False, reason="untried")]


def test_a_server_that_wants_tls_is_not_sent_to_without(post, settings):
    settings.EMAIL_USE_TLS = True
    [answer] = send("ana@diary.example")
    assert (answer.sent, answer.reason, answer.unsure) == (False, "connect", False)
    assert post.letters == []


@pytest.mark.parametrize(
    "address",
    ["", "nobody", None, {"endpoint": "x"}, "a@b@c.example", "a b@", "ana@x.example\nBcc: b@c"],
)
def test_what_is_no_mailbox_is_not_tried(post, address):
    answers = email.send([message("email", address), message("email", "a@b.example")], NOON)
    assert answers[0] == Answer(False, reason="address")
    assert answers[1].sent
    assert len(post.letters) == 1


def test_a_sender_that_is_none_is_no_fault_of_the_mailbox(post, settings):
    settings.DEFAULT_FROM_EMAIL = "Diary\nBcc: eve@x.example <diary@diary.example>"
    assert send("ana@diary.example") == [Answer(False, reason="letter")]


def test_what_nobody_wants_any_more_is_not_sent(post):
    past = datetime.now(UTC)
    assert send("ana@diary.example", expires_at=past) == [Answer(False, reason="expired")]


def test_a_mail_cannot_be_taken_back(post):
    assert send("ana@diary.example", withdraw=True) == [Answer(False, reason="withdraw")]
    assert post.letters == []


def test_a_batch_has_its_time_and_the_rest_waits(post, monkeypatch):
    monkeypatch.setattr(email, "BATCH_LIMIT", -1.0)
    assert send("ana@diary.example") == [Answer(False, reason="untried")]


def test_in_development_mail_goes_into_files(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    assert all(answer.sent for answer in send("ana@diary.example", "ben@diary.example"))
    email.hang_up()
    written = "".join(path.read_text() for path in tmp_path.iterdir())
    assert written.count("Message-ID") == 2


def test_any_backend_of_djangos_will_do():
    assert send("ana@diary.example")[0].sent
    assert mail.outbox[0].to == ["ana@diary.example"]


def test_how_to_stop_them_is_said_in_the_language_of_who_reads(strange_language):
    """Whatever language the sender's process happens to speak."""
    with translation.override("en"):
        letter = email.written(
            message("email", "ana@diary.example", unsubscribe=STOP, locale="cs"), NOON
        )
    assert f"{strange('Turn these mails off')}: {STOP}" in letter.body
    [(page, _)] = letter.alternatives
    assert strange("Turn these mails off") in page
