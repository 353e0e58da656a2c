"""What people do in the app, and what has become of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core import mail
from playwright.sync_api import Locator, Page, expect

from diary.models import Person
from tests.conftest import phone_of

PATIENCE = 20_000  # milliseconds: a busy machine is no fault of a page
PASSWORD = "a quiet winter evening"
CODE = re.compile(r"^([A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6})+)$", re.MULTILINE)
# A worker that keeps this very page: from then on it opens without a network.
KEPT = "() => navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')"
HERE = """async () => {
  const { transact, result } = await import("/static/web/store.js");
  const all = ["kept", "records", "changes"];
  return transact(all, "readonly", async ({ kept, records, changes }) => ({
    kept: await result(kept.getAllKeys()),
    records: await result(records.getAll()),
    changes: await result(changes.getAll()),
  }));
}"""


def ready(page: Page) -> Page:
    page.wait_for_selector("html[data-ready]")
    return page


def until(page: Page, ask: Callable[[], Any], holds: Callable[[Any], object]) -> Any:
    """What `ask` gives as soon as it `holds`, while the page goes on."""
    for _ in range(PATIENCE // 50):
        if holds(found := ask()):
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"still {found}")


def kept_for_offline(page: Page) -> None:
    page.wait_for_function(KEPT)


def saving(page: Page, state: str) -> None:
    """Wait until the line at the top says so: saved, kept, trouble, offline."""
    expect(page.locator("#saving")).to_have_attribute("data-state", state)


def scale(page: Page, name: str) -> Locator:
    """A scale of the day by its name, as a screen reader finds it."""
    return page.get_by_role("slider", name=name, exact=True)


def tap(page: Page, name: str, part: float) -> None:
    """Touch the track of a scale at a part of its length."""
    scale(page, name).scroll_into_view_if_needed()
    box = scale(page, name).bounding_box()
    thumb = 22
    x = box["x"] + thumb + part * (box["width"] - 2 * thumb)
    page.mouse.click(x, box["y"] + box["height"] / 2)


def recorded(page: Page, name: str, words: str) -> None:
    expect(scale(page, name)).to_have_attribute("aria-valuetext", words)


def unfold(page: Page, title: str) -> None:
    page.locator("summary", has_text=title).click()


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_role("radio", name=answer, exact=True).click()


def entry_of(person: Person, day: date | str) -> dict[str, Any] | None:
    """The entry as the server has it, or None."""
    answer = phone_of(person).get(f"/api/v1/entries/{day}")
    return answer.json() if answer.status_code == 200 else None


def today_of(person: Person) -> str:
    return phone_of(person).get("/api/v1/me").json()["today"]


def mailed_code() -> str:
    [code] = CODE.findall(mail.outbox[-1].body)
    return code


def on_device(page: Page) -> dict[str, Any]:
    """All that the browser keeps of the diary."""
    return page.evaluate(HERE)
