"""Ready for translation: every sentence passes through the catalogue, whole and with its places."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from django.core.management import call_command

from diary.management.commands import list_sentences
from diary.management.commands.list_sentences import CATALOGUE, catalogue, written
from diary.wording.numbers import OWN_WORDS, points, short, tenths
from tests.diary.wording.everything import FILES, every_sentence
from tests.diary.wording.strange import PLACE, PLURALS, strange, translation_of

OURS = "Fortnight"  # a name, alike in every language
TEXTS = [message for message in catalogue() if message.id]


def source(text: str | tuple[str, str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


class TestTheCatalogue:
    def test_is_committed_as_the_code_says_it(self):
        assert CATALOGUE.read_bytes() == written(catalogue()), (
            "sentences have changed: run `python3 manage.py list_sentences`"
        )

    def test_is_what_the_command_writes(self, tmp_path, monkeypatch, capsys):
        file = tmp_path / "new" / "django.pot"
        monkeypatch.setattr(list_sentences, "CATALOGUE", file)
        call_command("list_sentences")
        assert file.read_bytes() == CATALOGUE.read_bytes()
        assert f"{len(TEXTS)} texts" in capsys.readouterr().out

    def test_can_be_read_by_those_who_translate(self):
        with CATALOGUE.open("rb") as file:
            read = {(message.context, message.id) for message in read_po(file) if message.id}
        assert read == {(message.context, message.id) for message in TEXTS}

    @pytest.mark.parametrize("message", TEXTS, ids=lambda message: source(message.id)[0][:40])
    def test_holds_whole_texts_with_named_places(self, message):
        for text in source(message.id):
            assert text == text.strip()
            assert "%" not in text
            assert text.count("{") == text.count("}") == len(PLACE.findall(text))

    @pytest.mark.parametrize(
        "message",
        [message for message in TEXTS if not isinstance(message.id, str)],
        ids=lambda message: message.id[0][:40],
    )
    def test_has_the_same_places_for_one_and_for_many(self, message):
        one, many = message.id
        assert sorted(PLACE.findall(one)) == sorted(PLACE.findall(many))
        assert one != many


@pytest.mark.parametrize("name", FILES)
class TestEveryFile:
    def test_says_nothing_that_was_not_translated(self, strange_language, name):
        left = {
            text: found
            for text in every_sentence(name)
            if (found := re.findall(r"[A-Za-z]+", text.replace(OWN_WORDS, "").replace(OURS, "")))
        }
        assert left == {}

    def test_fills_every_place_in_the_other_language_too(self, strange_language, name):
        assert [text for text in every_sentence(name) if "{" in text or "}" in text] == []

    def test_lists_every_text_that_it_holds(self, strange_language, name):
        """Else a sentence could be said that no test has read."""
        said = every_sentence(name)
        file = f"{'measures' if name == 'vocabulary' else name}.py"
        held = [message for message in TEXTS if file in {where for where, _ in message.locations}]
        unsaid = [
            source(message.id)
            for message in held
            if not any(re.search(as_said(message), text, re.DOTALL) for text in said)
        ]
        assert unsaid == []


def as_said(message) -> str:
    """A pattern that finds a text in what was said, whatever stood in its places."""
    forms = source(translation_of(message))
    if len(forms) > 1:
        # Counts to fourteen need not reach each of the three.
        forms = (strange(message.id[1]),)
    return "|".join(
        "".join(".+?" if PLACE.fullmatch(part) else re.escape(part) for part in PLACE.split(form))
        for form in forms
    )


class TestNumbers:
    @pytest.mark.parametrize(("count", "form"), [(1, 0), (2, 1), (4, 1), (5, 2), (10, 2), (0, 2)])
    def test_take_the_plural_that_the_language_has_for_them(self, strange_language, count, form):
        assert points(count).startswith(f"{PLURALS[form]}{count} ")

    def test_that_are_not_whole_have_a_form_of_their_own(self, strange_language):
        assert points(1.5) == f"1,5 {strange('points')}"

    def test_are_written_as_the_language_writes_them(self, strange_language):
        assert (tenths(-3), short(1.84)) == ("−3,0", "1,8")
