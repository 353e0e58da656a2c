"""The retry table, row by row: what a provider says, and what becomes of the delivery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from diary.channels import CHANNELS
from diary.channels.post import Answer
from diary.reminders.outcomes import OURS, STATUSES, WORDS, Outcome, classify

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
MARCH_1 = datetime(2026, 3, 1, tzinfo=UTC)


def outcome(channel: str, answer: Answer, **changes: object) -> Outcome:
    given = {
        "attempts": 1,
        "now": NOON,
        "expires_at": NOON + timedelta(hours=2),
        "registered_at": MARCH_1,
        "share": 0.5,
    }
    return classify(channel, answer, **given | changes)


def said(status: int | None, reason: str = "", **more: object) -> Answer:
    return Answer(False, status, reason, **more)


TABLE = [
    # FCM
    ("fcm", 404, "UNREGISTERED", "dead", ""),
    ("fcm", 400, "BAD_TOKEN", "dead", ""),
    ("fcm", 400, "INVALID_ARGUMENT", "dropped", "message"),
    ("fcm", 403, "SENDER_ID_MISMATCH", "dead", ""),
    ("fcm", 403, "PERMISSION_DENIED", "retry", "channel"),
    ("fcm", 404, "NOT_FOUND", "retry", "channel"),
    ("fcm", 404, "", "retry", "channel"),
    ("fcm", 401, "THIRD_PARTY_AUTH_ERROR", "retry", "message"),
    ("fcm", 401, "UNAUTHENTICATED", "retry", ""),
    ("fcm", 401, "", "retry", "channel"),
    ("fcm", 429, "QUOTA_EXCEEDED", "retry", ""),
    ("fcm", 500, "INTERNAL", "retry", ""),
    ("fcm", 503, "UNAVAILABLE", "retry", ""),
    ("fcm", 503, "", "retry", ""),
    ("fcm", 307, "", "dropped", "message"),
    ("fcm", 413, "", "dropped", "message"),
    # APNs
    ("apns", 400, "BadDeviceToken", "retry", ""),
    ("apns", 400, "DeviceTokenNotForTopic", "dead", ""),
    ("apns", 400, "MissingDeviceToken", "dead", ""),
    ("apns", 400, "BadCollapseId", "dropped", "message"),
    ("apns", 400, "BadExpirationDate", "dropped", "message"),
    ("apns", 400, "PayloadEmpty", "dropped", "message"),
    ("apns", 400, "BadTopic", "dropped", "message"),
    ("apns", 400, "TopicDisallowed", "retry", "message"),
    ("apns", 400, "IdleTimeout", "retry", ""),
    ("apns", 403, "ExpiredProviderToken", "retry", ""),
    ("apns", 403, "InvalidProviderToken", "retry", "channel"),
    ("apns", 403, "MissingProviderToken", "retry", "channel"),
    ("apns", 403, "BadCertificateEnvironment", "retry", "channel"),
    ("apns", 403, "", "retry", "channel"),
    ("apns", 404, "BadPath", "retry", "channel"),
    ("apns", 405, "MethodNotAllowed", "dropped", "message"),
    ("apns", 413, "PayloadTooLarge", "dropped", "message"),
    ("apns", 429, "TooManyRequests", "retry", ""),
    ("apns", 429, "TooManyProviderTokenUpdates", "retry", "channel"),
    ("apns", 500, "InternalServerError", "retry", ""),
    ("apns", 503, "Shutdown", "retry", ""),
    # Web Push
    ("webpush", 404, "", "dead", ""),
    ("webpush", 410, "", "dead", ""),
    ("webpush", 413, "", "dropped", "message"),
    ("webpush", 400, "", "dropped", "message"),
    ("webpush", 401, "", "dropped", "message"),
    ("webpush", 403, "BadJwtToken", "dropped", "message"),
    ("webpush", 429, "", "retry", ""),
    ("webpush", 500, "", "retry", ""),
    ("webpush", 502, "", "retry", ""),
    ("webpush", 308, "", "dropped", "message"),
    # Mail
    ("email", 550, "rcpt 5.1.1", "dead", ""),
    ("email", 550, "rcpt", "dead", ""),
    ("email", 551, "rcpt", "dead", ""),
    ("email", 553, "rcpt", "dead", ""),
    ("email", 550, "rcpt 5.2.1", "dead", ""),
    ("email", 552, "rcpt 5.2.2", "dropped", ""),
    ("email", 552, "rcpt", "dropped", "message"),
    ("email", 550, "rcpt 5.7.1", "dropped", "message"),
    ("email", 450, "rcpt 4.7.1", "retry", ""),
    ("email", 421, "rcpt 4.3.2", "retry", ""),
    ("email", 554, "data 5.7.1", "dropped", "message"),
    ("email", 550, "data 5.1.1", "dropped", "message"),
    ("email", 451, "data 4.3.0", "retry", ""),
    ("email", 553, "from 5.7.1", "retry", "channel"),
    ("email", 451, "from", "retry", ""),
    ("email", 535, "credentials", "retry", "channel"),
    ("email", 454, "credentials", "retry", ""),
    # Getting an access token
    ("fcm", 400, "credentials", "retry", "channel"),
    ("fcm", 401, "credentials", "retry", "channel"),
    ("fcm", 307, "credentials", "retry", "channel"),
    ("fcm", 200, "credentials", "retry", "channel"),
    ("fcm", 429, "credentials", "retry", ""),
    ("fcm", 503, "credentials", "retry", ""),
    ("fcm", None, "credentials", "retry", ""),
    # Ours, in every channel
    *[(channel, None, "expired", "expired", "") for channel in CHANNELS],
    *[(channel, None, "off", "dropped", "") for channel in CHANNELS],
    *[(channel, None, "withdraw", "dropped", "") for channel in CHANNELS],
    *[(channel, None, "too_large", "dropped", "message") for channel in CHANNELS],
    *[(channel, None, "letter", "dropped", "message") for channel in CHANNELS],
    *[(channel, None, "address", "dead", "") for channel in CHANNELS],
    *[(channel, None, "app", "dropped", "message") for channel in CHANNELS],
    *[(channel, None, "connect", "retry", "") for channel in CHANNELS],
    *[(channel, None, "timeout", "retry", "") for channel in CHANNELS],
    *[(channel, None, "refused", "retry", "") for channel in CHANNELS],
    *[(channel, None, "untried", "retry", "") for channel in CHANNELS],
]


@pytest.mark.parametrize(("channel", "status", "reason", "state", "alarm"), TABLE)
def test_every_row_of_the_table(channel, status, reason, state, alarm):
    found = outcome(channel, said(status, reason))
    assert (found.state, found.alarm) == (state, alarm)
    assert (found.next_attempt_at is not None) == (state == "retry")


def test_no_row_is_left_out():
    rows = {(channel, status) for channel, status, *_ in TABLE}
    words = {(channel, reason) for channel, _, reason, *_ in TABLE}
    assert {(c, status) for c, known in STATUSES.items() for status in known} <= rows
    assert {(c, word) for c, known in WORDS.items() for word in known} <= words
    assert {(channel, word) for channel in CHANNELS for word in OURS} <= words
    assert set(WORDS) | set(STATUSES) <= set(CHANNELS)


@pytest.mark.parametrize(
    ("channel", "status", "refused"),
    [
        ("webpush", 401, True),
        ("webpush", 403, True),
        ("webpush", 400, False),
        ("fcm", 400, False),
        ("apns", 400, False),
    ],
)
def test_a_browser_that_takes_nothing_from_us_is_noted(channel, status, refused):
    assert outcome(channel, said(status, "")).refused is refused


@pytest.mark.parametrize(
    ("channel", "answer", "answered"),
    [
        ("fcm", said(401, "THIRD_PARTY_AUTH_ERROR"), True),
        ("apns", said(400, "TopicDisallowed"), True),
        ("apns", said(410, "Unregistered"), True),
        ("fcm", said(403, "PERMISSION_DENIED"), False),
        ("fcm", said(503, ""), False),
        ("fcm", said(None, "connect"), False),
    ],
)
def test_one_apps_trouble_is_no_failure_of_its_provider(channel, answer, answered):
    assert outcome(channel, answer).answered is answered


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_was_taken_is_sent(channel):
    assert outcome(channel, Answer(True, 200)) == Outcome("sent")
    assert outcome(channel, Answer(True, 200), expires_at=NOON) == Outcome("sent")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("reason", ["timeout", "connect"])
def test_what_may_have_arrived_is_not_sent_again(channel, reason):
    in_doubt = said(None, reason, unsure=True)
    assert outcome(channel, in_doubt) == Outcome("unconfirmed")
    once_more = outcome(channel, in_doubt, may_repeat=True)
    assert once_more.state == "retry"
    assert outcome(channel, in_doubt, may_repeat=True, attempts=2) == Outcome("unconfirmed")


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_status_leads_somewhere(channel):
    states = {outcome(channel, said(status)).state for status in range(100, 600)}
    assert states <= {"retry", "dead", "dropped"}


# --- Tokens --------------------------------------------------------------------------------------


def test_a_token_may_belong_to_apples_other_environment_once():
    wrong = said(400, "BadDeviceToken")
    assert outcome("apns", wrong) == Outcome("retry", NOON, other_environment=True)
    assert outcome("apns", wrong, tried_other=True) == Outcome("dead")
    assert outcome("apns", wrong, expires_at=NOON) == Outcome("expired")


@pytest.mark.parametrize(
    ("gone_since", "registered_at", "state"),
    [
        (MARCH_1 + timedelta(seconds=1), MARCH_1, "dead"),
        (MARCH_1, MARCH_1, "dropped"),
        (MARCH_1 - timedelta(days=1), MARCH_1, "dropped"),
        (None, MARCH_1, "dead"),
        (MARCH_1, None, "dead"),
    ],
    ids=["gone afterwards", "in that very instant", "gone before", "since ever", "never told"],
)
@pytest.mark.parametrize("reason", ["Unregistered", "ExpiredToken", ""])
def test_a_device_that_has_come_back_since_it_was_gone_stays(
    gone_since, registered_at, state, reason
):
    gone = said(410, reason, gone_since=gone_since)
    assert outcome("apns", gone, registered_at=registered_at) == Outcome(state)


@pytest.mark.parametrize(
    ("channel", "answer"),
    [("apns", said(403, "ExpiredProviderToken")), ("fcm", said(401, "UNAUTHENTICATED"))],
)
def test_a_signature_that_was_too_old_alarms_only_when_a_new_one_is_refused_too(channel, answer):
    assert outcome(channel, answer).alarm == ""
    second = outcome(channel, answer, attempts=2)
    assert (second.state, second.alarm) == ("retry", "channel")


# --- Waiting -------------------------------------------------------------------------------------


def wait(channel: str, answer: Answer, **changes: object) -> float:
    given = {"expires_at": NOON + timedelta(days=90)} | changes
    return (outcome(channel, answer, **given).next_attempt_at - NOON).total_seconds()


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_retry_after_is_obeyed_and_drawn_out_by_at_most_a_fifth(channel, status, share):
    if channel == "email":
        status = 450
    waited = wait(channel, said(status, retry_after=37.0), share=share)
    assert 37.0 <= waited <= 37.0 * 1.2


def test_a_crowd_is_given_a_minute_when_no_time_is_named():
    assert wait("fcm", said(429), share=0.0) == 60.0
    assert wait("apns", said(429, "TooManyRequests"), share=0.5) == 66.0


@pytest.mark.parametrize(
    ("attempts", "least", "most"),
    [(1, 1, 10), (2, 1, 20), (3, 1, 40), (7, 1, 640), (8, 1, 900), (10_000, 1, 900)],
)
def test_otherwise_the_wait_is_drawn_from_a_span_that_doubles(attempts, least, most):
    answer = said(503)
    assert wait("fcm", answer, attempts=attempts, share=0.0) == least
    assert wait("fcm", answer, attempts=attempts, share=0.5) == most / 2
    assert wait("fcm", answer, attempts=attempts, share=0.999_999) == pytest.approx(most, rel=1e-5)


@pytest.mark.parametrize(
    ("seconds_left", "state"), [(37.1, "retry"), (37.0, "expired"), (0.0, "expired")]
)
def test_nothing_is_tried_when_nobody_wants_it_any_more(seconds_left, state):
    expires_at = NOON + timedelta(seconds=seconds_left)
    answer = said(503, retry_after=37.0)
    assert outcome("fcm", answer, share=0.0, expires_at=expires_at).state == state


def test_the_operator_hears_of_wrong_keys_even_when_the_message_is_too_late():
    late = outcome("apns", said(403, "InvalidProviderToken"), expires_at=NOON)
    assert (late.state, late.alarm) == ("expired", "channel")


def test_a_wait_of_thirty_years_is_no_error():
    assert outcome("fcm", said(503, retry_after=1e300)).state == "expired"
