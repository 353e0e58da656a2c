"""From nobody to somebody with a chart; and a passkey, made and shown."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from diary.models import Person
from tests.browser.acting import PASSWORD, entry_of, mailed_code, ready, saving, tap, today_of

KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def email(request) -> str:
    """Another one for each test: of codes, each address gets so many and no more."""
    return f"{request.node.name.replace('_', '-')}@diary.example"


@pytest.fixture
def signed_up(page, watched, email, transactional_db):
    """Somebody who came to the front door, made an account, and has their code from the mail."""
    watched.expect(401)  # so the server asks for the next step
    page.goto("/")
    ready(page)
    page.get_by_role("button", name="Make an account").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.get_by_label("Code").fill(mailed_code())
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    return page


def test_from_the_front_door_to_the_first_chart(signed_up, email):
    page = signed_up
    tap(page, "Pain", 0.65)
    tap(page, "Mood", 0.3)
    saving(page, "saved")
    person = Person.objects.get(email=email)
    assert entry_of(person, today_of(person))["pain"] == 6.5
    page.get_by_role("link", name="Trends").click()
    page.get_by_role("link", name="2 weeks").click()
    chart = page.get_by_role("region", name="Pain and mood", exact=True)
    expect(chart.locator("canvas")).to_have_count(2)
    expect(chart).to_contain_text("6.5")
    expect(chart).to_contain_text("1 of 14 days")


def test_a_passkey_is_made_and_opens_the_door(signed_up, context):
    page = signed_up
    protocol = context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    key = protocol.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
    page.goto("/#/account/passkeys")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("dialog", name="Is it you?").get_by_label("Password").fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Remove")).to_be_visible()
    assert len(protocol.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"])

    page.goto("/#/account")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
