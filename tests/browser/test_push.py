"""Reminders in the browser: a message sealed by our sender, opened as the browser would, and shown.

The browser vendor's own registration is not tried here: no such service can be reached. In its
place the page gets a real P-256 subscription at the local push service, which checks what is sent
by RFC 8030, 8291 and 8292; what it opened is handed to the service worker as the browser hands it.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import expect

from diary.channels import wire
from diary.models import Delivery, Device, Occurrence
from diary.reminders import rounds
from tests.browser.acting import kept_for_offline, until
from tests.conftest import make_person, sign_in
from tests.diary.reminders.reminding import remind
from tests.providers.running import Running

BERLIN = ZoneInfo("Europe/Berlin")
NUMBER = "chromium-1"
# `keys` and `toJSON` are what a PushSubscription shows to a page.
SUBSCRIBE = """(subscription) => {
  PushManager.prototype.subscribe = async function ({ userVisibleOnly, applicationServerKey }) {
    globalThis.askedWith = { userVisibleOnly, key: [...applicationServerKey] };
    const { endpoint, p256dh, auth } = subscription;
    const made = {
      endpoint, options: { applicationServerKey },
      toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh, auth } }),
      unsubscribe: async () => { globalThis.held = null; return true; },
    };
    globalThis.held = made;
    return made;
  };
  PushManager.prototype.getSubscription = async () => globalThis.held ?? null;
}"""
SHOWN = """() => navigator.serviceWorker.ready
  .then((registration) => registration.getNotifications())
  .then((all) => all.map(({ title, body, tag, data }) => ({ title, body, tag, data })))"""


@pytest.fixture
def service_workers() -> str:
    return "allow"


@pytest.fixture(scope="module")
def providers(tmp_path_factory):
    with Running(tmp_path_factory.mktemp("providers")) as running:
        running.wait()
        yield running


@pytest.fixture
def pointed(providers, settings):
    for name, value in providers.settings().items():
        setattr(settings, name, value)
    return providers


@pytest.fixture
def pass_time(pointed, transactional_db):
    """All that the jobs do at an instant; in a thread of its own, for both have an event loop."""

    def at(now: datetime) -> None:
        rounds.plan_all(now)
        rounds.fan_all(now)
        rounds.send_all("webpush", now)

    with ThreadPoolExecutor(1) as jobs:
        yield lambda now: jobs.submit(at, now).result()
        jobs.submit(wire.hang_up).result()
        jobs.submit(connections.close_all).result()


@pytest.fixture
def ana(transactional_db):
    return make_person("ana@diary.example", BERLIN.key)


@pytest.fixture
def page(context, page, address, pointed):
    context.grant_permissions(["notifications"], origin=address)
    page.add_init_script(f"({SUBSCRIBE})({json.dumps(pointed.subscription(NUMBER))})")
    return page


class Worker:
    """The service worker as the browser's protocol sees it."""

    def __init__(self, page, address) -> None:
        self.page, self.origin = page, address
        self.protocol = page.context.new_cdp_session(page)
        self.registrations: list[str] = []
        self.protocol.on("ServiceWorker.workerRegistrationUpdated", self.heard)
        self.protocol.send("ServiceWorker.enable")
        while not self.registrations:
            page.wait_for_timeout(50)

    def heard(self, event) -> None:
        self.registrations += [one["registrationId"] for one in event["registrations"]]

    def push(self, words: dict) -> None:
        """What the browser does when a message has come from its push service."""
        message = {"registrationId": self.registrations[-1], "data": json.dumps(words)}
        self.protocol.send("ServiceWorker.deliverPushMessage", {"origin": self.origin, **message})


def turned_on(person, open_as):
    page = open_as(person, "reminders")
    kept_for_offline(page)
    page.get_by_role("button", name="Show them here").click()
    expect(page.get_by_role("button", name="Stop them here")).to_be_visible()
    return page


def came(pointed) -> dict:
    """The last message that this browser's push service took, opened with the browser's key."""
    return [line for line in pointed.came_for(NUMBER) if line["status"] == 201][-1]


