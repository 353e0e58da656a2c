"""Taking the pictures of `manage.py bench screens`."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test.testcases import LiveServerThread
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from config.keys import new_web_push_key
from diary.management.commands.demo import DEMO
from diary.models import Person
from tests.browser.chromium import chromium
from tests.browser.conftest import SIGNED_IN
from tests.conftest import sign_in
from tests.diary.keeping import look_until_done

COLOURS = 224  # of a picture: enough for paper, ink and a few hues
SIZES = {"phone": ({"width": 390, "height": 844}, 2), "desk": ({"width": 1280, "height": 800}, 1)}
SCHEMES = ("light", "dark")
# A name, the address, and what is scrolled to below the bar.
SCREENS = (
    ("welcome", "welcome", None),
    ("today", "today", None),
    ("trends", "trends", None),
    ("symptoms", "trends", "section[aria-label=Symptoms]"),
    ("patterns", "patterns", None),
    ("insights", "insights", None),
    ("questionnaires", "questionnaires", None),
    ("reminders", "reminders", None),
    ("help", "help", None),
)
BAR = 76  # pixels of the page's top that stay where they are
SETTLED = """() => document.documentElement.hasAttribute('data-ready')
  && !document.querySelector('.state-waiting') && document.fonts.status === 'loaded'"""


def take(folder: Path, quick: bool, say: Callable[[str], None]) -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop in this thread
    settings_of_pictures()
    call_command("migrate", verbosity=0)
    call_command("demo", stdout=io.StringIO())
    look_until_done(timezone.now())
    server = LiveServerThread("localhost", static_handler=lambda application: application)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    # Always the same one, for its typefaces.
    found = chromium(path="/nonexistent")
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.program,
            args=["--disable-gpu", "--force-color-profile=srgb"],
            env={**os.environ, **found.environment},
        )
        for size in ("phone",) if quick else SIZES:
            for scheme in SCHEMES[:1] if quick else SCHEMES:
                for name in each_picture(browser, server, folder, size, scheme):
                    say(f"  {name}")
    server.terminate()


def settings_of_pictures() -> None:
    settings.WEB_PUSH_KEY = new_web_push_key()
    settings.ALLOWED_HOSTS = ["localhost"]


def each_picture(browser: Browser, server: LiveServerThread, folder: Path, size: str, scheme: str):
    viewport, factor = SIZES[size]
    context = browser.new_context(
        base_url=f"http://localhost:{server.port}",
        viewport=viewport,
        device_scale_factor=factor,
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Berlin",
        service_workers="block",
    )
    page = context.new_page()
    page.goto("/")
    for name, address, below in SCREENS:
        if name == SCREENS[1][0]:
            arrive(page)
        yield picture(page, folder / f"{name}-{size}-{scheme}.png", address, below)
    context.close()


def arrive(page: Page) -> None:
    person = Person.objects.get(email=DEMO)
    account = {"id": str(person.pk), "email": person.email}
    page.evaluate(SIGNED_IN, [sign_in(person), account])


def picture(page: Page, path: Path, address: str, below: str | None) -> str:
    page.goto("about:blank")
    page.goto(f"/#/{address}", wait_until="networkidle")
    page.wait_for_function(SETTLED)
    page.wait_for_timeout(400)
    if below:
        top = page.locator(below).bounding_box()["y"]
        page.evaluate("(by) => scrollBy(0, by)", top - BAR)
        page.wait_for_timeout(200)
    taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    taken.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.name
