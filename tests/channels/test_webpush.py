"""A browser far away: only it can open what is sent to it, and its push service knows who sends."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime, timedelta

import http_ece
import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from diary.channels import vapid, webpush
from diary.channels.post import Answer
from tests.channels.messages import NOON, message, still
from tests.providers.sealed import Browser, Unreadable, browser


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unpadded(text), "big"), ec.SECP256R1())


# RFC 8291, appendix A
TEXT = b"When I grow up, I want to be a watermelon"
SENDER = private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
RECEIVER = Browser(
    private("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), unpadded("BTBZMqHH6r4Tts7J_aSIgg")
)
SALT = unpadded("DGv6ra1nlYgDCS1FRnbzlw")
BODY = unpadded(
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def sealed_for(one: Browser, text: bytes, draw: random.Random) -> bytes:
    ours = ec.derive_private_key(draw.getrandbits(250) + 1, ec.SECP256R1())
    return webpush.sealed(text, one.point, one.secret, ours, draw.randbytes(16))


def test_the_example_of_the_rfc_comes_out_byte_by_byte():
    assert webpush.sealed(TEXT, RECEIVER.point, RECEIVER.secret, SENDER, SALT) == BODY
    assert RECEIVER.open(BODY) == TEXT


def test_a_thousand_texts_are_opened_by_code_that_did_not_seal_them():
    draw = random.Random(8291)
    for number in range(1_000):
        one, text = browser(f"one-{number}"), draw.randbytes(draw.randint(0, webpush.LARGEST_TEXT))
        body = sealed_for(one, text, draw)
        assert len(body) <= 4096
        assert one.open(body) == text


def test_the_library_opens_them_too():
    one, draw = browser("ben"), random.Random(1)
    body = sealed_for(one, b"hello", draw)
    assert http_ece.decrypt(body, private_key=one.key, auth_secret=one.secret) == b"hello"


def test_nobody_else_can_open_them_and_no_bit_can_be_changed():
    draw = random.Random(2)
    body = sealed_for(browser("ana"), b"hello", draw)
    with pytest.raises(Unreadable):
        browser("ben").open(body)
    for place in (0, 30, 90, len(body) - 1):
        changed = bytearray(body)
        changed[place] ^= 1
        with pytest.raises(Unreadable):
            browser("ana").open(bytes(changed))


def test_what_the_page_gets():
    shown = orjson.loads(webpush.payload(still("webpush", {})))
    assert shown == {
        "title": "Fortnight",
        "body": "Time for your check-in",
        "occurrence": "00000000-0000-0000-0000-000000000002",
        "tag": "c" * 22,
    }
    withdrawn = orjson.loads(webpush.payload(still("webpush", {}, withdraw=True)))
    assert withdrawn == {
        "withdraw": True,
        "occurrence": "00000000-0000-0000-0000-000000000002",
        "tag": "c" * 22,
    }


# --- Sending -------------------------------------------------------------------------------------


def test_a_reminder_arrives(send, pointed):
    before = datetime.now(UTC)
    [answer] = send("webpush", "ana-1", expires_at=before + timedelta(minutes=30))
    assert answer == Answer(True, 201)
    [came] = pointed.came_for("ana-1")
    assert (came["title"], came["body"]) == ("Fortnight", "Time for your check-in")
    assert 1_700 < int(came["ttl"]) <= 1_800
    assert (came["urgency"], len(came["collapse"])) == ("high", 22)
    assert came["signature"].endswith(f"k={vapid.public_key()}")


def test_a_reminder_is_taken_back_silently(send, pointed):
    assert send("webpush", "ana-2", withdraw=True)[0].sent
    [came] = pointed.came_for("ana-2")
    assert (came["withdraw"], came["title"], came["urgency"]) == (True, None, "normal")


@pytest.mark.parametrize(
    ("number", "status", "retry_after"),
    [
        ("dead-1", 410, None),
        ("bad-1", 404, None),
        ("foreign-1", 403, None),
        ("invalid-1", 400, None),
        ("quota-37-1", 429, 37.0),
        ("quota-x", 429, None),
        ("down-5-1", 503, 5.0),
        ("empty-1", 503, None),
        ("redirect-1", 307, None),
        ("garbage-1", 400, None),
        ("huge-1", 400, None),
    ],
)
def test_what_it_says_is_told(send, pointed, number, status, retry_after):
    assert send("webpush", number) == [Answer(False, status, "", retry_after)]
    assert len(pointed.came_for(number)) == 1


def test_nobody_is_sent_on_to_another_address(send, pointed):
    send("webpush", "redirect-2")
    assert pointed.came_for("/elsewhere") == []


def test_answers_stand_in_the_order_of_the_messages(pointed):
    addresses = [
        pointed.subscription("slow-1-a"),
        pointed.subscription("dead-b"),
        "no subscription",
        pointed.subscription("c") | {"auth": "short"},
        pointed.subscription("d"),
    ]
    messages = [message("webpush", address) for address in addresses]
    answers = webpush.send(messages, datetime.now(UTC))
    assert [answer.status or answer.reason for answer in answers] == [
        201, 410, "address", "address", 201,
    ]  # fmt: skip


def test_a_message_that_gets_no_answer_is_in_doubt_and_holds_up_no_other(send, pointed, hasty):
    answers = send("webpush", "late-1", "prompt-1")
    assert [(answer.sent, answer.unsure) for answer in answers] == [(False, True), (True, False)]
    assert len(pointed.came_for("late-1")) == 1


def test_an_address_that_was_taken_once_is_judged_again_at_sending(send, pointed, settings):
    settings.WEB_PUSH_HOSTS = ("updates.push.services.mozilla.com",)
    assert send("webpush", "ana-3") == [Answer(False, reason="address")]
    assert pointed.came_for("ana-3") == []


def test_the_longest_text_that_fits(send, pointed):
    spare = webpush.LARGEST_TEXT - len(webpush.payload(still("webpush", {}, body="")))
    assert send("webpush", "long-1", body="x" * spare)[0].sent
    assert send("webpush", "long-2", body="x" * (spare + 1)) == [Answer(False, reason="too_large")]
    assert pointed.came_for("long-2") == []


def test_what_nobody_wants_any_more_is_not_sent(send):
    answers = send("webpush", "ana-4", expires_at=datetime.now(UTC))
    assert answers == [Answer(False, reason="expired")]


def test_without_a_key_the_channel_is_off(settings):
    settings.WEB_PUSH_KEY = ""
    assert webpush.send([message("webpush", {})], NOON) == [Answer(False, reason="off")]
    assert vapid.public_key() is None


# --- Who we are (RFC 8292) -----------------------------------------------------------------------


def parts(header: str) -> tuple[dict, bytes]:
    """The claims, once their signature holds, and the key that they are signed with."""
    kind, _, rest = header.partition(" ")
    assert kind == "vapid"
    token, key = (pair.partition("=")[2] for pair in rest.split(","))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpadded(key))
    options = {"verify_aud": False, "verify_exp": False}
    return jwt.decode(token, point, ["ES256"], options=options), unpadded(key)


def test_every_signature_holds_for_its_own_origin(pointed):
    for number in range(100):
        origin = f"https://push-{number}.example"
        claims, key = parts(vapid.authorization(origin, NOON))
        assert claims["aud"] == origin
        assert claims["exp"] == (NOON + timedelta(hours=12)).timestamp()
        assert claims["sub"] == "mailto:diary@fortnight.example"
        assert key == unpadded(vapid.public_key())


def test_a_signature_is_used_again_for_eleven_hours(pointed):
    first = vapid.authorization("https://push.example", NOON)
    assert vapid.authorization("https://push.example", NOON + timedelta(hours=10.9)) == first
    later = vapid.authorization("https://push.example", NOON + timedelta(hours=11))
    assert parts(later)[0]["exp"] == (NOON + timedelta(hours=23)).timestamp()


def test_after_a_clock_was_set_back_it_is_signed_anew(pointed):
    vapid.authorization("https://back.example", NOON)
    early = vapid.authorization("https://back.example", NOON - timedelta(days=2))
    assert parts(early)[0]["exp"] == (NOON - timedelta(days=1.5)).timestamp()


def test_the_key_that_browsers_subscribe_to_is_a_point_in_base64url(pointed):
    point = unpadded(vapid.public_key())
    assert (len(point), point[0]) == (65, 4)
