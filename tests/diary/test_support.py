"""The help block: the right numbers, each with its source, in calm words."""

from __future__ import annotations

import ast
import json
import re
import sys
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import pytest
from django.utils import translation

from diary import help_lines, support
from diary.help_lines import (
    ANYWHERE,
    DIRECTORY,
    HELP_LINES,
    REVIEWED_ON,
    VERSION,
    HelpLine,
)
from diary.support import reviewed_days_ago, support_block, well_formed_country
from diary.wording import support as words
from diary.wording.support import message
from tests.diary.wording.strange import strange

SOURCES = Path(__file__).parents[2] / "docs" / "help-lines.md"
ROW = re.compile(
    r"^\| ([A-Z]{2}) \| ([^|]+) \| \[[^\]]+\]\[([\w-]+)\] \| ([\d-]+) \| ([^|]+) \|$", re.M
)
REFERENCE = re.compile(r"^\[([\w-]+)\]: (https?://\S+)$", re.M)

EMERGENCY_NUMBERS = {"000", "111", "112", "113", "119", "192", "911", "995", "999"}
# fmt: off
UNION = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)
# fmt: on

EVERY_LINE = [
    pytest.param(line, id=f"{country} {line.phone}")
    for country, lines in HELP_LINES.items()
    for line in lines
] + [pytest.param(ANYWHERE, id="anywhere")]

# How a word begins, or a phrase. The text must not name a disease, judge, promise or frighten.
# fmt: off
NOT_SAID = (
    "depress", "suicid", "diagnos", "patient", "symptom", "disorder", "disease", "mental", "ill",
    "risk", "score", "detect", "monitor", "you should", "you must", "always", "never", "worry",
    "don't", "promise", "cure", "urgent", "sorry", "you are not alone", "stay strong",
    "unfortunately",
)
# fmt: on


def words_people_read() -> list[str]:
    notes = [line.values[0].note for line in EVERY_LINE if line.values[0].note]
    return [message(), *notes]


# --- the block ---------------------------------------------------------------------------------


def test_a_country_in_the_table_is_answered_with_its_own_lines():
    block = support_block("AT")
    assert block == {
        "country": "AT",
        "message": message(),
        "lines": [
            {
                "name": "Emergency services",
                "phone": "112",
                "hours": "24 hours a day",
                "note": None,
            },
            {
                "name": "Telefonseelsorge",
                "phone": "142",
                "hours": "24 hours a day",
                "note": "Free.",
            },
        ],
        "directory": {"name": "Find A Helpline", "url": "https://findahelpline.com/"},
        "reviewed_on": "2026-11-22",
    }


@pytest.mark.parametrize("country", [None, "ZZ", "AQ", "UK", "", "at"])
def test_without_a_country_in_the_table_112_and_what_to_know_about_it_are_shown(country):
    block = support_block(country)
    assert block["country"] is None
    assert [line["phone"] for line in block["lines"]] == ["112"]
    assert "local emergency number" in block["lines"][0]["note"]
    assert "mobile" in block["lines"][0]["note"]
    assert block["directory"]["url"].startswith("https://")


def test_the_112_of_a_country_that_has_it_comes_without_doubts():
    assert support_block("FR")["lines"][0]["note"] is None


@pytest.mark.parametrize("country", [*HELP_LINES, None])
def test_every_block_has_the_same_shape_and_is_plain_json(country):
    block = support_block(country)
    assert list(block) == ["country", "message", "lines", "directory", "reviewed_on"]
    assert all(list(line) == ["name", "phone", "hours", "note"] for line in block["lines"])
    assert list(block["directory"]) == ["name", "url"]
    assert json.loads(json.dumps(block)) == block


def test_what_one_person_is_shown_does_not_change_what_the_next_is_shown():
    shown = support_block("CH")
    shown["lines"][0]["phone"] = "0"
    shown["lines"].clear()
    shown["directory"]["url"] = ""
    assert support_block("CH")["lines"][0]["phone"] == "112"
    assert support_block("CH")["directory"]["url"] == DIRECTORY.url


@pytest.mark.parametrize("module", [support, help_lines, words])
def test_help_waits_for_nothing_outside_this_table(module):
    """No database, queue, clock or network: the standard library, and words from a file."""
    tree = ast.parse(Path(module.__file__).read_text())
    imported = {name.split(".")[0] for name in imported_from(tree)}
    assert imported <= sys.stdlib_module_names | {"diary", "django"}
    assert {name for name in imported_from(tree) if name.startswith("django")} <= {
        "django.utils.translation"
    }
    assert not imported & {"socket", "urllib", "http", "time", "sqlite3"}


def imported_from(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


# --- the country code --------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["CH", "US", "ZZ"])
def test_two_capital_letters_are_a_country_code_known_or_not(code):
    assert well_formed_country(code)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("ch", "small letters"),
        ("Ch", "one small letter"),
        ("C", "too short"),
        ("CHE", "three letters"),
        ("", "nothing"),
        ("C1", "a digit"),
        ("CH\n", "a line end"),
        (" CH", "a blank"),
        ("ÄÖ", "letters outside ASCII"),
        ("\uff23\uff28", "full-width letters"),
    ],
)
def test_anything_else_is_not_a_country_code(code, why):
    assert not well_formed_country(code), why


# --- the table ---------------------------------------------------------------------------------


def test_at_least_forty_countries_are_in_the_table():
    assert len(HELP_LINES) >= 40


