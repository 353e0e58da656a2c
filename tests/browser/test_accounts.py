"""An account from its first minute to its last, in a browser: no cookie signs anybody in."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from diary.exports.due import claim
from diary.exports.make import make
from diary.models import Person
from tests.browser.acting import (
    PASSWORD,
    mailed_code,
    on_device,
    ready,
    saving,
    tap,
)
from tests.browser.axe import severe
from tests.conftest import make_person

WELCOME = "A diary of mood and pain"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Hashing is slow on purpose, but not here; and nobody has guessed yet."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def cleo(transactional_db) -> Person:
    """Somebody with a password."""
    person = make_person("cleo@diary.example")
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


@pytest.fixture
def welcome(page, watched) -> Page:
    watched.expect(401)  # how the accounts say that there is more to do
    page.goto("/")
    return ready(page)


@pytest.fixture
def authenticator(context, welcome) -> None:
    """A device that makes and shows passkeys, with a finger always on it."""
    session = context.new_cdp_session(welcome)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def log_in(page: Page, email: str = "cleo@diary.example", password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def sign_out(page: Page) -> None:
    page.goto("/#/more")
    page.get_by_role("button", name="Sign out").click()
    heading(page, WELCOME)


def show_who(page: Page) -> None:
    """Answer the question who is there."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").first.click()


def test_signing_in_by_password_by_mail_and_with_a_new_password(welcome, cleo, watched):
    watched.expect(400)
    log_in(welcome, password="not this one")
    expect(welcome.get_by_role("alert").filter(has_text="password")).to_be_visible()
    log_in(welcome)
    heading(welcome, "Today")
    sign_out(welcome)

    welcome.get_by_role("button", name="Get a code by mail").click()
    welcome.get_by_label("E-mail").fill(cleo.email)
    welcome.get_by_role("button", name="Send the code").click()
    heading(welcome, "Look into your mail")
    welcome.get_by_label("Code").fill(mailed_code())
    welcome.get_by_role("button", name="Go on").click()
    heading(welcome, "Today")
    sign_out(welcome)

    welcome.get_by_role("button", name="I forgot my password").click()
    welcome.get_by_label("E-mail").fill(cleo.email)
    welcome.get_by_role("button", name="Send the code").click()
    heading(welcome, "Look into your mail")
    welcome.get_by_label("Code").fill(mailed_code())
    welcome.get_by_label("New password").fill("another winter evening")
    welcome.get_by_role("button", name="Change it").click()
    heading(welcome, "Today")


def test_a_passkey_is_made_opens_the_diary_and_is_removed(welcome, cleo, authenticator):
    log_in(welcome)
    heading(welcome, "Today")
    welcome.goto("/#/account/passkeys")
    welcome.get_by_label("Name of the new passkey").fill("Phone")
    welcome.get_by_role("button", name="Add a passkey").click()
    show_who(welcome)
    expect(welcome.get_by_role("button", name="Remove Phone")).to_be_visible()
    sign_out(welcome)

    welcome.get_by_role("button", name="Use a passkey").click()
    heading(welcome, "Today")
    welcome.goto("/#/account/passkeys")
    welcome.get_by_role("button", name="Remove Phone").click()
    show_who(welcome)
    expect(welcome.get_by_role("button", name="Remove Phone")).to_have_count(0)


def test_six_digits_and_recovery_codes_are_a_second_step(welcome, cleo, watched):
    watched.expect(404)  # how the accounts say that there is no authenticator app yet
    log_in(welcome)
    heading(welcome, "Today")
    welcome.goto("/#/account/app")
    secret = welcome.locator(".secret").inner_text().replace(" ", "")
    welcome.get_by_label("Six digits").fill(digits(secret))
    welcome.get_by_role("button", name="Switch it on").click()
    show_who(welcome)
    expect(welcome.get_by_text("It is on.")).to_be_visible()
    welcome.get_by_role("link", name="recovery codes").click()
    code = welcome.locator(".codes code").first.inner_text()
    sign_out(welcome)

    log_in(welcome)
    heading(welcome, "One more step")
    welcome.get_by_label("Code").fill(code)
    welcome.get_by_role("button", name="Sign in").click()
    heading(welcome, "Today")


def digits(secret: str) -> str:
    """What an authenticator app shows now."""
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def test_where_somebody_is_signed_in_is_shown_and_can_be_ended(welcome, cleo, context, browser):
    log_in(welcome)
    heading(welcome, "Today")
    other = browser.new_context(base_url=welcome.url.split("/#")[0])
    lost = other.new_page()
    lost.goto("/")
    log_in(ready(lost))
    heading(lost, "Today")

    welcome.goto("/#/account/sessions")
    welcome.get_by_role("button", name="Sign out").click()
    expect(welcome.get_by_role("button", name="Sign out")).to_have_count(0)
    tap(lost, "Pain", 0.5)
    heading(lost, WELCOME)
    other.close()


def test_an_export_is_made_and_saved(welcome, cleo):
    log_in(welcome)
    tap(welcome, "Pain", 0.5)
    saving(welcome, "saved")
    welcome.goto("/#/export")
    welcome.get_by_role("button", name="Make a file").click()
    expect(welcome.get_by_text("waiting")).to_be_visible()
    for waiting in claim(timezone.now()):
        make(waiting, timezone.now())
    with welcome.expect_download() as saved:
        welcome.get_by_role("button", name="Save the file").click()
    assert saved.value.suggested_filename == "fortnight.zip"
    assert saved.value.path().read_bytes()[:4] == b"PK\x03\x04"


def test_deleting_the_account_leaves_nothing_here_or_there(welcome, cleo, watched):
    watched.expect(403)
    log_in(welcome)
    tap(welcome, "Pain", 0.5)
    saving(welcome, "saved")
    welcome.goto("/#/account/delete")
    welcome.get_by_label("Type cleo@diary.example").fill("Cleo@diary.example")
    welcome.get_by_role("button", name="Delete my account").click()
    heading(welcome, WELCOME)
    assert not Person.objects.filter(email=cleo.email).exists()
    left = on_device(welcome)
    assert (left["records"], left["changes"]) == ([], [])
    assert set(left["kept"]) <= {"support"}


def test_who_signed_in_long_ago_shows_who_they_are_before_an_account_is_deleted(
    open_as, cleo, watched
):
    watched.expect(401, 403)
    page = ready(open_as(cleo, "account/delete"))
    page.get_by_label("Type cleo@diary.example").fill(cleo.email)
    page.get_by_role("button", name="Delete my account").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Nothing was deleted.")).to_be_visible()
    assert Person.objects.filter(email=cleo.email).exists()

    page.get_by_role("button", name="Delete my account").click()
    show_who(page)
    heading(page, WELCOME)
    assert not Person.objects.filter(email=cleo.email).exists()


def test_nothing_stands_in_the_way_on_the_pages_of_an_account(open_as, cleo, watched):
    watched.expect(404)  # no authenticator app yet
    page = ready(open_as(cleo, "account"))
    heading(page, "Account and devices")
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(reduced_motion="reduce")
    for name, title in {
        "email": "E-mail address",
        "password": "Password",
        "app": "Authenticator app",
        "passkeys": "Passkeys",
        "sessions": "Where you are signed in",
        "delete": "Delete account",
    }.items():
        page.goto(f"/#/account/{name}")
        heading(page, title)
        assert (name, severe(page)) == (name, [])
        assert (name, page.evaluate("document.scrollingElement.scrollWidth")) == (name, 320)
