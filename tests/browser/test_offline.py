"""Without a network the diary is kept all the same; nothing of it is lost, or shown to others."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.acting import (
    choose,
    entry_of,
    kept_for_offline,
    on_device,
    ready,
    recorded,
    saving,
    tap,
    today_of,
    unfold,
)
from tests.conftest import phone_of, sign_in
from web import shell

WRITE = """async ([collection, id, set]) => {
  const { write } = await import("/static/web/diary.js");
  await write(collection, id, set);
}"""


@pytest.fixture
def service_workers() -> str:
    return "allow"


@pytest.fixture
def offline(context, watched):
    """Called, the network is gone."""
    watched.expect("offline")
    return lambda: context.set_offline(True)


@pytest.fixture
def today(open_as, ana):
    page = ready(open_as(ana, "today"))
    kept_for_offline(page)
    saving(page, "saved")
    return page


def test_a_day_kept_offline_survives_a_reload_and_is_sent_later(context, today, ana, offline):
    offline()
    tap(today, "Pain", 0.6)
    saving(today, "kept")
    today.reload()
    ready(today)
    recorded(today, "Pain", "6")
    saving(today, "kept")
    assert entry_of(ana, today_of(ana)) is None

    context.set_offline(False)
    saving(today, "saved")
    assert entry_of(ana, today_of(ana))["pain"] == 6


def test_help_is_there_at_once_without_a_network(context, open_as, ana, offline):
    ana.diary.country = "CH"
    ana.diary.save(update_fields=["country"])
    page = ready(open_as(ana, "today"))
    kept_for_offline(page)
    page.wait_for_function(
        "async () => (await (await import('/static/web/store.js')).read('support'))"
        "?.country === 'CH'"
    )
    offline()
    page.reload()
    unfold(ready(page), "The nine questions")
    expect(page.get_by_role("alert", name="Help")).to_have_count(0)
    choose(page, "Thoughts of self-harm", "some of the day")
    help_lines = page.get_by_role("alert", name="Help")
    expect(help_lines.get_by_role("link", name="143")).to_have_attribute("href", "tel:143")
    help_lines.get_by_role("button", name="Close").click()
    expect(help_lines).to_have_count(0)
    page.get_by_role("link", name="Help", exact=True).click()
    expect(page.get_by_role("heading", name="Help")).to_be_visible()
    expect(page.get_by_role("link", name="143")).to_be_visible()

    page.goto("/#/today")
    context.set_offline(False)
    saving(page, "saved")
    assert entry_of(ana, today_of(ana))["self_harm_thoughts"] == 1
    # The answer brought them again; who has closed them is not asked to close them twice.
    expect(help_lines).to_have_count(0)


def test_help_is_there_for_somebody_who_never_signed_in(page, context, offline):
    ready_page = page
    ready_page.goto("/")
    kept_for_offline(ready(ready_page))
    offline()
    ready_page.reload()
    ready(ready_page).get_by_role("link", name="Help", exact=True).click()
    expect(ready_page.get_by_role("link", name="112")).to_be_visible()


def test_what_another_device_wrote_meanwhile_is_shown_beside_ones_own(context, today, ana, offline):
    day = today_of(ana)
    phone_of(ana).patch(f"/api/v1/entries/{day}", {"pain": 1, "mood": 8})
    offline()
    tap(today, "Pain", 0.7)
    saving(today, "kept")
    context.set_offline(False)
    saving(today, "trouble")
    recorded(today, "Mood", "8")
    assert entry_of(ana, day)["pain"] == 1

    today.get_by_role("link", name="1 change not saved").click()
    row = today.get_by_role("row", name="Pain")
    expect(row.get_by_role("cell")).to_have_text(["7", "1"])
    today.get_by_role("button", name="Keep mine").click()
    saving(today, "saved")
    entry = entry_of(ana, day)
    assert (entry["pain"], entry["mood"]) == (7, 8)


def test_what_the_server_refuses_is_shown_with_its_reason_and_not_lost(today, ana):
    day = today_of(ana)
    today.evaluate(WRITE, ["entries", day, {"pain": 11}])
    tap(today, "Mood", 0.5)
    saving(today, "trouble")
    today.get_by_role("link", name="1 change not saved").click()
    expect(today.get_by_text("Pain is 0–10; 11 was sent.")).to_be_visible()
    expect(today.get_by_role("row", name="Pain").get_by_role("cell")).to_have_text("11")
    today.get_by_role("button", name="Let it go").click()
    saving(today, "saved")
    assert on_device(today)["changes"] == []


def test_two_tabs_show_one_diary(context, today, ana):
    other = context.new_page()
    other.goto("/#/today")
    ready(other)
    tap(today, "Pain", 0.9)
    recorded(other, "Pain", "9")
    tap(other, "Mood", 0.2)
    recorded(today, "Mood", "2")
    saving(today, "saved")
    saving(other, "saved")
    entry = entry_of(ana, today_of(ana))
    assert (entry["pain"], entry["mood"]) == (9, 2)


def test_signing_out_leaves_nothing_on_the_device(context, today, ana, watched):
    watched.expect(401)  # what the accounts answer to somebody who has just signed out
    other = context.new_page()
    other.goto("/#/today")
    ready(other)
    tap(today, "Pain", 0.9)
    saving(today, "saved")
    assert on_device(today)["records"] != []
    today.goto("/#/more")
    today.get_by_role("button", name="Sign out").click()
    expect(today.get_by_role("heading", name="A diary of mood and pain")).to_be_visible()
    expect(other.get_by_role("heading", name="A diary of mood and pain")).to_be_visible()
    left = on_device(today)
    assert (left["records"], left["changes"]) == ([], [])
    assert set(left["kept"]) <= {"support"}
    assert phone_of(ana).get("/api/v1/me").status_code == 200  # other sessions are as they were


def test_what_is_being_typed_when_another_tab_signs_out_goes_to_nobody(
    context, today, ana, ben, watched
):
    """Two tabs: the note of one is younger than a breath when the other one signs out."""
    watched.expect(401)
    unfold(today, "Note")
    other = context.new_page()
    other.goto("/#/more")
    ready(other)
    today.get_by_label("Note", exact=True).fill("only mine")
    other.evaluate("async () => (await import('/static/web/session.js')).end()")
    expect(today.get_by_role("heading", name="A diary of mood and pain")).to_be_visible()
    assert "only mine" not in str(on_device(today))
    account = {"id": str(ben.pk), "email": ben.email}
    other.evaluate(
        """async ([token, account]) =>
          (await import("/static/web/session.js")).begin(token, account)""",
        [sign_in(ben), account],
    )
    saving(today, "saved")
    assert entry_of(ben, today_of(ben)) is None
    assert "only mine" not in str(on_device(today))


FULL = """() => {
  const { put } = IDBObjectStore.prototype;
  globalThis.freeSpace = () => { IDBObjectStore.prototype.put = put; };
  IDBObjectStore.prototype.put = () => { throw new DOMException("Full.", "QuotaExceededError"); };
}"""


def test_what_the_disk_refuses_is_never_called_saved_and_is_kept_once_it_can_be(today, ana):
    recorded(today, "Pain", "not recorded")
    today.evaluate(FULL)
    tap(today, "Pain", 0.6)
    expect(today.locator("#saving")).to_have_text("Not kept on this device")
    tap(today, "Mood", 0.3)
    today.evaluate("async () => (await import('/static/web/sync.js')).now()")
    expect(today.locator("#saving")).to_have_text("Not kept on this device")
    recorded(today, "Pain", "6")
    today.get_by_role("link", name="Not kept on this device").click()
    today.evaluate("() => globalThis.freeSpace()")
    today.get_by_role("button", name="Try again").click()
    saving(today, "saved")
    entry = entry_of(ana, today_of(ana))
    assert (entry["pain"], entry["mood"]) == (6, 3)


ELSEWHERE = """(timeZone) => {
  const { resolvedOptions } = Intl.DateTimeFormat.prototype;
  Intl.DateTimeFormat.prototype.resolvedOptions = function () {
    return { ...resolvedOptions.call(this), timeZone };
  };
}"""


def test_somebody_who_lands_elsewhere_writes_the_days_of_there(today, ana):
    """The app stays open; the server has been told twice, with a minute between."""
    recorded(today, "Pain", "not recorded")
    kiritimati = "Pacific/Kiritimati"
    today.evaluate(ELSEWHERE, kiritimati)
    ana.diary.time_zone = kiritimati
    ana.diary.save(update_fields=["time_zone"])
    today.evaluate("async () => (await import('/static/web/sync.js')).now()")
    zone = "async () => (await (await import('/static/web/me.js')).me()).time_zone"
    assert today.evaluate(zone) == kiritimati


def test_a_session_that_ended_elsewhere_hides_the_diary_and_keeps_what_waits(
    context, today, ana, ben, watched, offline
):
    watched.expect(401)
    offline()
    tap(today, "Pain", 0.8)
    saving(today, "kept")
    ana.set_password("another")  # every session of before has ended
    ana.save(update_fields=["password"])
    context.set_offline(False)
    expect(today.get_by_role("heading", name="A diary of mood and pain")).to_be_visible()
    [waiting] = on_device(today)["changes"]
    assert (waiting["waiting"] or waiting["sending"])["set"]["pain"] == 8

    ana.refresh_from_db()
    today.evaluate(
        """async ([token, account]) =>
          (await import("/static/web/session.js")).begin(token, account)""",
        [sign_in(ana), {"id": str(ana.pk), "email": ana.email}],
    )
    saving(today, "saved")
    assert entry_of(ana, today_of(ana))["pain"] == 8


def test_a_newer_app_is_offered_and_taken_when_the_person_says_so(today, monkeypatch):
    monkeypatch.setattr(shell, "edition", lambda: "0123456789ab")
    today.evaluate("() => navigator.serviceWorker.ready.then((each) => each.update())")
    today.get_by_role("button", name="Use it").click(timeout=60_000)  # it fetches all files anew
    today.wait_for_function(
        """async () => (await caches.keys()).filter((name) => name.startsWith("fortnight-"))
          .join() === "fortnight-0123456789ab" """
    )
    recorded(ready(today), "Pain", "not recorded")
    expect(today.get_by_text("A newer version is here.")).to_have_count(0)
