"""Second factors: an authenticator app and recovery codes, from setting up to losing the phone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.db import connection

from tests.api.accounts import ACCOUNT, PASSWORD, ask, code_by_mail, reauthenticate, sign_in
from tests.api.contract import CheckedPhone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses", "signed_up")]

ME = "/api/v1/me"
CLEO = "cleo@diary.example"
START = datetime(2026, 3, 20, 12, tzinfo=UTC)
TOTP = "authenticators/totp"
CODES = "authenticators/recovery-codes"


@pytest.fixture(autouse=True)
def clock(time_machine):
    """A clock that stands still until a test moves it."""
    time_machine.move_to(START, tick=False)
    return time_machine


@pytest.fixture
def secret(clock, stranger, signed_up) -> str:
    """Cleo has set up an authenticator app; its secret."""
    reauthenticate(stranger)
    offered = ask(stranger, TOTP, method="GET", under=ACCOUNT)
    assert offered.status_code == 404  # allauth: there is none yet, and this is what to scan
    secret = offered.json()["meta"]["secret"]
    assert f"secret={secret}&issuer=Fortnight" in offered.json()["meta"]["totp_url"]
    activated = ask(stranger, TOTP, {"code": shown(secret)}, under=ACCOUNT)
    assert activated.status_code == 200
    wait(clock, 31)
    return secret


def shown(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(datetime.now(UTC).timestamp()) // 30 + steps))


def wait(clock, seconds: float) -> None:
    clock.move_to(datetime.now(UTC) + timedelta(seconds=seconds), tick=False)


def recovery_codes(phone) -> list[str]:
    return ask(phone, CODES, method="GET", under=ACCOUNT).json()["data"]["unused_codes"]


def status(phone) -> int:
    return phone.get(ME).status_code


def half_signed_in() -> CheckedPhone:
    phone = CheckedPhone()
    answer = sign_in(phone, CLEO)
    pending = [flow for flow in answer.json()["data"]["flows"] if flow.get("is_pending")]
    assert (answer.status_code, [flow["id"] for flow in pending]) == (401, ["mfa_authenticate"])
    return phone


def test_setting_up_takes_a_password_first(stranger):
    for path in (TOTP, CODES):
        answer = ask(stranger, path, {"code": "000000"}, under=ACCOUNT)
        assert answer.status_code in {400, 401}
    assert not Authenticator.objects.exists()


def test_a_password_alone_opens_nothing_any_more(secret):
    phone = half_signed_in()
    assert status(phone) == 401
    assert ask(phone, "2fa/authenticate", {"code": shown(secret)}).status_code == 200
    assert status(phone) == 200


def test_neither_does_a_code_from_the_mail(secret):
    phone = CheckedPhone()
    answer = code_by_mail(phone, CLEO)
    assert answer.status_code == 401
    assert status(phone) == 401
    assert ask(phone, "2fa/authenticate", {"code": shown(secret)}).status_code == 200
    assert status(phone) == 200


@pytest.mark.parametrize("steps", [-2, -1, 1, 2])
def test_a_code_of_another_half_minute_is_none(secret, steps):
    phone = half_signed_in()
    assert ask(phone, "2fa/authenticate", {"code": shown(secret, steps)}).status_code == 400
    assert status(phone) == 401


def test_a_code_is_taken_once(secret):
    code = shown(secret)
    assert ask(half_signed_in(), "2fa/authenticate", {"code": code}).status_code == 200
    second = half_signed_in()
    assert ask(second, "2fa/authenticate", {"code": code}).status_code == 400
    assert status(second) == 401


def test_codes_cannot_be_guessed_for_long(secret, clock):
    phone = half_signed_in()
    told = [
        ask(phone, "2fa/authenticate", {"code": f"{n:06}"}).json()["errors"][0]["code"]
        for n in range(7)
    ]
    assert (told[0], told[-1]) == ("incorrect_code", "too_many_login_attempts")
    # The right one too, for a while, and from another phone.
    assert ask(half_signed_in(), "2fa/authenticate", {"code": shown(secret)}).status_code == 400
    wait(clock, 301)
    assert ask(half_signed_in(), "2fa/authenticate", {"code": shown(secret)}).status_code == 200


def test_a_lost_phone_is_replaced_by_a_recovery_code_once(secret, stranger):
    codes = recovery_codes(stranger)
    assert len(set(codes)) == 10
    phone = half_signed_in()
    assert ask(phone, "2fa/authenticate", {"code": codes[3]}).status_code == 200
    assert status(phone) == 200
    assert ask(half_signed_in(), "2fa/authenticate", {"code": codes[3]}).status_code == 400
    assert recovery_codes(stranger) == codes[:3] + codes[4:]


def test_new_recovery_codes_replace_the_old_ones(secret, stranger, clock):
    old = recovery_codes(stranger)
    new = ask(stranger, CODES, under=ACCOUNT).json()["data"]["unused_codes"]
    assert not set(old) & set(new)
    assert ask(half_signed_in(), "2fa/authenticate", {"code": old[0]}).status_code == 400
    assert ask(half_signed_in(), "2fa/authenticate", {"code": new[0]}).status_code == 200


def test_the_app_counts_as_a_reauthentication(secret, stranger, clock):
    wait(clock, 301)
    assert ask(stranger, CODES, method="GET", under=ACCOUNT).status_code == 401
    assert stranger.delete(ME).status_code == 403
    assert ask(stranger, "2fa/reauthenticate", {"code": shown(secret)}).status_code == 200
    assert ask(stranger, CODES, method="GET", under=ACCOUNT).status_code == 200
    assert stranger.delete(ME).status_code == 204


def test_taking_the_app_away_takes_a_reauthentication_and_ends_the_second_step(
    secret, stranger, clock
):
    wait(clock, 301)
    assert ask(stranger, TOTP, method="DELETE", under=ACCOUNT).status_code == 401
    reauthenticate(stranger)
    assert ask(stranger, TOTP, method="DELETE", under=ACCOUNT).status_code == 200
    assert not Authenticator.objects.exists()  # recovery codes of nothing go too
    assert sign_in(CheckedPhone(), CLEO).status_code == 200


def test_a_new_password_does_not_take_the_app_away(secret, stranger):
    body = {"current_password": PASSWORD, "new_password": "an even quieter evening"}
    assert ask(stranger, "password/change", body, under=ACCOUNT).status_code == 200
    phone = CheckedPhone()
    assert sign_in(phone, CLEO, body["new_password"]).status_code == 401
    assert ask(phone, "2fa/authenticate", {"code": shown(secret)}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_every_change_is_told_by_mail(secret, stranger):
    mail.outbox.clear()
    ask(stranger, CODES, under=ACCOUNT)
    ask(stranger, TOTP, method="DELETE", under=ACCOUNT)
    assert [(sent.to, sent.subject) for sent in mail.outbox] == 2 * [
        ([CLEO], "How you sign in to Fortnight was changed")
    ]


def test_nobody_elses_factors_are_shown_or_taken_away(secret, bens_phone):
    assert ask(bens_phone, "authenticators", method="GET", under=ACCOUNT).json()["data"] == []
    ask(bens_phone, TOTP, method="DELETE", under=ACCOUNT)
    assert Authenticator.objects.count() == 2


def test_a_copy_of_the_database_holds_neither_the_secret_nor_a_recovery_code(secret, stranger):
    codes = recovery_codes(stranger)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        kept = " ".join(text for (text,) in cursor.fetchall())
    assert "seed" in kept
    for word in (secret, *codes):
        assert word not in kept
        assert word.encode().hex() not in kept


def test_nor_does_it_while_the_app_is_being_set_up(stranger):
    reauthenticate(stranger)
    secret = ask(stranger, TOTP, method="GET", under=ACCOUNT).json()["meta"]["secret"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        rows = [text for (text,) in cursor.fetchall()]
    assert rows
    assert not [text for text in rows if re.search(r"^\.?ey|:", text)]  # signed JSON would be
    assert not [text for text in rows if secret in text]


NONSENSE = [None, "", " ", 7, True, [], ["000000"], {}, "0" * 10_000, "\0", "ä", "½½½½½½", "-1"]


def test_what_is_no_code_is_refused(secret, stranger):
    for code in NONSENSE:
        cache.clear()  # or it would be refused for being one too many
        assert ask(half_signed_in(), "2fa/authenticate", {"code": code}).status_code == 400
        assert ask(stranger, "2fa/reauthenticate", {"code": code}).status_code == 400
        assert ask(stranger, TOTP, {"code": code}, under=ACCOUNT).status_code in {400, 409}
