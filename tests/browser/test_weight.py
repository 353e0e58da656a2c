"""The first load is light: what somebody with a slow network waits for."""

from __future__ import annotations

from playwright.sync_api import expect

MOST = 150_000  # bytes on the wire
WITH_CHARTS = 250_000


def weighed(page, of=lambda address: True) -> list[int]:
    """The bytes of each answer as they came over the network, headers included."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[int] = []
    wanted: set[str] = set()

    def begun(event) -> None:
        if of(event["request"]["url"]):
            wanted.add(event["requestId"])

    def finished(event) -> None:
        if event["requestId"] in wanted:
            sizes.append(event["encodedDataLength"])

    network.on("Network.requestWillBeSent", begun)
    network.on("Network.loadingFinished", finished)
    return sizes


def test_the_first_page_comes_in_less_than_150_kilobytes(page, transactional_db):
    sizes = weighed(page)
    page.goto("/", wait_until="networkidle")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert len(sizes) > 20
    assert 20_000 < sum(sizes) < MOST


def test_with_its_charts_the_app_comes_in_less_than_250(page, demo, open_as):
    """Its files, on the first day on a device; a diary's own answers are never compressed."""
    open_as(demo, "welcome")
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.goto("about:blank")
    sizes = weighed(page, of=lambda address: "/api/" not in address)
    page.goto("/#/trends/year")
    expect(page.locator("canvas").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(sizes) > 20
    assert 20_000 < sum(sizes) < WITH_CHARTS
