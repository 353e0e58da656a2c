"""Whatever numbers a review comes to, the sentence about them is whole, true and calm."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary import wording
from diary.measures import SYMPTOMS
from diary.wording.numbers import in_tenths, listed, points, short, tenths
from diary.wording.states import state_of
from tests.diary.wording.claims import faults_in

DAYS = st.integers(0, 14)
# As they are told: two decimals, on scales from 0 to 10.
CHANGE = st.integers(-1_000, 1_000).map(lambda hundredths: hundredths / 100)
BEYOND = st.integers(0, 500).map(lambda hundredths: hundredths / 100)
LEVEL = st.integers(0, 1_000).map(lambda hundredths: hundredths / 100)
ENDS = st.sampled_from(
    [
        (None, None, None),
        *((date.max, reason, None) for reason in ("cleared", "lapsed", "new_usual")),
        (None, None, "entries_changed"),
        (date.max, "cleared", "rules_changed"),
    ]
)


@st.composite
def legs(draw) -> dict:
    change = draw(CHANGE)
    return {
        "usual": draw(LEVEL),
        "recent": draw(LEVEL),
        "change": change,
        "low": round(change - draw(BEYOND), 2),
        "high": round(change + draw(BEYOND), 2),
        "answered": draw(DAYS),
        "days": [],
    }


@st.composite
def symptoms(draw) -> dict:
    chances = st.none() | st.integers(0, 100).map(lambda hundredths: hundredths / 100)
    told = {}
    for symptom in SYMPTOMS:
        answered = draw(DAYS)
        told[symptom.name] = {
            "core": symptom.core,
            "present": draw(st.integers(0, answered)),
            "answered": answered,
            "probability": draw(chances),
            "days": [],
        }
    low = draw(st.integers(0, 1))
    return {"symptoms": told, "probability": draw(chances), "answered": draw(DAYS), "of": 14,
            "low": low, "high": 1}  # fmt: skip


def pattern_of(evidence: dict, ends: tuple) -> SimpleNamespace:
    kind = "symptom_pattern" if "symptoms" in evidence else "pain_mood_worsening"
    closed_on, closed_reason, withdrawn_reason = ends
    return SimpleNamespace(
        kind=kind,
        evidence=evidence,
        closed_on=closed_on,
        closed_reason=closed_reason,
        withdrawn_reason=withdrawn_reason,
    )


@given(
    evidence=st.fixed_dictionaries({"pain": legs(), "mood": legs()}) | symptoms(),
    ends=ENDS,
)
def test_a_pattern_is_told_without_fault(evidence, ends):
    pattern = pattern_of(evidence, ends)
    told = [wording.summary(pattern), wording.why(pattern)]
    told += [*wording.would_change(pattern), wording.look_at_pain(pattern) or "So."]
    assert {text: found for text in told if (found := faults_in(text))} == {}


@given(leg=legs())
def test_the_way_that_is_told_is_the_way_of_the_number_that_is_told(leg):
    said = wording.summary(pattern_of({"pain": leg, "mood": leg}, (None, None, None)))
    change = in_tenths(leg["change"])
    way = "higher" if change > 0 else "lower" if change < 0 else "same"
    assert said.count(way) == 2
    assert not any(other in said for other in {"higher", "lower", "same"} - {way})


@given(
    kind=st.sampled_from(["symptom_pattern", "pain_mood_worsening"]),
    status=st.sampled_from(["learning", "insufficient", "clear", "unclear", "open", "paused"]),
    answered=DAYS,
    at_limit=st.lists(st.sampled_from(["pain", "mood"]), unique=True),
)
def test_a_state_is_told_without_fault(kind, status, answered, at_limit):
    state = {"status": status, "answered": answered, "of": 14, "at_limit": at_limit,
             "usual_answered": answered, "needed": 14}  # fmt: skip
    assert faults_in(state_of(kind, state)) == []


@given(st.floats(-1_000, 1_000))
def test_a_number_keeps_its_value_to_a_tenth_and_nothing_has_no_sign(value):
    for said in (tenths(value), short(value)):
        assert abs(float(said.replace("−", "-")) - value) <= 0.0501
        assert said not in {"−0", "−0.0"}
        assert "-" not in said


@given(st.floats(-1_000, 1_000))
def test_only_exactly_one_is_one_point(value):
    said = points(value)
    assert said.endswith(" point") == (short(abs(value)) == "1")
    assert said.split()[0] == short(abs(value))


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(0.05, "0.1"), (0.15, "0.2"), (0.25, "0.3"), (-0.05, "−0.1"), (2.45, "2.5"), (1.04, "1.0"),
     (9.96, "10.0"), (-0.04, "0.0"), (0, "0.0"), (7, "7.0")],
)  # fmt: skip
def test_half_a_tenth_is_rounded_away_from_zero(value, rounded):
    assert tenths(value) == rounded


@given(st.lists(st.sampled_from(["a", "b", "c"])))
def test_a_row_has_everything_once_and_one_and(words):
    said = listed(words)
    assert [word for word in said.replace(",", "").split() if word != "and"] == words
    assert said.count(" and ") == (len(words) > 1)