def shown_on(page, count: int = 1) -> list[dict]:
    """The notifications that are shown, once they are so many."""
    return until(page, lambda: page.evaluate(SHOWN), lambda shown: len(shown) == count)


def test_a_browser_is_registered_with_the_servers_key(ana, open_as, pointed):
    page = turned_on(ana, open_as)
    [device] = Device.objects.filter(user=ana)
    assert (device.platform, device.state) == ("webpush", "active")
    asked = page.evaluate("() => globalThis.askedWith")
    assert asked["userVisibleOnly"] is True
    assert (len(asked["key"]), asked["key"][0]) == (65, 4)


def test_a_reminder_that_we_send_is_shown_and_its_receipt_comes_back(
    ana, address, open_as, pointed, pass_time
):
    page = turned_on(ana, open_as)
    worker = Worker(page, address)
    due = (timezone.now() + timedelta(minutes=2)).replace(second=0)
    there = due.astimezone(BERLIN)  # where the browser says that it is, and so the diary
    remind(ana, timezone.now(), 60 * there.hour + there.minute)
    pass_time(due + timedelta(seconds=1))
    message = came(pointed)
    [occurrence] = Occurrence.objects.filter(user=ana)
    assert (message["occurrence"], message["fault"]) == (str(occurrence.id), None)

    payload = {"occurrence": message["occurrence"], "tag": message["collapse"]}
    worker.push(payload | {"title": message["title"], "body": message["body"]})
    [shown] = shown_on(page)
    assert shown == {
        "title": "Fortnight",
        "body": "Time for your check-in.",
        "tag": message["collapse"],
        "data": {"occurrence": str(occurrence.id)},
    }
    until(page, Delivery.objects.get, lambda delivery: delivery.shown_at is not None)


def test_what_is_taken_back_disappears(ana, address, open_as, pointed):
    page = turned_on(ana, open_as)
    worker = Worker(page, address)
    words = {"occurrence": "019a0000-0000-7000-8000-000000000000", "tag": "one"}
    worker.push(words | {"title": "Fortnight", "body": "Time for your check-in."})
    assert len(shown_on(page)) == 1
    worker.push(words | {"withdraw": True})
    assert shown_on(page, 0) == []


def test_a_device_can_be_tried_out_muted_and_removed(ana, open_as, pointed, pass_time):
    page = turned_on(ana, open_as)
    page.goto("/#/devices")
    expect(page.get_by_text("this browser")).to_be_visible()
    page.get_by_role("button", name="Try it out").click()
    expect(page.get_by_text("A message is on its way.")).to_be_visible()
    pass_time(datetime.now(UTC) + timedelta(seconds=5))
    assert came(pointed)["body"] == "This device gets your reminders."
    page.get_by_role("button", name="Mute until tomorrow").click()
    expect(page.get_by_text("Muted until")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No devices yet")).to_be_visible()
    assert not Device.objects.filter(user=ana).exists()


def test_whoever_signs_in_next_gets_nothing_of_the_one_before(ana, ben, open_as, pointed):
    """Ana's session has lapsed here; her browser asked for reminders, Ben's did not."""
    page = turned_on(ana, open_as)
    account = {"id": str(ben.pk), "email": ben.email}
    page.evaluate(
        """async ([token, account]) =>
          (await import("/static/web/session.js")).begin(token, account)""",
        [sign_in(ben), account],
    )
    page.wait_for_function("() => globalThis.held === null")
    page.goto("/#/reminders")
    expect(page.get_by_role("button", name="Show them here")).to_be_visible()
    assert not Device.objects.filter(user=ben).exists()


def test_signing_out_ends_the_reminders_here_and_on_the_server(ana, open_as, pointed, watched):
    watched.expect(401)
    page = turned_on(ana, open_as)
    page.goto("/#/more")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_function("() => globalThis.held === null")
    assert not Device.objects.filter(user=ana, state="active").exists()


def test_a_browser_that_was_removed_elsewhere_can_still_be_stopped(ana, open_as, pointed, watched):
    watched.expect(404)
    page = turned_on(ana, open_as)
    Device.objects.filter(user=ana).delete()
    page.get_by_role("button", name="Stop them here").click()
    expect(page.get_by_role("button", name="Show them here")).to_be_visible()
