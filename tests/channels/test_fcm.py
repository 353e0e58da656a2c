"""Firebase, as it answers on this machine: real TLS, HTTP/2, signatures that are checked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.keys import new_web_push_key
from diary.channels import fcm, wire
from diary.channels.post import Answer
from tests.channels.messages import NOON, message, still
from tests.providers.keys import pem, rsa

# As firebase_admin 7.7.0 writes the same two messages; compared on 2026-11-26.
SHOWN = {
    "token": "ana-phone",
    "data": {"occurrence": "00000000-0000-0000-0000-000000000002", "collapse": "c" * 22},
    "notification": {"title": "Fortnight", "body": "Time for your check-in"},
    "android": {
        "collapse_key": "c" * 22,
        "ttl": "7200s",
        "priority": "high",
        "notification": {"tag": "c" * 22},
    },
    "apns": {
        "headers": {
            "apns-collapse-id": "c" * 22,
            "apns-expiration": "1774015200",
            "apns-priority": "10",
            "apns-push-type": "alert",
        },
        "payload": {"aps": {"sound": "default"}},
    },
}
WITHDRAWN = {
    "token": "ana-phone",
    "data": SHOWN["data"] | {"withdraw": "1"},
    "android": {"collapse_key": "c" * 22, "ttl": "7200s", "priority": "normal"},
    "apns": {
        "headers": SHOWN["apns"]["headers"]
        | {"apns-priority": "5", "apns-push-type": "background"},
        "payload": {"aps": {"content-available": 1}},
    },
}


def test_a_message_is_written_as_googles_own_library_writes_it():
    assert fcm.encoded(still("fcm", "ana-phone"), NOON) == SHOWN
    assert fcm.encoded(still("fcm", "ana-phone", withdraw=True), NOON) == WITHDRAWN


def test_a_reminder_arrives(send, pointed):
    [answer] = send("fcm", "phone-arrives")
    assert answer.sent
    assert answer.provider_id.startswith("projects/fortnight-here/messages/")
    [came] = pointed.came_for("phone-arrives")
    assert (came["title"], came["body"]) == ("Fortnight", "Time for your check-in")
    assert not came["withdraw"]


def test_a_reminder_is_taken_back_silently(send, pointed):
    assert send("fcm", "phone-withdrawn", withdraw=True)[0].sent
    [came] = pointed.came_for("phone-withdrawn")
    assert (came["withdraw"], came["title"]) == (True, None)


@pytest.mark.parametrize(
    ("token", "status", "reason", "retry_after"),
    [
        ("dead-1", 404, "UNREGISTERED", None),
        ("bad-1", 400, "BAD_TOKEN", None),
        ("invalid-1", 400, "INVALID_ARGUMENT", None),
        ("foreign-1", 403, "SENDER_ID_MISMATCH", None),
        ("auth-1", 401, "THIRD_PARTY_AUTH_ERROR", None),
        ("quota-37-1", 429, "", 37.0),
        ("quota-x", 429, "", None),
        ("down-5-1", 503, "", 5.0),
        ("empty-1", 503, "", None),
        ("redirect-1", 307, "", None),
        ("garbage-1", 400, "", None),
        ("huge-1", 400, "", None),
    ],
)
def test_what_it_says_is_told(send, pointed, token, status, reason, retry_after):
    assert send("fcm", token) == [Answer(False, status, reason, retry_after)]
    assert len(pointed.came_for(token)) == 1


def test_a_message_without_a_name_was_sent_all_the_same(send):
    assert send("fcm", "noid-1") == [Answer(True, 200)]


def test_answers_stand_in_the_order_of_the_messages(send):
    answers = send("fcm", "slow-1-a", "dead-a", "b", "", "bad-c", "d")
    assert [answer.sent for answer in answers] == [True, False, True, False, False, True]
    assert [answer.reason for answer in answers] == [
        "", "UNREGISTERED", "", "address", "BAD_TOKEN", "",
    ]  # fmt: skip


def test_a_message_that_gets_no_answer_is_in_doubt_and_holds_up_no_other(send, pointed, hasty):
    answers = send("fcm", "late-1", "hang-1", "prompt-1")
    assert [(answer.sent, answer.unsure) for answer in answers] == [
        (False, True), (False, True), (True, False),
    ]  # fmt: skip
    assert [len(pointed.came_for(token)) for token in ("late-1", "hang-1", "prompt-1")] == [1, 1, 1]
    assert send("fcm", "afterwards-1")[0].sent


def test_what_nobody_wants_any_more_is_not_sent(send, pointed):
    past = datetime.now(UTC)
    assert send("fcm", "phone-late", expires_at=past) == [Answer(False, reason="expired")]
    assert pointed.came_for("phone-late") == []


@pytest.mark.parametrize(
    "token", ["", "x" * 4097, "a\nb", {"endpoint": "https://fcm.googleapis.com/x"}]
)
def test_what_is_no_token_is_not_sent(pointed, token):
    answers = fcm.send([message("fcm", token)], datetime.now(UTC))
    assert answers == [Answer(False, reason="address")]


# --- The access token ----------------------------------------------------------------------------


def tokens_asked_for(pointed) -> int:
    return len([line for line in pointed.received() if line["service"] == "token"])


def test_one_access_token_serves_an_hour(send, pointed):
    before = tokens_asked_for(pointed)
    for number in range(3):
        assert send("fcm", f"phone-{number}", f"tablet-{number}")[0].sent
    assert tokens_asked_for(pointed) == before + 1


def test_near_its_end_another_one_is_asked_for(pointed):
    before, now = tokens_asked_for(pointed), datetime.now(UTC)
    for minutes in (0, 54, 56):
        # Only the cache is asked at these times: the assertion of a later hour would not hold yet.
        kept = dict(fcm._access_tokens)
        fcm._access_token(now + timedelta(minutes=minutes))
        assert bool(kept) == (minutes > 0)
    assert tokens_asked_for(pointed) == before + 2


def test_a_token_that_was_revoked_is_replaced_for_the_next_batch(send, pointed):
    assert send("fcm", "phone-1")[0].sent
    [(key, access)] = fcm._access_tokens.items()
    fcm._access_tokens[key] = fcm._Access("ya29.revoked", access.good_until)
    assert send("fcm", "phone-2") == [Answer(False, 401, "UNAUTHENTICATED")]
    assert send("fcm", "phone-2")[0].sent


@pytest.mark.parametrize(
    ("behaviour", "status", "retry_after"),
    [
        ("denied", 400, None),
        ("down-9", 503, 9.0),
        ("garbage", 400, None),
        ("redirect", 307, None),
        ("empty", 503, None),
    ],
)
def test_without_an_access_token_no_message_leaves(
    send, pointed, settings, behaviour, status, retry_after
):
    settings.FCM_TOKEN_URL += f"/{behaviour}"
    device = f"phone-without-{behaviour}"
    refusal = Answer(False, status, "credentials", retry_after)
    assert send("fcm", device, "", device) == [refusal, Answer(False, reason="address"), refusal]
    assert pointed.came_for(device) == []


def test_an_account_that_is_not_known_gets_no_token(send, pointed, settings):
    key = pem(rsa.generate_private_key(65537, 2048))
    settings.FCM_ACCOUNT = settings.FCM_ACCOUNT | {"private_key": key}
    assert send("fcm", "phone")[0].reason == "credentials"
    settings.FCM_ACCOUNT = pointed.settings()["FCM_ACCOUNT"] | {"client_email": "eve@x.example"}
    assert send("fcm", "phone")[0].reason == "credentials"


def test_silence_about_the_token_leaves_nothing_in_doubt(send, settings, hasty):
    settings.FCM_TOKEN_URL += "/hang"
    assert send("fcm", "phone") == [Answer(False, reason="credentials")]


@pytest.mark.parametrize(
    "said",
    [
        b'{"access_token": "a b\\r\\nx", "expires_in": 3599}',
        b'{"access_token": "abcdefghi", "expires_in": "soon"}',
        b'{"access_token": null, "expires_in": 3599}',
        b'{"expires_in": 3599}',
        b"[]",
        b"null",
        b"",
        b"\xff",
    ],
)
def test_what_is_no_token_is_not_used(pointed, monkeypatch, said):
    monkeypatch.setattr(wire, "post", lambda requests: [wire.Reply(200, body=said)])
    _, refusal = fcm._access_token(NOON)
    assert refusal.reason == "credentials"
    assert not fcm._access_tokens


@pytest.mark.parametrize("seconds", [2**62, -(2**62), 0])
def test_no_number_of_seconds_is_an_error(pointed, monkeypatch, seconds):
    body = b'{"access_token": "abcdefghi", "expires_in": %d}' % seconds
    monkeypatch.setattr(wire, "post", lambda requests: [wire.Reply(200, body=body)])
    assert fcm._access_token(NOON) == ("abcdefghi", None)


def test_without_an_account_the_channel_is_off(settings):
    settings.FCM_ACCOUNT = None
    settings.WEB_PUSH_KEY = new_web_push_key()
    assert fcm.send([message("fcm", "x")] * 2, NOON) == [Answer(False, reason="off")] * 2


def test_nothing_is_sent_for_nothing(send):
    assert send("fcm") == []
