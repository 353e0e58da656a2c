"""Every sentence that this house can say: nothing claimed, nothing broken, easy to read."""

from __future__ import annotations

import pytest

from tests.diary.wording.claims import banned_in, too_much_in, unfinished_in
from tests.diary.wording.everything import FILES, every_sentence
from tests.diary.wording.reading import grade, sentences, syllables


@pytest.mark.parametrize("name", FILES)
class TestEveryFile:
    def test_lists_what_it_can_say(self, name):
        said = every_sentence(name)
        assert said
        assert all(isinstance(text, str) and text for text in said)

    def test_claims_nothing(self, name):
        assert {
            text: found for text in every_sentence(name) if (found := banned_in(text, name))
        } == {}

    def test_leaves_no_sentence_unfinished(self, name):
        assert {
            text: found for text in every_sentence(name) if (found := unfinished_in(text))
        } == {}

    def test_is_short_and_easy_to_read(self, name):
        assert {text: found for text in every_sentence(name) if (found := too_much_in(text))} == {}

    def test_begins_each_sentence_with_a_capital_or_a_number(self, name):
        for text in every_sentence(name):
            if text.endswith("."):
                assert all(not part[0].islower() for part in text.split(". "))


# --- The tests themselves, seen to fail -----------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "You may have depression.",
        "Your pain was higher because you slept badly.",
        "Better sleep will reduce pain.",
        "Your entries show no pattern.",
        "Nothing is wrong.",
        "All is well with your entries.",
        "This screening found something.",
        "Your risk score went up.",
        "A relapse is near.",
        "Don’t worry about it.",
        "Pain causes low mood.",
        "You have nine symptoms.",
        "You should see somebody.",
    ],
)
def test_a_claim_is_noticed(text):
    assert banned_in(text)


def test_absence_may_be_told_only_with_what_it_does_not_mean():
    said = "Your entries do not show this pattern; that does not mean nothing is wrong."
    assert banned_in(said) == []
    assert banned_in("Your entries do not show this; nothing is wrong.") == ["nothing is wrong"]


def test_a_word_that_one_file_may_say_is_banned_in_the_others():
    assert banned_in("You have an account.", "mail") == []
    assert banned_in("You have an account.", "patterns") == ["you have"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("From {days} days.", "a place that was not filled"),
        ("Pain was None.", "a name from the code"),
        ("Pain was  higher.", "a blank too many"),
        ("Pain was higher .", "a blank too many"),
        ("Pain was higher..", "two stops"),
        ("Pain was higher!", "an exclamation"),
        ("Pain was HIGHER.", "capitals"),
        ("Pain went from −0.0 to 2.0.", "minus nothing"),
        ("Pain went from −0 to 2.", "minus nothing"),
        ("Pain changed by -1.2 points.", "a hyphen for a minus"),
        ("0 days were answered.", "no days"),
        ("1 days were answered.", "one of many"),
        ("About 1 points higher.", "one of many"),
        ("About 1.1 point higher.", "many of one"),
        ("About 11 point higher.", "many of one"),
        ("Pain was 3.25 on average.", "more than tenths"),
    ],
)
def test_what_is_broken_is_noticed(text, what):
    assert unfinished_in(text) == [what]


@pytest.mark.parametrize(
    "text", ["1 day had no full answer.", "10 days had none.", "About 1.1 points, of −0.5.", "0.0"]
)
def test_what_is_right_is_let_through(text):
    assert unfinished_in(text) == []


def test_what_is_hard_to_read_is_noticed():
    hard = "Statistical evaluation of longitudinal observations indicates deterioration."
    assert any(found.startswith("grade") for found in too_much_in(hard))
    assert too_much_in("Word " * 21 + "end.")[-1].startswith("a long sentence")
    assert "a long text" in too_much_in(("It was so. " * 90).strip())
    assert too_much_in("A label that goes on and on until nobody can see the end of it") == [
        "a long label"
    ]


class TestReading:
    """Flesch’s counting, held to words whose syllables everybody knows."""

    @pytest.mark.parametrize(
        ("count", "of"),
        [
            (1, "pain mood was days sleep you your looked since then more weeks changed made"),
            (2, "lower before higher answered symptom being doctor pattern little between wanted"),
            (3, "usual average energy diary correcting probably appetite"),
        ],
    )
    def test_counts_syllables(self, count, of):
        assert [word for word in of.split() if syllables(word) != count] == []

    def test_counts_a_number_by_its_digits(self):
        assert [syllables(number) for number in ("7", "14", "1.8")] == [1, 2, 3]

    def test_ends_a_sentence_at_every_stop_but_the_point_of_a_number(self):
        assert len(sentences("It was 1.8: more; 11 of 14 days. So it was.")) == 4

    def test_is_the_published_formula(self):
        # Six words of one syllable in one sentence: 0.39 · 6 + 11.8 · 1 − 15.59.
        assert grade("The cat sat on the mat.") == pytest.approx(-1.45)
        # Three words of two syllables: 0.39 · 3 + 11.8 · 2 − 15.59.
        assert grade("Mother never answered.") == pytest.approx(9.18)

    def test_has_nothing_to_say_of_nothing(self):
        assert grade("«…»") == 0