def test_the_countries_are_real_and_written_as_iso_3166_does():
    listed = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    real = {row.split("\t")[0] for row in listed.splitlines() if not row.startswith("#")}
    assert set(HELP_LINES) <= real
    assert all(well_formed_country(country) for country in HELP_LINES)


def test_the_table_is_sorted_by_country():
    assert list(HELP_LINES) == sorted(HELP_LINES)


@pytest.mark.parametrize("country", HELP_LINES)
def test_a_country_begins_with_its_emergency_number(country):
    first, *others = HELP_LINES[country]
    assert first.phone in EMERGENCY_NUMBERS
    assert first.hours == words.ALWAYS
    assert not {line.name for line in others} & set(words.NAMES)


@pytest.mark.parametrize("country", UNION)
def test_112_is_the_emergency_number_all_over_the_union(country):
    assert HELP_LINES[country][0].phone == "112"


@pytest.mark.parametrize("country", HELP_LINES)
def test_no_number_is_listed_twice_in_a_country(country):
    phones = [dialled(line) for line in HELP_LINES[country]]
    assert len(phones) == len(set(phones))


def dialled(line: HelpLine) -> str:
    return re.sub(r"[ -]", "", line.phone)


@pytest.mark.parametrize("line", EVERY_LINE)
def test_a_line_has_a_name_hours_and_a_number_that_can_be_dialled(line):
    assert line.name.strip() == line.name != ""
    assert line.hours.strip() == line.hours != ""
    assert re.fullmatch(r"\+?[0-9](?:[0-9 -]*[0-9])?", line.phone)
    assert 3 <= len(dialled(line)) <= 15  # an E.164 number has at most 15 digits
    assert line.note is None or line.note.endswith(".")


def test_a_row_of_the_table_cannot_be_changed_while_running():
    with pytest.raises(AttributeError):
        HELP_LINES["CH"][0].phone = "0"


# --- where the numbers come from ---------------------------------------------------------------


def test_every_number_in_the_table_stands_in_the_document_and_no_other():
    listed = {(country, line.phone) for country, lines in HELP_LINES.items() for line in lines}
    sourced = [(country, phone) for country, phone, *_ in ROW.findall(SOURCES.read_text("utf-8"))]
    assert set(sourced) == listed
    assert len(sourced) == len(listed)


def test_every_row_of_the_document_names_the_page_the_day_and_what_was_seen():
    text = SOURCES.read_text("utf-8")
    pages = dict(REFERENCE.findall(text))
    rows = ROW.findall(text)
    assert len(rows) == text.count("\n| ") - 2  # all but the head of the table and its rule
    for country, phone, page, read_on, seen in rows:
        assert page in pages, (country, phone)
        assert REVIEWED_ON <= date.fromisoformat(read_on) <= VERSION, (country, phone)
        assert seen.strip(), (country, phone)


def test_no_source_is_a_newspaper_or_a_list_made_by_others():
    pages = dict(REFERENCE.findall(SOURCES.read_text("utf-8")))
    used = {page for _, _, page, _, _ in ROW.findall(SOURCES.read_text("utf-8"))}
    for page in used:
        assert not re.search(r"wikipedia|news|github|blog|reddit", pages[page].split("/")[2]), page


def test_the_document_names_the_version_it_describes():
    assert f"version {VERSION.isoformat()}" in SOURCES.read_text("utf-8")


# --- how old it is -----------------------------------------------------------------------------


def test_the_review_is_as_old_as_the_row_that_has_waited_longest():
    """Looking at a few rows, or adding one, makes the others no younger."""
    read_on = [day for _, _, _, day, _ in ROW.findall(SOURCES.read_text("utf-8"))]
    assert date.fromisoformat(min(read_on)) == REVIEWED_ON <= VERSION
    assert type(VERSION) is type(REVIEWED_ON) is date


def test_the_age_of_the_review_is_counted_in_days():
    assert reviewed_days_ago(REVIEWED_ON) == 0
    assert reviewed_days_ago(REVIEWED_ON + timedelta(days=181)) == 181
    assert support.REVIEW_EVERY_DAYS == 180


# --- the words ---------------------------------------------------------------------------------


def test_the_message_says_that_help_is_there_and_that_nobody_is_watching():
    assert "help is available" in message()
    assert "Nobody watches this diary" in message()
    assert "emergency number first" in message()


@pytest.mark.parametrize("word", NOT_SAID)
def test_the_words_around_the_numbers_do_not_judge_or_frighten(word):
    for text in words_people_read():
        assert not re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE), text


def test_the_message_is_short_and_can_be_read_at_eleven():
    said = message()
    read = re.findall(r"[A-Za-z]+", said)
    assert len(read) <= 60
    assert max(len(sentence.split()) for sentence in re.split(r"(?<=\.) ", said)) <= 15
    assert sum(map(len, read)) / len(read) <= 5
    assert "!" not in said


@pytest.mark.parametrize("line", EVERY_LINE)
def test_every_word_around_a_number_can_be_translated(line):
    assert line.hours in words.HOURS
    assert line.note is None or line.note in words.NOTES


def test_the_words_are_in_the_readers_language_and_names_and_numbers_stay(strange_language):
    block = support_block("AT")
    emergency, service = block["lines"]
    assert block["message"] == strange(message_in_english())
    assert emergency["name"] == strange("Emergency services")
    assert (service["name"], service["phone"]) == ("Telefonseelsorge", "142")
    assert (service["hours"], service["note"]) == (strange("24 hours a day"), strange("Free."))


def message_in_english() -> str:
    with translation.override("en"):
        return message()
