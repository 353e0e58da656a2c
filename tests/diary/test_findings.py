"""What is told of a walk: always the same fields, numbers rounded, the unknown as None."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from diary.detectors import DETECTORS, state_of_nothing
from diary.findings import WINDOW, days_of, rounded
from diary.memory import KINDS
from diary.series import Series
from tests.conftest import TODAY, days_before
from tests.diary.keeping import FINE, LOW, keep, look, state, told
from tests.diary.test_review import hurt_from, low_from

DAY = timedelta(days=1)

DIARIES = {
    "one reason": {TODAY: {"skipped": "away"}},
    "one day": {TODAY: LOW | FINE},
    "pain alone": {day: {"pain": 4} for day in days_before(TODAY, 60)},
    "a low month": low_from(TODAY - 29 * DAY, 30),
    "a hurting one": hurt_from(TODAY - 19 * DAY, 20),
    "silent since three weeks": low_from(TODAY - 50 * DAY, 30),
    "at the top of the scale": {day: {"pain": 10, "mood": 0} for day in days_before(TODAY, 90)},
}


@pytest.mark.parametrize(
    ("value", "told"),
    [(1.234, 1.23), (1.236, 1.24), (-0.001, 0.0), (-1.5, -1.5), (0, 0.0), (float("nan"), None)],
)
def test_a_computed_number_has_two_decimals(value, told):
    assert rounded(value) == told
    assert str(rounded(value)) != "-0.0"
    assert rounded(np.float64(value)) is None or type(rounded(np.float64(value))) is float


def test_every_date_is_told_recorded_or_not():
    dates = days_before(TODAY, 3)
    series = Series.of({dates[0]: {"pain": 6.5}, dates[2]: {"mood": 1}}, dates[0], dates[2])
    assert days_of(series, "pain", dates) == [
        {"date": dates[0].isoformat(), "value": 6.5},
        {"date": dates[1].isoformat(), "value": None},
        {"date": dates[2].isoformat(), "value": None},
    ]


def test_the_two_detectors_are_the_two_kinds():
    assert tuple(DETECTORS) == KINDS == tuple(state_of_nothing())


def test_the_state_of_nothing_is_nobodys_own():
    state_of_nothing()["symptom_pattern"]["status"] = "open"
    assert state_of_nothing()["symptom_pattern"]["status"] == "learning"


@pytest.mark.django_db
@pytest.mark.parametrize("days", DIARIES.values(), ids=DIARIES)
class TestAState:
    def test_has_the_same_fields_for_every_diary(self, ana, days):
        keep(ana, days)
        look()
        for kind, nothing in state_of_nothing().items():
            assert state(ana)[kind].keys() == nothing.keys()
            assert state(ana)[kind]["of"] == WINDOW

    def test_tells_a_number_only_where_it_may_count(self, ana, days):
        keep(ana, days)
        look()
        symptoms, worsening = (state(ana)[kind] for kind in KINDS)
        assert (symptoms["probability"] is not None) == symptoms["evaluable"]
        assert (worsening["score"] is not None) == worsening["evaluable"]
        assert 0 <= symptoms["low"] <= (symptoms["probability"] or 0.5) <= symptoms["high"] <= 1
        for leg in (worsening["pain"], worsening["mood"]):
            if leg:
                assert leg["low"] <= leg["change"] <= leg["high"]
                assert leg["change"] == pytest.approx(leg["recent"] - leg["usual"], abs=0.011)

    def test_is_open_where_a_pattern_is(self, ana, days):
        keep(ana, days)
        look()
        standing = {pattern.kind for pattern in told(ana) if pattern.status == "open"}
        kinds = state(ana)
        assert standing == {kind for kind in KINDS if kinds[kind]["status"] in {"open", "paused"}}


@pytest.mark.django_db
class TestWhatAStateSays:
    def said(self, ana, days):
        keep(ana, days)
        look()
        return {kind: told["status"] for kind, told in state(ana).items()}

    @pytest.mark.parametrize(
        ("diary", "symptoms", "worsening"),
        [
            ("one day", "learning", "learning"),
            ("a low month", "open", "learning"),
            ("a hurting one", "learning", "open"),
            ("silent since three weeks", "paused", "learning"),
            ("at the top of the scale", "learning", "unclear"),
        ],
    )
    def test_of_each_diary(self, ana, diary, symptoms, worsening):
        assert self.said(ana, DIARIES[diary]) == {
            "symptom_pattern": symptoms, "pain_mood_worsening": worsening,
        }  # fmt: skip

    def test_at_the_limit_names_the_legs_that_cannot_get_worse(self, ana):
        self.said(ana, DIARIES["at the top of the scale"])
        assert state(ana)["pain_mood_worsening"]["at_limit"] == ["pain", "mood"]

    def test_counts_the_leg_with_fewer_answers(self, ana):
        days = hurt_from(TODAY - 13 * DAY, 14, before=90)
        for day in days_before(TODAY, 5):
            days[day] = {"pain": 7}
        self.said(ana, days)
        worsening = state(ana)["pain_mood_worsening"]
        assert (worsening["answered"], worsening["usual_answered"]) == (9, 56)
