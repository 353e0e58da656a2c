"""ETag, If-Match, If-None-Match: two devices of one person do not write over each other."""

from __future__ import annotations

import pytest

from tests.api.conftest import seq_of

pytestmark = pytest.mark.django_db

DAY = "/api/v1/entries/2026-03-20"


@pytest.fixture
def rev(phone) -> int:
    """The revision of the day, of which an older one was 1."""
    phone.put(DAY, {"pain": 1})
    return phone.put(DAY, {"pain": 4}).json()["rev"]


def test_the_tag_is_the_revision_on_every_answer(phone):
    written = phone.put(DAY, {"pain": 4})
    assert written["ETag"] == f'"{written.json()["rev"]}"'
    assert phone.get(DAY)["ETag"] == written["ETag"]
    assert phone.patch(DAY, {"pain": 5})["ETag"] != written["ETag"]


MATCHES = {
    "its tag": ('"2"', True),
    "any": ("*", True),
    "in a list": ('"7", "2" ,"9"', True),
    "in a list without blanks": ('"7","2"', True),
    "an older one": ('"1"', False),
    "a weak one": ('W/"2"', False),
    "a list of others": ('"1", "3"', False),
    "without quotes": ("2", False),
    "half a quote": ('"2', False),
    "nothing": ("", False),
    "nonsense": ("¿?,,;", False),
}


@pytest.mark.parametrize(("header", "holds"), MATCHES.values(), ids=MATCHES)
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_if_match_writes_over_what_it_names_only(phone, ana, rev, method, header, holds):
    assert rev == 2
    seq = seq_of(ana)
    answer = getattr(phone, method)(DAY, {"pain": 9}, headers={"If-Match": header})
    if holds:
        assert answer.status_code == (204 if method == "delete" else 200)
    else:
        assert answer.status_code == 412
        assert answer.json()["type"] == "/problems/precondition-failed"
        assert answer.json()["current"] == phone.get(DAY).json()
        assert seq_of(ana) == seq


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("header", ["*", '"1"'])
def test_if_match_of_a_day_that_is_not_there_does_not_hold(phone, ana, method, header):
    answer = getattr(phone, method)(DAY, {"pain": 9}, headers={"If-Match": header})
    assert (answer.status_code, answer.json()["current"]) == (412, None)
    assert seq_of(ana) == 0


def test_a_deleted_day_matches_nothing(phone, rev):
    phone.delete(DAY)
    answer = phone.put(DAY, {"pain": 9}, headers={"If-Match": f'"{rev + 1}"'})
    assert answer.status_code == 412


def test_if_none_match_any_only_makes(phone):
    assert phone.put(DAY, {"pain": 4}, headers={"If-None-Match": "*"}).status_code == 201
    second = phone.put(DAY, {"pain": 9}, headers={"If-None-Match": "*"})
    assert (second.status_code, second.json()["current"]["pain"]) == (412, 4)
    phone.delete(DAY)
    assert phone.put(DAY, {"pain": 9}, headers={"If-None-Match": "*"}).status_code == 201


@pytest.mark.parametrize("header", ['"2"', 'W/"2"', '"1", "2"'])
def test_if_none_match_refuses_a_write_over_what_it_names(phone, rev, header):
    assert phone.put(DAY, {"pain": 9}, headers={"If-None-Match": header}).status_code == 412
    assert phone.put(DAY, {"pain": 9}, headers={"If-None-Match": '"1"'}).status_code == 200


def test_both_conditions_must_hold(phone, rev):
    both = {"If-Match": f'"{rev}"', "If-None-Match": "*"}
    assert phone.put(DAY, {"pain": 9}, headers=both).status_code == 412


READS = {
    "its tag": ('"2"', 304),
    "its tag, weak": ('W/"2"', 304),
    "any": ("*", 304),
    "in a list": ('"1", W/"2"', 304),
    "an older one": ('"1"', 200),
    "without quotes": ("2", 200),
    "nothing": ("", 200),
}


@pytest.mark.parametrize(("header", "status"), READS.values(), ids=READS)
def test_reading_again_what_is_known_costs_no_body(phone, rev, header, status):
    answer = phone.get(DAY, headers={"If-None-Match": header})
    assert answer.status_code == status
    assert answer["ETag"] == f'"{rev}"'
    assert (answer.content == b"") == (status == 304)


def test_a_wrong_field_is_told_before_a_wrong_tag(phone, rev):
    assert phone.patch(DAY, {"pain": 11}, headers={"If-Match": '"1"'}).status_code == 422


def test_the_same_content_under_an_old_tag_is_refused_too(phone, rev):
    assert phone.put(DAY, {"pain": 4}, headers={"If-Match": '"1"'}).status_code == 412
