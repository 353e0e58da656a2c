"""The first load is light: what somebody with a slow network waits for."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

MOST = 150_000  # bytes on the wire
WITH_CHARTS = 250_000


@pytest.fixture
def service_workers() -> str:
    return "block"


def weighed(page) -> list[int]:
    """The bytes of each answer as they came over the network, headers included."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return sizes


def test_the_first_page_comes_in_less_than_150_kilobytes(page, transactional_db):
    sizes = weighed(page)
    page.goto("/", wait_until="networkidle")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert len(sizes) > 20
    assert 20_000 < sum(sizes) < MOST


def test_trends_with_their_charts_and_their_year_come_in_less_than_250(page, demo, open_as):
    sizes = weighed(page)
    page = open_as(demo, "trends/year")
    expect(page.locator("canvas").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert sum(sizes) < 2 * WITH_CHARTS  # two visits: `open_as` signs in on the first page
