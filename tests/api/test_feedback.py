"""What a person thinks of a pattern: kept as it was said, sealed, and without any effect."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4

import orjson
import pytest

from diary.feedback import Opinion, keep_feedback, read_feedback
from diary.models import Diary, Feedback, Pattern
from diary.models.records import feedback_label, pattern_label
from diary.vault import Unsealable
from tests.api.conftest import keep, look
from tests.api.test_patterns import GOOD, ONE, PATTERNS, WELL, both
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

NOTHING = {"verdict": None, "note": None}
NOT_RIGHT = {"verdict": "not_right", "note": "I had the flu that week."}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def pattern(ana, phone) -> dict:
    """A pattern of each kind is open; this is the one of pain and mood."""
    keep(ana, both())
    look()
    [found] = phone.get(f"{PATTERNS}?kind=pain_mood_worsening").json()["items"]
    return found


@pytest.fixture
def address(pattern) -> str:
    return f"{PATTERNS}/{pattern['id']}/feedback"


def code_of(answer) -> tuple:
    [fault] = answer.json()["errors"]
    return answer.status_code, fault["pointer"], fault["code"]


class TestSayingIt:
    def test_before_anything_was_said_there_is_nothing_and_that_is_no_error(self, phone, address):
        answer = phone.get(address)
        assert (answer.status_code, answer.json()) == (200, NOTHING)

    @pytest.mark.parametrize("verdict", ["right", "not_right", "unsure"])
    @pytest.mark.parametrize("note", [None, "", "It was the flu.", "Zeile 1\nZeile 2\t“…” 🌧"])
    def test_what_was_said_is_answered_and_kept(self, phone, address, verdict, note):
        said = {"verdict": verdict, "note": note}
        answer = phone.put(address, said)
        assert (answer.status_code, answer.json()) == (200, said)
        assert phone.get(address).json() == said

    def test_the_last_word_counts_whole(self, phone, address):
        phone.put(address, NOT_RIGHT)
        assert phone.put(address, {"verdict": "right"}).json() == {"verdict": "right", "note": None}
        assert phone.get(address).json() == {"verdict": "right", "note": None}

    def test_said_twice_it_is_kept_once(self, phone, address):
        answers = [phone.put(address, NOT_RIGHT) for _ in range(2)]
        assert [answer.json() for answer in answers] == [NOT_RIGHT, NOT_RIGHT]
        assert Feedback.objects.count() == 1

    def test_each_pattern_has_its_own(self, phone, address):
        phone.put(address, NOT_RIGHT)
        [other] = phone.get(f"{PATTERNS}?kind=symptom_pattern").json()["items"]
        assert phone.get(f"{PATTERNS}/{other['id']}/feedback").json() == NOTHING

    def test_no_cache_keeps_it(self, phone, address):
        for answer in (phone.get(address), phone.put(address, NOT_RIGHT)):
            assert answer["Cache-Control"] == "no-store"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("sent", "pointer", "code"),
        [
            ({}, "/verdict", "required"),
            ({"note": "Flu."}, "/verdict", "required"),
            ({"verdict": None}, "/verdict", "null"),
            ({"verdict": "wrong"}, "/verdict", "choice"),
            ({"verdict": "RIGHT"}, "/verdict", "choice"),
            ({"verdict": 1}, "/verdict", "type"),
            ({"verdict": True}, "/verdict", "type"),
            ({"verdict": ["right"]}, "/verdict", "type"),
            ({"verdict": "right", "note": 5}, "/note", "type"),
            ({"verdict": "right", "note": {}}, "/note", "type"),
            ({"verdict": "right", "note": "a\x00b"}, "/note", "characters"),
            ({"verdict": "right", "note": "a\x1bb"}, "/note", "characters"),
            ({"verdict": "right", "note": "x" * 4_001}, "/note", "max_length"),
            ({"verdict": "right", "pattern_id": "x"}, "/pattern_id", "unknown_field"),
        ],
    )
    def test_names_its_field_and_nothing_is_kept(self, phone, address, sent, pointer, code):
        assert code_of(phone.put(address, sent)) == (422, pointer, code)
        assert phone.get(address).json() == NOTHING

    def test_half_a_letter_is_no_letter(self, phone, address):
        answer = phone.send("PUT", address, b'{"verdict":"right","note":"\\ud83d"}')
        assert answer.status_code in {400, 422}
        assert phone.get(address).json() == NOTHING

    def test_the_longest_note_is_taken(self, phone, address):
        note = "ä" * 4_000
        assert phone.put(address, {"verdict": "unsure", "note": note}).json()["note"] == note

    @pytest.mark.parametrize(
        ("body", "status"),
        [(b"", 400), (b"[]", 400), (b'{"verdict":"right","verdict":"unsure"}', 400), (b"{", 400),
         (b'{"verdict":"right","note":"' + b"x" * 300_000 + b'"}', 413)],
        ids=["empty", "a list", "said twice", "half", "huge"],
    )  # fmt: skip
    def test_a_body_that_cannot_be_read_changes_nothing(self, phone, address, body, status):
        assert phone.send("PUT", address, body).status_code == status
        assert phone.get(address).json() == NOTHING

    @pytest.mark.parametrize("method", ["post", "patch", "delete"])
    def test_no_other_method_is_known(self, phone, address, method):
        assert getattr(phone, method)(address, {"verdict": "right"}).status_code == 405

    @pytest.mark.parametrize("method", ["get", "put"])
    def test_nor_any_parameter(self, phone, address, method):
        body = (NOT_RIGHT,) if method == "put" else ()
        answer = getattr(phone, method)(f"{address}?x=1", *body)
        assert answer.json()["errors"][0]["code"] == "unknown_parameter"


class TestWhosePatternItIs:
    @pytest.mark.parametrize("strange", [str(UUID(int=9)), "x", "0", "None", "%00"])
    def test_there_is_none_of_a_pattern_that_is_not_there(self, phone, strange):
        assert phone.get(f"{PATTERNS}/{strange}/feedback").status_code == 404
        assert phone.put(f"{PATTERNS}/{strange}/feedback", NOT_RIGHT).status_code == 404
        assert not Feedback.objects.exists()

    def test_a_wrong_field_is_told_before_the_pattern_is_looked_for(self, phone):
        answer = phone.put(f"{PATTERNS}/{uuid4()}/feedback", {"verdict": "wrong"})
        assert code_of(answer) == (422, "/verdict", "choice")

    def test_somebody_elses_is_not_there(self, phone, bens_phone, address):
        phone.put(address, NOT_RIGHT)
        assert bens_phone.get(address).status_code == 404
        assert bens_phone.put(address, {"verdict": "right"}).status_code == 404
        assert phone.get(address).json() == NOT_RIGHT

    def test_one_row_is_of_no_use_in_anothers_place(self, phone, ana, ben, address, pattern):
        phone.put(address, NOT_RIGHT)
        row = Feedback.objects.get(user=ana)
        with pytest.raises(Unsealable):
            ben.datakey.open().unseal(feedback_label(ben.pk, row.pattern_id), row.sealed)
        with pytest.raises(Unsealable):
            ana.datakey.open().unseal(feedback_label(ana.pk, uuid4()), row.sealed)
        with pytest.raises(Unsealable):
            ana.datakey.open().unseal(pattern_label(ana.pk, row.pattern_id), row.sealed)

    def test_two_people_would_not_get_in_each_others_way_under_one_id(self, ana, ben):
        one = uuid4()
        for person, verdict in ((ana, "right"), (ben, "unsure"), (ana, "not_right")):
            keep_feedback(person.datakey.open(), one, Opinion(verdict))
        assert read_feedback(ana.datakey.open(), one) == Opinion("not_right")
        assert read_feedback(ben.datakey.open(), one) == Opinion("unsure")

    def test_a_pattern_of_a_day_that_a_move_west_turned_back_is_not_there_yet(
        self, phone, ana, address, pattern, time_machine
    ):
        phone.put(address, NOT_RIGHT)
        opened_on = date.fromisoformat(pattern["opened_on"])
        Diary.objects.filter(user=ana).update(time_zone="Pacific/Pago_Pago")
        time_machine.move_to(datetime.combine(opened_on, time(1), UTC))  # there, the day before
        assert phone.get(address.removesuffix("/feedback")).status_code == 404
        assert phone.get(address).status_code == 404
        assert phone.put(address, {"verdict": "right"}).status_code == 404
        time_machine.move_to(datetime.combine(opened_on, time(12), UTC))
        assert phone.get(address).json() == NOT_RIGHT


class TestWhatBecomesOfIt:
    def test_it_is_kept_while_the_pattern_is_withdrawn_and_when_it_comes_back(
        self, phone, ana, address, pattern
    ):
        phone.put(address, NOT_RIGHT)
        bad = {day: fields for day, fields in both().items() if day >= TODAY - 19 * ONE}
        keep(ana, dict.fromkeys(bad, WELL | GOOD))
        look()
        gone = phone.get(address.removesuffix("/feedback")).json()
        assert gone["status"] == "withdrawn"
        assert phone.get(address).json() == NOT_RIGHT
        assert phone.put(address, {"verdict": "right"}).status_code == 200
        keep(ana, bad)
        look()
        back = phone.get(address.removesuffix("/feedback")).json()
        assert (back["status"], back["id"]) == ("open", pattern["id"])
        assert phone.get(address).json() == {"verdict": "right", "note": None}

    def test_it_changes_nothing_in_what_is_found_or_drawn(self, phone, ana, address):
        asked = (PATTERNS, address.removesuffix("/feedback"), "/api/v1/trends?measures=pain,mood")
        before = [phone.get(path).content for path in asked]
        rows = list(Pattern.objects.values_list("id", "changed_at"))
        phone.put(address, NOT_RIGHT)
        look()
        assert [phone.get(path).content for path in asked] == before
        assert list(Pattern.objects.values_list("id", "changed_at")) == rows

    def test_it_lies_there_sealed_under_a_new_nonce_each_time(self, phone, ana, address):
        seen = set()
        for _ in range(3):
            phone.put(address, NOT_RIGHT)
            row = Feedback.objects.get(user=ana)
            sealed = bytes(row.sealed)
            assert not any(word in sealed for word in (b"flu", b"right", b"verdict"))
            opened = ana.datakey.open().unseal(feedback_label(ana.pk, row.pattern_id), sealed)
            assert orjson.loads(opened) == NOT_RIGHT
            seen.add(sealed)
        assert len(seen) == 3

    def test_it_goes_with_the_account(self, phone, ana, ben, address):
        phone.put(address, NOT_RIGHT)
        ben.delete()
        assert Feedback.objects.count() == 1
        ana.delete()
        assert not Feedback.objects.exists()

    def test_nothing_is_taken_of_somebody_who_was_deleted_just_now(self, ana):
        vault = ana.datakey.open()
        ana.delete()
        with pytest.raises(Diary.DoesNotExist):
            keep_feedback(vault, uuid4(), Opinion("right"))
        assert not Feedback.objects.exists()
