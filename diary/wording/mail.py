"""The mails of an account: a code alone on its line, or a word about what was asked for.

No mail says what the diary holds, and none has a link.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext

WIDTH = 72  # columns; every mail program leaves such lines as they are


class Mail(NamedTuple):
    subject: str
    body: str


def confirm_address(code: str) -> Mail:
    return _with_code(
        gettext("Your code for Fortnight"),
        gettext("This code confirms your e-mail address:"),
        code,
        gettext("If you did not ask for it, you can delete this mail."),
    )


def sign_in(code: str) -> Mail:
    return _with_code(
        gettext("Your code for signing in to Fortnight"),
        gettext("This code signs you in:"),
        code,
        gettext("If you did not ask for it, you can delete this mail."),
    )


def new_password(code: str) -> Mail:
    return _with_code(
        gettext("Your code for a new password for Fortnight"),
        gettext("With this code you can choose a new password:"),
        code,
        gettext(
            "If you did not ask for it, you can delete this mail. Your password stays as it is."
        ),
    )


def has_account(code: str) -> Mail:
    return _mail(
        gettext("You have an account with Fortnight"),
        gettext("Someone asked for an account with this address. It may have been you."),
        gettext(
            "It has one already: sign in with it. If you have forgotten the password, ask the app"
            " for a code and choose a new one."
        ),
        gettext("If it was not you, you can delete this mail. Nothing was changed."),
    )


def has_no_account(code: str) -> Mail:
    return _mail(
        gettext("No account with Fortnight"),
        gettext(
            "Someone wanted to sign in with this address, or to choose a new password for it."
            " It may have been you."
        ),
        gettext("It has no account. Make one in the app, or try another address of yours."),
        gettext("If it was not you, you can delete this mail. Nothing was changed."),
    )


def changed_address(code: str) -> Mail:
    return _about_account(
        gettext("The address of your account with Fortnight was changed"),
        gettext("Your account has another e-mail address from now on. This one is no longer used."),
    )


def changed_password(code: str) -> Mail:
    return _about_account(
        gettext("The password of your account with Fortnight was changed"),
        gettext("Your account has a new password. All other devices were signed out."),
    )


def changed_factors(code: str) -> Mail:
    return _about_account(
        gettext("How you sign in to Fortnight was changed"),
        gettext("A passkey, or the second step after your password, was added or taken away."),
    )


# By the names under which allauth asks for them.
MAILS = {
    "email_confirmation": confirm_address,
    "email_confirmation_signup": confirm_address,
    "login_code": sign_in,
    "password_reset_code": new_password,
    "account_already_exists": has_account,
    "unknown_account": has_no_account,
    "email_changed": changed_address,
    "password_changed": changed_password,
    "password_reset": changed_password,
    "password_set": changed_password,
    "totp_activated": changed_factors,
    "totp_deactivated": changed_factors,
    "recovery_codes_generated": changed_factors,
    "webauthn_added": changed_factors,
    "webauthn_removed": changed_factors,
}


def _with_code(subject: str, says: str, code: str, if_not: str) -> Mail:
    use = gettext("Type it into the app. It works for a few minutes, once.")
    return _mail(subject, says, code, f"{use} {if_not}")


def _about_account(subject: str, says: str) -> Mail:
    return _mail(
        subject,
        says,
        gettext(
            "If it was not you, sign in and choose a new password; if you cannot, ask the app for"
            " a code, or write to whoever runs this server."
        ),
    )


def _mail(subject: str, *paragraphs: str) -> Mail:
    # A code is never broken: it has hyphens, and it must stand alone on its line.
    told = [
        textwrap.fill(paragraph, WIDTH, break_on_hyphens=False, break_long_words=False)
        for paragraph in (gettext("Hello,"), *paragraphs, "Fortnight")
    ]
    return Mail(subject, "\n\n".join(told))


def every_sentence() -> Iterator[str]:
    for mail in MAILS.values():
        subject, body = mail("«»")
        yield subject
        yield from (" ".join(part.split()) for part in body.split("\n\n")[:-1])
