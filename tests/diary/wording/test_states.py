"""Today in words: too early, too little, open, paused; and that nothing seen is no all-clear."""

from __future__ import annotations

import pytest

from diary.detectors import state_of_nothing
from diary.wording.states import state_of

KINDS = ("symptom_pattern", "pain_mood_worsening")
STATUSES = ("learning", "insufficient", "clear", "unclear", "open", "paused")


def told(kind: str, status: str, **more) -> str:
    return state_of(kind, {**state_of_nothing()[kind], "status": status, "answered": 9, **more})


@pytest.mark.parametrize("kind", KINDS)
class TestBothKinds:
    def test_say_something_else_for_each_status(self, kind):
        assert len({told(kind, status) for status in STATUSES}) == len(STATUSES)

    @pytest.mark.parametrize("status", STATUSES)
    def test_always_say_how_many_days_were_answered(self, kind, status):
        assert told(kind, status).endswith("9 of the last 14 days answered.")

    def test_never_reassure(self, kind):
        assert told(kind, "clear").startswith(
            "Your entries do not show this pattern; that does not mean nothing is wrong."
        )

    def test_know_that_a_pause_is_not_an_end(self, kind):
        assert "That does not mean that it has passed." in told(kind, "paused")

    def test_speak_of_a_diary_that_holds_nothing(self, kind):
        assert "too early to say" in state_of(kind, state_of_nothing()[kind])


def test_learning_tells_how_much_of_a_usual_is_there():
    said = told("pain_mood_worsening", "learning", usual_answered=8)
    assert "Days of it so far: 8 of the 14 that it takes." in said


@pytest.mark.parametrize(
    ("at_limit", "pain", "mood"),
    [([], 0, 0), (["pain"], 1, 0), (["mood"], 0, 1), (["pain", "mood"], 1, 1)],
)
def test_a_scale_at_its_end_is_named(at_limit, pain, mood):
    said = told("pain_mood_worsening", "unclear", at_limit=at_limit)
    assert said.count("Pain is so high already") == pain
    assert said.count("Mood is so low already") == mood
