"""What people read of a finding: calm, true to its numbers, and never a diagnosis."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from diary import wording
from diary.findings import WINDOW
from diary.measures import SYMPTOMS
from diary.patterns import Told
from diary.wording.worsening import size
from tests.conftest import NOW, TODAY
from tests.diary.keeping import HURT, LOW, keep, look, told
from tests.diary.test_review import hurt_from, low_from
from tests.diary.wording.claims import faults_in, is_sentence

OPENED = date(2026, 3, 1)


def symptoms(answered=14, present=6):
    """The evidence of a symptom pattern: the first `present` symptoms there on most days."""
    return {
        "symptoms": {
            symptom.name: {
                "core": symptom.core,
                "present": answered - 1 if number < present else 1,
                "answered": answered,
                "probability": 0.98 if number < present else 0.02,
                "days": [],
            }
            for number, symptom in enumerate(SYMPTOMS)
        },
        "probability": 0.93,
        "answered": answered,
        "of": WINDOW,
        "low": 0,
        "high": 1,
    }


def leg(usual, change, spread=1.0, answered=11):
    return {
        "usual": usual,
        "recent": usual + change,
        "change": change,
        "low": round(change - spread, 2),
        "high": round(change + spread, 2),
        "answered": answered,
        "days": [],
    }


def worsening(pain=1.8, mood=-1.4, **how):
    return {"pain": leg(3.9, pain, **how), "mood": leg(6.2, mood, **how)}


def pattern(evidence, *, closed=None, withdrawn=None):
    return Told(
        UUID(int=1),
        "symptom_pattern" if "symptoms" in evidence else "pain_mood_worsening",
        OPENED,
        OPENED + timedelta(days=20) if closed else None,
        closed,
        withdrawn,
        evidence,
        "2026.11.2",
    )


EVIDENCE = {
    "six symptoms": symptoms(),
    "a day missing": symptoms(answered=13),
    "half the days missing": symptoms(answered=7),
    "all nine": symptoms(present=9),
    "a large worsening": worsening(pain=3.0, mood=-2.5),
    "a small one": worsening(pain=0.7, mood=-0.6, spread=0.5),
    "an unsure one": worsening(pain=0.7, mood=-0.6, spread=1.0),
    "from few days": worsening(answered=5),
}
ENDINGS = {
    "open": {},
    "cleared": {"closed": "cleared"},
    "lapsed": {"closed": "lapsed"},
    "new usual": {"closed": "new_usual"},
    "withdrawn by entries": {"withdrawn": "entries_changed"},
    "withdrawn by rules": {"closed": "cleared", "withdrawn": "rules_changed"},
}
EVERY = [
    pytest.param(pattern(evidence, **ending), id=f"{what}, {how}")
    for (what, evidence), (how, ending) in product(EVIDENCE.items(), ENDINGS.items())
]


def all_said(pattern):
    """Every text that is told of a pattern."""
    asks = wording.look_at_pain(pattern)
    return [
        wording.summary(pattern),
        wording.why(pattern),
        *wording.would_change(pattern),
        *([asks] if asks else []),
    ]


@pytest.mark.parametrize("pattern", EVERY)
def test_everything_that_is_told_of_a_pattern_is_as_it_should_be(pattern):
    for text in all_said(pattern):
        assert faults_in(text) == []
        assert is_sentence(text)


class TestASymptomPattern:
    @pytest.mark.parametrize(
        ("present", "says"),
        [
            (9, "9 of the nine symptoms were there on most days; 12 of 14 days answered."),
            (6, "6 of the nine symptoms were there on most days; 12 of 14 days answered."),
            (1, "1 of the nine symptoms was there on most days; 12 of 14 days answered."),
            (0, "Several symptoms were there on many days; 12 of 14 days answered."),
        ],
    )
    def test_counts_what_was_there_and_the_days_that_were_answered(self, present, says):
        evidence = symptoms(answered=12, present=present)
        assert wording.summary(pattern(evidence)) == says

    def test_names_each_with_its_days(self):
        said = wording.why(pattern(symptoms(present=2)))
        assert (
            "Of the days you answered: Low mood on 13 of 14; Loss of interest on 13 of 14." in said
        )

    def test_names_none_where_none_was_there_on_most_days(self):
        assert "Of the days" not in wording.why(pattern(symptoms(present=0)))

    def test_counts_a_symptom_from_an_even_chance_on(self):
        evidence = symptoms(present=0)
        for name, probability in (("guilt", 0.5), ("poor_focus", 0.49), ("low_mood", None)):
            evidence["symptoms"][name] |= {"probability": probability, "present": 10}
        assert wording.summary(pattern(evidence)).startswith("1 of the nine")
        assert "Of the days you answered: Guilt on 10 of 14." in wording.why(pattern(evidence))

    def test_says_what_counts(self):
        assert "when it was there for most of it." in wording.why(pattern(symptoms()))

    def test_says_that_it_cannot_say_why(self):
        assert "It cannot say why it is there." in wording.why(pattern(symptoms()))

    @pytest.mark.parametrize(
        ("answered", "says"),
        [
            (14, None),
            (13, "1 day had no full answer; we take it to be like the days around it."),
            (12, "2 days had no full answer; we take them to be like the days around them."),
        ],
    )
    def test_says_what_was_done_about_missing_days(self, answered, says):
        said = wording.why(pattern(symptoms(answered=answered)))
        assert ("no full answer" in said) == bool(says)
        assert (says or "") in said

    @pytest.mark.parametrize(
        ("low", "says"),
        [
            (0, "With no symptoms on such days, the pattern would not be seen."),
            (1, "Even with no symptoms on such days, the pattern would be seen."),
        ],
    )
    def test_says_whether_the_missing_days_decide_it(self, low, says):
        assert says in wording.why(pattern({**symptoms(answered=12), "low": low}))
        assert says not in wording.why(pattern({**symptoms(answered=14), "low": low}))

    @pytest.mark.parametrize(
        ("answered", "says"),
        [
            (14, "If you correct one of these days, this may change."),
            (13, "1 day had no full answer. If you add to it, this may change."),
            (11, "3 days had no full answer. If you add to them, this may change."),
        ],
    )
    def test_says_what_would_change_it(self, answered, says):
        fewer = "Entries with these symptoms on fewer days would end it."
        evidence = symptoms(answered=answered)
        assert wording.would_change(pattern(evidence)) == [fewer, says]
        assert wording.would_change(pattern(evidence, closed="cleared")) == [says]

    def test_does_not_ask_to_look_at_pain(self):
        assert wording.look_at_pain(pattern(symptoms())) is None


class TestAWorsening:
    def test_tells_both_changes(self):
        assert wording.summary(pattern(worsening())) == (
            "Pain was about 1.8 points higher than your usual."
            " Mood was about 1.4 points lower than your usual."
        )

    @pytest.mark.parametrize(
        ("pain", "mood", "says"),
        [
            (0.04, -0.04, "Pain was about the same as your usual. Mood was about the same"),
            (
                -0.3,
                0.3,
                "Pain was about 0.3 points lower than your usual. Mood was about 0.3 points",
            ),
            (1.0, 0.96, "Pain was about 1 point higher than your usual. Mood was about 1 point"),
        ],
    )
    def test_follows_the_numbers_wherever_they_went(self, pain, mood, says):
        said = wording.summary(pattern(worsening(pain=pain, mood=mood)))
        assert said.startswith(says)

    def test_says_what_is_compared(self):
        assert wording.why(pattern(worsening())).startswith(
            "We compare your latest days, above all the two weeks shown, with your usual:"
            " the eight weeks that ended two weeks before them."
        )

    def test_tells_each_leg_with_its_interval_days_and_averages(self):
        said = wording.why(pattern(worsening()))
        assert (
            "Pain was about 1.8 points higher than your usual, probably between 0.8 and 2.8;"
            " 11 of 14 days answered."
            " The average went from 3.9 to 5.7: a large change."
        ) in said
        assert (
            "Mood was about 1.4 points lower than your usual, probably between 0.4 and 2.4;"
            " 11 of 14 days answered. The average went from 6.2 to 4.8: a noticeable change."
        ) in said

    @pytest.mark.parametrize(
        ("change", "spread", "says"),
        [
            (1.8, 1.0, "1.8 points higher than your usual, probably between 0.8 and 2.8;"),
            (-1.8, 1.0, "1.8 points lower than your usual, probably between 0.8 and 2.8;"),
            (
                0.7,
                1.0,
                "0.7 points higher than your usual, probably between 0.3 lower and 1.7 high",
            ),
            (
                -0.7,
                1.0,
                "0.7 points lower than your usual, probably between 1.7 lower and 0.3 high",
            ),
            (0.04, 1.0, "the same as your usual, probably between 1.0 lower and 1.0 higher;"),
            (0.04, 0.0, "the same as your usual; 11 of 14 days answered."),
            (0.96, 1.0, "1 point higher than your usual, probably between 0.0 and 2.0;"),
            (1.04, 1.0, "1 point higher than your usual, probably between 0.0 and 2.0;"),
        ],
    )
    @pytest.mark.parametrize("name", ["Pain", "Mood"])
    def test_says_which_way_an_interval_reaches_as_it_is_printed(self, change, spread, says, name):
        said = wording.why(pattern(worsening(pain=change, mood=change, spread=spread)))
        assert f"{name} was about {says}" in said

    def test_says_that_one_need_not_have_made_the_other(self):
        assert "does not say that one moved the other." in wording.why(pattern(worsening()))

    def test_says_what_would_change_it(self):
        ends = [
            "Days with pain or mood nearer to your usual would end it.",
            "If it stays at this level for six weeks, we call that your new usual.",
        ]
        other = "If you correct or add one of these days, or of the weeks before, it may change."
        assert wording.would_change(pattern(worsening())) == [*ends, other]
        assert wording.would_change(pattern(worsening(), closed="lapsed")) == [other]

    @pytest.mark.parametrize("how", ENDINGS.values(), ids=ENDINGS)
    def test_asks_once_to_look_at_new_pain(self, how):
        found = pattern(worsening(), **how)
        asks = wording.look_at_pain(found)
        assert "doctor or nurse" in asks
        assert "doctor" not in " ".join([*all_said(found)[:2], *wording.would_change(found)])

    @pytest.mark.parametrize(
        ("usual", "change", "tier"),
        [
            (8.0, 0.99, "small"),
            (8.0, 1.0, "noticeable"),
            (8.0, 1.99, "noticeable"),
            (8.0, 2.0, "large"),
            (8.0, -2.0, "large"),
            (3.4, 1.02, "large"),
            (3.4, 1.01, "noticeable"),
            (2.0, 1.0, "large"),
            (2.0, 0.99, "small"),
            (0.0, 0.9, "small"),
        ],
    )
    def test_calls_a_change_by_its_size(self, usual, change, tier):
        assert size(leg(usual, change)) == tier
        said = wording.why(pattern({"pain": leg(usual, change), "mood": leg(usual, change)}))
        assert f": a {tier} change." in said


class TestHowItEnded:
    @pytest.mark.parametrize("evidence", [symptoms(), worsening()], ids=["symptoms", "worsening"])
    @pytest.mark.parametrize(
        ("closed", "says"),
        [
            ("cleared", "Later entries no longer showed it."),
            ("lapsed", "Then there were too few entries to say more."),
            ("new_usual", "It stayed like this for six weeks, so this is now your usual."),
        ],
    )
    def test_stands_at_the_end_of_why(self, evidence, closed, says):
        assert wording.why(pattern(evidence, closed=closed)).endswith(says)
        assert says not in wording.why(pattern(evidence))

    @pytest.mark.parametrize(
        ("reason", "says"),
        [
            ("entries_changed", "Entries of these days were changed"),
            ("rules_changed", "By the rules"),
        ],
    )
    def test_of_a_withdrawn_one_is_all_that_is_told(self, reason, says):
        gone = pattern(symptoms(), closed="cleared", withdrawn=reason)
        assert says in wording.why(gone)
        assert "14 days" not in wording.why(gone)
        assert wording.would_change(gone) == []


@pytest.mark.django_db
@pytest.mark.parametrize("days", [low_from, hurt_from], ids=["symptoms", "worsening"])
def test_what_a_review_finds_can_be_told(ana, days):
    keep(ana, days(TODAY - timedelta(days=19), 20), NOW)
    look()
    [found] = told(ana)
    for text in all_said(found):
        assert faults_in(text) == []


def test_what_the_tests_keep_is_found_by_both_rules():
    assert {*LOW} == {symptom.name for symptom in SYMPTOMS}
    assert {*HURT} == {"pain", "mood"}
