"""Mails of an account: short, a code alone on its line, in the reader's language."""

from __future__ import annotations

import pytest

from api.accounts import Accounts
from diary.wording.mail import MAILS
from tests.diary.wording.strange import strange

CODE = "K7QX-2MPL"
WITH_CODE = ("email_confirmation", "email_confirmation_signup", "login_code", "password_reset_code")

# These tell of what has happened, so that whoever did not do it can undo it.
OF_A_CHANGE = {
    "email_changed", "password_changed", "password_reset", "password_set", "totp_activated",
    "totp_deactivated", "recovery_codes_generated", "webauthn_added", "webauthn_removed",
}  # fmt: skip


@pytest.mark.parametrize("name", MAILS)
class TestEveryMail:
    def test_is_plain_and_narrow(self, name):
        subject, body = MAILS[name](CODE)
        assert "\n" not in subject
        assert body.isascii()
        assert max(map(len, body.splitlines())) <= 72

    def test_greets_and_says_who_writes(self, name):
        lines = MAILS[name](CODE).body.splitlines()
        assert (lines[0], lines[-1]) == ("Hello,", "Fortnight")

    def test_has_its_code_alone_on_a_line_if_it_has_one(self, name):
        assert MAILS[name](CODE).body.splitlines().count(CODE) == (name in WITH_CODE)

    def test_tells_whoever_did_not_ask_that_nothing_happens(self, name):
        told = " ".join(MAILS[name](CODE).body.split())
        assert ("you can delete this mail" in told) != (name in OF_A_CHANGE)
        assert ("If it was not you, sign in and choose" in told) == (name in OF_A_CHANGE)

    def test_has_no_link(self, name):
        assert "http" not in MAILS[name](CODE).body


def test_a_code_is_never_broken_however_long():
    code = "-".join(["K7QX"] * 30)
    assert code in MAILS["login_code"](code).body.splitlines()


def test_a_mail_that_we_do_not_know_still_comes():
    """allauth may ask for one more some day: better its own words than none."""
    site = {"name": "Fortnight", "domain": "diary.example"}
    mail = Accounts().render_mail(
        "account/email/email_deleted", "cleo@diary.example", {"current_site": site}
    )
    assert mail.to == ["cleo@diary.example"]
    assert mail.body


def test_a_mail_is_written_in_the_language_that_is_spoken(strange_language):
    subject, body = MAILS["login_code"](CODE)
    assert subject == strange("Your code for signing in to Fortnight")
    assert CODE in body.splitlines()
