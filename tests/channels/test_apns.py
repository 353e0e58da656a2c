"""Apple's push service, as it answers on this machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from diary.channels import apns
from diary.channels.post import Answer
from tests.channels.messages import NOON, message, still


def test_what_a_phone_gets():
    assert orjson.loads(apns.payload(still("apns", "ana"))) == {
        "aps": {
            "alert": {"title": "Fortnight", "body": "Time for your check-in"},
            "sound": "default",
        },
        "occurrence": "00000000-0000-0000-0000-000000000002",
        "collapse": "c" * 22,
    }
    assert orjson.loads(apns.payload(still("apns", "ana", withdraw=True))) == {
        "aps": {"content-available": 1},
        "occurrence": "00000000-0000-0000-0000-000000000002",
        "collapse": "c" * 22,
        "withdraw": True,
    }


def test_a_reminder_arrives(send, pointed):
    expires_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    [answer] = send("apns", "phone-1", expires_at=expires_at)
    assert answer.sent
    assert len(answer.provider_id) == 36
    [came] = pointed.came_for("phone-1")
    assert (came["title"], came["body"]) == ("Fortnight", "Time for your check-in")
    assert (came["environment"], came["app"]) == ("prod", "org.fortnight.diary")
    assert came["until"] == str(int(expires_at.timestamp()))
    assert len(came["collapse"]) == 22


def test_a_reminder_is_taken_back_silently(send, pointed):
    assert send("apns", "phone-2", withdraw=True)[0].sent
    [came] = pointed.came_for("phone-2")
    assert (came["withdraw"], came["title"]) == (True, None)


def test_a_token_of_the_sandbox_is_known_there_only(send, pointed):
    assert send("apns", "sandbox-1")[0].reason == "BadDeviceToken"
    assert send("apns", "sandbox-1", environment="sandbox")[0].sent
    assert pointed.came_for("sandbox-1")[-1]["environment"] == "sandbox"


@pytest.mark.parametrize(
    ("token", "status", "reason", "retry_after"),
    [
        ("bad-1", 400, "BadDeviceToken", None),
        ("foreign-1", 400, "DeviceTokenNotForTopic", None),
        ("invalid-1", 400, "BadExpirationDate", None),
        ("auth-1", 403, "InvalidProviderToken", None),
        ("stale-1", 403, "ExpiredProviderToken", None),
        ("quota-37-1", 429, "TooManyRequests", 37.0),
        ("down-5-1", 503, "", 5.0),
        ("empty-1", 503, "", None),
        ("redirect-1", 307, "", None),
        ("garbage-1", 400, "", None),
        ("huge-1", 400, "", None),
    ],
)
def test_what_it_says_is_told(send, pointed, token, status, reason, retry_after):
    [answer] = send("apns", token)
    assert not answer.sent
    assert (answer.status, answer.reason, answer.retry_after) == (status, reason, retry_after)
    assert not answer.unsure
    assert len(pointed.came_for(token)) == 1


def test_since_when_a_phone_is_gone_is_told(send):
    gone_now, gone_long = send("apns", "dead-1", "gone-old-1")
    assert (gone_now.status, gone_now.reason) == (410, "Unregistered")
    assert abs(gone_now.gone_since - datetime.now(UTC)) < timedelta(minutes=1)
    assert gone_long.gone_since == datetime(2000, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("told", [None, True, "2026", 1.5, 10**30, -(10**30), [], {}])
def test_an_instant_that_is_none_is_left_out(told):
    assert apns._instant(told) is None


def test_a_message_without_a_name_was_sent_all_the_same(send):
    assert send("apns", "noid-1") == [Answer(True, 200)]


def test_a_message_that_gets_no_answer_is_in_doubt_and_holds_up_no_other(send, pointed, hasty):
    answers = send("apns", "late-1", "prompt-1")
    assert [(answer.sent, answer.unsure) for answer in answers] == [(False, True), (True, False)]
    assert len(pointed.came_for("late-1")) == 1


@pytest.mark.parametrize(
    "token", ["", "a/b", "..", "../../v1", "a?b", "a#b", "a b", "a\r\nb", "é", "x" * 201, {}, "%2e"]
)
def test_what_is_no_token_becomes_no_path(pointed, token):
    answers = apns.send([message("apns", token)], datetime.now(UTC))
    assert answers == [Answer(False, reason="address")]


def test_only_our_own_apps_are_written_to(send):
    assert send("apns", "phone-1", app="org.evil.app") == [Answer(False, reason="app")]
    assert send("apns", "phone-1", app="") == [Answer(False, reason="app")]
    assert send("apns", "phone-1", app="org.fortnight.diary.watch")[0].sent


def test_a_text_that_is_too_long_is_not_sent(send):
    spare = 4096 - len(apns.payload(still("apns", "x", body="")))
    assert send("apns", "phone-1", body="x" * spare)[0].sent
    assert send("apns", "phone-1", body="x" * (spare + 1)) == [Answer(False, reason="too_large")]


def test_what_nobody_wants_any_more_is_not_sent(send):
    answers = send("apns", "phone-1", expires_at=datetime.now(UTC))
    assert answers == [Answer(False, reason="expired")]


def test_without_a_key_the_channel_is_off(settings):
    settings.APNS_KEY = ""
    assert apns.send([message("apns", "x")], NOON) == [Answer(False, reason="off")]


# --- The signature -------------------------------------------------------------------------------


@pytest.fixture
def nothing_signed(pointed):
    apns._provider_tokens.clear()
    yield
    apns._provider_tokens.clear()


def test_one_signature_serves_fifty_minutes(nothing_signed):
    first = apns._provider_token(NOON)
    assert apns._provider_token(NOON + timedelta(minutes=49, seconds=59)) == first
    assert apns._provider_token(NOON + timedelta(minutes=50)) != first


def test_after_a_clock_was_set_back_it_is_signed_anew(nothing_signed):
    first = apns._provider_token(NOON)
    assert apns._provider_token(NOON - timedelta(seconds=1)) != first


def test_a_signature_that_is_called_too_old_is_made_anew_at_most_every_twenty_minutes(
    nothing_signed,
):
    first = apns._provider_token(NOON)
    apns._forget_old_tokens(NOON + timedelta(minutes=19, seconds=59))
    assert apns._provider_token(NOON + timedelta(minutes=19, seconds=59)) == first
    apns._forget_old_tokens(NOON + timedelta(minutes=20))
    assert apns._provider_token(NOON + timedelta(minutes=20)) != first


def test_hundreds_of_messages_carry_one_signature(send, pointed):
    tokens = [f"many-{number}" for number in range(150)]
    assert all(answer.sent for answer in send("apns", *tokens))
    came = [line for line in pointed.received() if line["device"].startswith("many-")]
    assert len(came) == 150
    assert len({line["signature"] for line in came}) == 1
