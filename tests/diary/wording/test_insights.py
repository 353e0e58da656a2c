"""What people read of a link: an association with its numbers, never why it is there."""

from __future__ import annotations

import pytest

from diary.analysis import factors, lags
from diary.measures import ACTIVITY_KINDS
from diary.wording import insights as wording


def test_every_declared_pair_and_measure_has_its_words():
    for earlier, later, _ in lags.FAMILY:
        assert wording.link(earlier, later, None, 0, 60)
    for measure in factors.MEASURES:
        for kind in ACTIVITY_KINDS:
            assert kind.label in wording.factor(kind.name, measure, None, (0, 0), 10)


class TestALink:
    def test_is_told_with_its_direction_its_interval_and_its_days(self):
        assert wording.link("sleep_hours", "pain", (-0.31, -0.54, -0.08), 97, 60) == (
            "On days after shorter nights, you tended to record more pain."
            " How strong: about 0.3, probably between 0.1 and 0.5."
            " Here 0 is none."
            " There are 97 pairs of days so far. This does not say why."
        )

    def test_the_other_way_is_told_the_other_way(self):
        said = wording.link("sleep_hours", "pain", (0.31, 0.08, 0.54), 97, 60)
        assert said.startswith("On days after longer nights, you tended to record more pain.")
        assert "probably between 0.1 and 0.5" in said

    @pytest.mark.parametrize(
        ("pairs", "says"),
        [
            (0, "Nothing clear yet. 0 of the 60 pairs of days it takes are there."),
            (1, "Nothing clear yet. 1 of the 60 pairs of days it takes is there."),
            (59, "Nothing clear yet. 59 of the 60 pairs of days it takes are there."),
            (60, "Nothing clear yet, in 60 pairs of days. It takes three weeks that agree."),
        ],
    )
    def test_else_how_many_days_there_are(self, pairs, says):
        assert wording.link("pain", "mood", None, pairs, 60) == (
            f"Pain, and mood on the next day. {says}"
        )


class TestAnActivity:
    def test_is_told_with_its_difference_and_both_sides(self):
        assert wording.factor("walk", "mood", (0.94, 0.38, 1.5), (34, 71), 10) == (
            "Walk: on days with it, you tended to record a better mood."
            " The difference was about 0.9 points, probably between 0.4 and 1.5."
            " It is beside other days of the same two weeks."
            " So far there are 34 days with it and 71 without. This does not say why."
        )

    def test_less_pain_is_less_pain(self):
        said = wording.factor("walk", "pain", (-1.0, -1.5, -0.38), (34, 71), 10)
        assert said.startswith("Walk: on days with it, you tended to record less pain.")
        assert "about 1 point, probably between 0.4 and 1.5" in said

    def test_own_words_stay_as_they_are(self):
        said = wording.factor("{0} tai chi %s {kind}", "mood", None, (0, 0), 10)
        assert said.startswith("{0} tai chi %s {kind}, and mood on the same day.")

    @pytest.mark.parametrize(
        ("days", "says"),
        [
            (
                (0, 31),
                "It takes 10 days with it and 10 without. So far there is no day with it, and",
            ),
            ((1, 31), "It takes 10 days with it and 10 without. So far there is 1 day with it and"),
            ((9, 31), "It takes 10 days with it and 10 without. So far there are 9 days with it"),
            ((31, 9), "It takes 10 days with it and 10 without."),
            (
                (10, 10),
                "It takes three weeks that agree. So far there are 10 days with it and 10",
            ),
        ],
    )
    def test_else_how_many_days_there_are(self, days, says):
        assert f"Nothing clear yet. {says}" in wording.factor("walk", "mood", None, days, 10)
