"""What people read of a finding: calm, true to its numbers, and never a diagnosis."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from diary import wording
from diary.findings import WINDOW
from diary.measures import SYMPTOMS
from diary.patterns import Told
from tests.conftest import NOW, TODAY
from tests.diary.keeping import HURT, LOW, keep, look, told
from tests.diary.test_review import hurt_from, low_from

# Detection notes, E: words that nobody may read about themselves here.
BANNED = (
    "depress", "diagnos", "disorder", "risk", "screening", "clinical", "relapse", "validated",
    "patient", "ill ", "illness", "suffer", "abnormal", "cause", "because of", "due to", "leads to",
    "results in", "alarm", "warning", "danger", "severe", "detect", "dsm", "phq", "treat", "cure",
    "nothing is wrong", "all is well", "recovered", "healthy", "don't worry", "you have", "you are",
)  # fmt: skip
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
    """Every sentence that is told of a pattern."""
    return [
        wording.summary(pattern.kind, pattern.evidence),
        wording.why(pattern),
        *wording.would_change(pattern),
        wording.look_at_pain(pattern) or "",
    ]


@pytest.mark.parametrize("pattern", EVERY)
class TestEverySentence:
    def test_has_none_of_the_words_that_must_not_be_claimed(self, pattern):
        said = " ".join(all_said(pattern)).lower()
        assert [word for word in BANNED if word in said] == []

    def test_is_finished(self, pattern):
        for text in all_said(pattern)[1:]:
            assert not re.search(r"[{}_]|None|nan|  |\.\.| ,| \.", text)
            assert not text or text.endswith(".")

    def test_is_short(self, pattern):
        for text in all_said(pattern):
            for clause in re.split(r"(?<=[.,:;]) ", text):
                assert len(clause.split()) <= 20, clause

    def test_does_not_shout(self, pattern):
        said = " ".join(all_said(pattern))
        assert "!" not in said
        assert not re.search(r"\b[A-Z]{2,}\b", said)


class TestASymptomPattern:
    def test_counts_what_was_there_over_the_days_that_were_answered(self):
        assert wording.summary("symptom_pattern", symptoms(answered=12)) == (
            "Six of the nine symptoms were there on most days,"
            " in the 12 of 14 days that you answered."
        )

    def test_names_each_with_its_days(self):
        said = wording.why(pattern(symptoms(present=2)))
        assert "low mood on 13 of 14 and loss of interest on 13 of 14." in said

    def test_says_that_it_cannot_say_why(self):
        assert "It cannot say why it is there." in wording.why(pattern(symptoms()))

    @pytest.mark.parametrize(
        ("answered", "says"),
        [
            (14, None),
            (13, "One day had no full answer; it is taken to be like the days around."),
            (12, "2 days had no full answer; they are taken to be like the days around."),
        ],
    )
    def test_says_what_was_done_about_missing_days(self, answered, says):
        said = wording.why(pattern(symptoms(answered=answered)))
        assert ("no full answer" in said) == bool(says)
        assert (says or "") in said

    @pytest.mark.parametrize(("answered", "more"), [(14, 0), (13, 1)])
    def test_says_what_would_change_it(self, answered, more):
        says = wording.would_change(pattern(symptoms(answered=answered)))
        assert len(says) == 1 + more
        assert all("may change" in text for text in says[1:])

    def test_does_not_ask_to_look_at_pain(self):
        assert wording.look_at_pain(pattern(symptoms())) is None


class TestAWorsening:
    def test_tells_both_changes(self):
        assert wording.summary("pain_mood_worsening", worsening()) == (
            "Pain was about 1.8 points higher and mood about 1.4 points lower than your usual."
        )

    def test_tells_each_leg_with_its_interval_and_days(self):
        said = wording.why(pattern(worsening()))
        assert (
            "Pain was 5.7 against a usual of 3.9: a large change, about 1.8 points higher,"
            " probably between 0.8 and 2.8, from 11 of 14 days."
        ) in said
        assert (
            "Mood was 4.8 against a usual of 6.2: a noticeable change, about 1.4 points lower,"
            " probably between 0.4 and 2.4, from 11 of 14 days."
        ) in said

    def test_says_so_where_the_interval_reaches_to_the_other_side(self):
        said = wording.why(pattern(worsening(pain=0.7, mood=-0.6, spread=1.0)))
        assert "0.7 points higher, probably between 0.3 lower and 1.7 higher, from" in said
        assert "0.6 points lower, probably between 0.4 higher and 1.6 lower, from" in said

    def test_says_that_one_need_not_have_made_the_other(self):
        assert "does not say that one made the other." in wording.why(pattern(worsening()))

    def test_asks_to_look_at_new_pain(self):
        assert "doctor or nurse" in wording.look_at_pain(pattern(worsening()))

    @pytest.mark.parametrize(
        ("usual", "change", "tier"),
        [
            (8.0, 0.99, "a small change"),
            (8.0, 1.0, "a noticeable change"),
            (8.0, 1.99, "a noticeable change"),
            (8.0, 2.0, "a large change"),
            (8.0, -2.0, "a large change"),
            (2.0, 0.6, "a large change"),
            (2.0, 0.59, "a small change"),
            (0.0, 0.9, "a small change"),
        ],
    )
    def test_calls_a_change_by_its_size(self, usual, change, tier):
        assert wording.size(leg(usual, change)) == tier

    @pytest.mark.parametrize(
        ("change", "says"),
        [(1.0, "1 point "), (0.96, "1 point "), (1.1, "1.1 points "), (2, "2 points ")],
    )
    def test_counts_one_point_and_more_points(self, change, says):
        assert f"Pain was about {says}higher" in wording.summary(
            "pain_mood_worsening", worsening(pain=change)
        )


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
    for text in all_said(found)[1:3]:
        assert text.endswith(".")
    assert not any(word in " ".join(all_said(found)).lower() for word in BANNED)


def test_what_the_tests_keep_is_found_by_both_rules():
    assert {*LOW} == {symptom.name for symptom in SYMPTOMS}
    assert {*HURT} == {"pain", "mood"}
