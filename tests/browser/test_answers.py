"""An answer may be lost on its way, or come when somebody else has signed in."""

from __future__ import annotations

import pytest

from tests.browser.acting import entry_of, on_device, ready, recorded, saving, tap, today_of, until
from tests.conftest import phone_of, sign_in

SYNC = "**/api/v1/sync**"


@pytest.fixture
def today(open_as, ana):
    page = ready(open_as(ana, "today"))
    saving(page, "saved")
    return page


def test_a_batch_whose_answer_was_lost_is_sent_again_as_it_was(today, ana, watched):
    """The server has stored it; a reload in the middle knows no better than to ask again."""
    watched.expect("offline")
    sent, again = [], []

    def lose_the_answer(route):
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.post_data_json)
        route.fetch()
        return route.abort("internetdisconnected")

    today.route(SYNC, lose_the_answer)
    with today.expect_event("requestfailed", lambda each: each.method == "POST"):
        tap(today, "Pain", 0.4)
    saving(today, "kept")
    assert entry_of(ana, today_of(ana))["pain"] == 4
    today.unroute(SYNC)
    today.on("request", lambda each: each.method == "POST" and again.append(each.post_data_json))
    today.reload()
    ready(today)
    recorded(today, "Pain", "4")
    saving(today, "saved")
    assert again[0] == sent[0]
    assert entry_of(ana, today_of(ana))["rev"] == 1
    assert on_device(today)["changes"] == []


def test_nothing_of_one_person_is_kept_for_the_next(context, today, ana, ben):
    """An answer that was asked for by Ana comes when Ben has signed in."""
    waiting, let_go = [], []
    today.route(SYNC, lambda route: route.continue_() if let_go else waiting.append(route))
    phone_of(ana).patch(f"/api/v1/entries/{today_of(ana)}", {"pain": 9, "note": "only mine"})
    today.evaluate("() => { import('/static/web/sync.js').then(({ now }) => now()); }")
    until(today, lambda: waiting, len)
    answers = [route.fetch() for route in waiting]
    assert "only mine" in answers[0].text()

    account = {"id": str(ben.pk), "email": ben.email}
    today.evaluate(
        """async ([token, account]) => {
          const { begin, end } = await import("/static/web/session.js");
          await end();
          await begin(token, account);
        }""",
        [sign_in(ben), account],
    )
    for route, answer in zip(waiting, answers, strict=False):
        route.fulfill(response=answer)
    today.wait_for_timeout(500)  # Ben's own requests still wait: whatever is here came with these
    assert "only mine" not in str(on_device(today))
    let_go.append(True)
    for route in waiting[len(answers) :]:
        route.continue_()
    saving(today, "saved")
    recorded(today, "Pain", "not recorded")
