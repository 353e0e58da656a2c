"""Patterns: one screen that somebody tired understands, and no comfort where nothing is seen."""

from __future__ import annotations

from playwright.sync_api import expect

from diary.feedback import read_feedback
from tests.conftest import make_person
from tests.diary.keeping import told, vault_of

NAMES = {
    "symptom_pattern": "Several symptoms on most days",
    "pain_mood_worsening": "Pain and mood both worse",
}


def article(page, kind):
    return page.get_by_role("article", name=NAMES[kind])


def test_both_open_patterns_are_explained_on_one_screen_and_help_is_near(demo, open_as):
    page = open_as(demo, "patterns")
    symptoms = article(page, "symptom_pattern")
    expect(symptoms.get_by_role("heading", level=2)).to_have_text(
        "6 of the nine symptoms were there on most days; 13 of 14 days answered."
    )
    expect(symptoms.locator(".evidence-row", has_text="Low mood")).to_contain_text("on 11 of 13")
    worse = article(page, "pain_mood_worsening")
    expect(worse).to_contain_text("13 of 14 days answered")
    expect(worse).to_contain_text("New or changed pain deserves a look by a doctor or nurse too")
    for card in (symptoms, worse):
        expect(card.get_by_text("What would change this")).to_be_visible()
        expect(card.get_by_role("listitem").first).to_be_visible()
        card.get_by_text("Why you see this").click()
        expect(card).to_contain_text("we take it to be like the days around it" if card is symptoms
                                     else "We compare your latest days")  # fmt: skip

    # Fourteen days are shown, and the one without an answer is left out.
    row = symptoms.locator(".evidence-row", has_text="Low mood")
    expect(row.locator(".cell-none")).to_have_count(1)
    expect(row.locator("[class^=cell-]")).to_have_count(14)
    expect(worse.locator("[data-leg=pain] .head")).to_have_count(13)

    page.get_by_role("link", name="numbers to call").click()
    expect(page.get_by_role("heading", name="Help")).to_be_visible()
    expect(page.locator("#help .phone").first).to_be_visible()


def test_what_somebody_thinks_of_it_is_kept(demo, open_as):
    page = open_as(demo, "patterns")
    choice = article(page, "symptom_pattern").get_by_role("radio", name="It does not")
    choice.click()
    expect(page.get_by_text("Thank you, it is kept.")).to_be_visible()
    [pattern] = [one for one in told(demo) if one.kind == "symptom_pattern"]
    assert read_feedback(vault_of(demo), pattern.id).verdict == "not_right"
    page.reload()
    expect(choice).to_be_checked()


def test_where_nothing_is_open_nothing_is_made_of_it(open_as, transactional_db):
    page = open_as(make_person("new@diary.example"), "patterns")
    expect(page.get_by_text("That does not mean that nothing is wrong")).to_be_visible()
    expect(page.get_by_text("Too early to say")).to_have_count(2)
    expect(page.get_by_text("0 of the 14 days that it takes")).to_be_visible()
    words = page.locator("main").inner_text().lower()
    assert not any(word in words for word in ("all is well", "good news", "healthy", "normal"))


STATE = {"answered": 5, "of": 14, "usual_answered": 30, "needed": 14, "at_limit": []}


SAID = {
    "insufficient": "There are too few answers for this.",
    "clear": "that does not mean that nothing is wrong",
    "unclear": "leave open",
    "paused": "That does not mean that it has passed.",
}


def test_every_state_is_said_in_words_that_comfort_nobody_falsely(page):
    page.goto("/")
    for kind in NAMES:
        for status, says in SAID.items():
            _, words = page.evaluate(
                "([kind, state]) => import('/static/web/patterns.js')"
                ".then(({ stateSaid }) => stateSaid(kind, state))",
                [kind, {**STATE, "status": status}],
            )
            assert says in words
            assert "5 of the last 14 days answered." in words
