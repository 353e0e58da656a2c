"""A real Chromium, a server that it can reach, and people whose pages it opens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test.testcases import LiveServerThread
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from config import npm
from config.environment import CHECKOUT
from diary.management.commands.demo import keep_synthetic
from diary.models import Person
from tests.browser.acting import PATIENCE
from tests.browser.chromium import chromium
from tests.browser.watching import Watched, watch
from tests.conftest import make_person, sign_in
from tests.diary.keeping import look_until_done

PHONE = {"width": 390, "height": 844}
# As the page itself keeps a session, see web/static/web/session.js.
SIGNED_IN = """async ([token, account]) => {
  const { begin } = await import("/static/web/session.js");
  await begin(token, account);
}"""
ARGUMENTS = ["--disable-gpu", "--no-first-run", "--force-color-profile=srgb"]


@pytest.fixture(scope="session")
def packages() -> None:
    """What charts are drawn with, there before the server looks for its static files."""
    npm.fetch(npm.WEB, CHECKOUT / "var" / "npm")


@pytest.fixture(scope="session")
def address(packages, django_db_setup) -> Iterator[str]:
    """Fortnight on a port of this machine; static files and their headers as on a server."""
    thread = LiveServerThread("localhost", static_handler=lambda application: application)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()


@pytest.fixture(scope="package")
def browser(tmp_path_factory) -> Iterator[Browser]:
    """One Chromium for all of these tests; it and its event loop end with them."""
    found = chromium()
    home = {"HOME": str(tmp_path_factory.mktemp("home"))}  # an account may have none
    # Playwright keeps an event loop in this thread; Django would take that for a coroutine.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield playwright.chromium.launch(
            executable_path=found.program,
            args=ARGUMENTS,
            env={**os.environ, **found.environment, **home},
        )


@pytest.fixture
def service_workers() -> str:
    """Whether the app may keep itself: only where that is what a file is about. Without, it is
    quicker, and no worker that comes to be just then lets a request pass that was to be held."""
    return "block"


@pytest.fixture
def context(browser, address, service_workers, transactional_db) -> Iterator[BrowserContext]:
    """A browser that knows nobody, with a database to itself."""
    context = browser.new_context(
        base_url=address,
        viewport=PHONE,
        has_touch=True,
        locale="en-GB",
        timezone_id="Europe/Berlin",
        service_workers=service_workers,
    )
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context
    context.close()


@pytest.fixture
def watched(context) -> Iterator[Watched]:
    """Every page is watched: a violation of the policy, an error or a fault fails its test."""
    watched = watch(context)
    yield watched
    assert watched.faults() == []


@pytest.fixture
def page(context, watched) -> Page:
    return context.new_page()


@pytest.fixture
def demo(transactional_db) -> Person:
    """The demo person, with the diary that ends today and has been looked over."""
    now = timezone.now()
    person = make_person("demo@diary.example", "Europe/Berlin")
    with transaction.atomic():
        keep_synthetic(person, now)
    look_until_done(now)
    return person


@pytest.fixture
def open_as(page) -> Callable[[Person, str], Page]:
    """Open a screen as somebody who has signed in on this device."""

    def open_as(person: Person, screen: str) -> Page:
        page.goto("/")
        page.evaluate(SIGNED_IN, [sign_in(person), {"id": str(person.pk), "email": person.email}])
        page.goto("about:blank")  # and the page begins anew, as somebody's
        page.goto(f"/#/{screen}")
        return page

    return open_as
