"""Every screen of the app, light and dark: nothing in anybody's way, and nothing off the edge."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.axe import severe

# What stands in the address after the name of a screen, where it needs something.
MORE = {"day": "2026-01-01", "questionnaire": "phq-9"}
# In the dark the elements are the same, in other colours.
SCHEMES = {"light": None, "dark": ["color-contrast"]}
GUESTS = ("welcome", "help")
SCREENS = "() => import('/static/web/screens.js').then(({ SCREENS }) => Object.keys(SCREENS))"
SETTLED = """(name) => !document.querySelector('.state-waiting')
  && (document.querySelector(`main .screen-${name}`)?.childElementCount > 0 || name === 'help')"""
TOO_WIDE = """() => document.scrollingElement.scrollWidth <= innerWidth ? []
  : [...document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > innerWidth)
    .map((each) => `${each.tagName} ${each.getAttribute('class')}`)"""


def visit(page: Page, name: str) -> None:
    address = f"#/{name}" + (f"/{MORE[name]}" if name in MORE else "")
    page.evaluate("(address) => { location.hash = address; }", address)
    page.wait_for_function("(name) => document.documentElement.dataset.screen === name", arg=name)
    page.wait_for_function(SETTLED, arg=name)


def faults(page: Page, names: list[str]) -> str:
    """What axe finds, and what does not fit into 320 pixels: a line each."""
    found: list[str] = []
    for name in names:
        visit(page, name)
        page.set_viewport_size({"width": 320, "height": 640})
        if wide := page.evaluate(TOO_WIDE):
            found.append(f"{name}, too wide for 320 pixels: {wide}")
        for scheme, rules in SCHEMES.items():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{name}, {scheme}: {fault}" for fault in severe(page, rules)]
    return "\n".join(found)


def test_nothing_stands_in_the_way_of_somebody_who_has_signed_in(demo, open_as):
    page = open_as(demo, "today")
    page.wait_for_selector("html[data-ready]")
    names = [name for name in page.evaluate(SCREENS) if name not in GUESTS]
    assert len(names) > 12
    assert faults(page, names) == ""


def test_nor_of_somebody_who_has_not(page, transactional_db):
    page.goto("/")
    page.wait_for_selector("html[data-ready]")
    assert faults(page, list(GUESTS)) == ""


@pytest.mark.parametrize(
    ("change", "finds"),
    [
        ("document.querySelector('main h1').style.color = '#ccc'", "color-contrast"),
        ("document.querySelector('#tabs a').replaceChildren()", "link-name"),
    ],
)
def test_what_stands_in_the_way_is_found(ana, open_as, change, finds):
    page = open_as(ana, "more")
    page.wait_for_selector("main h1")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate(change)
    assert finds in " ".join(severe(page))


def test_what_breaks_the_policy_is_found(page, watched):
    page.goto("/")
    page.evaluate("""() => {
      const image = new Image();
      image.src = 'https://elsewhere.example/x.png';
      document.body.append(image);
    }""")
    page.wait_for_timeout(200)
    assert any("img-src" in fault for fault in watched.faults())
    watched.seen.clear()
