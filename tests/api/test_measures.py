"""The vocabulary as clients read it, and that it is the one that entries are held to."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

DAY = "/api/v1/entries/2026-03-20"

SHAPES = {
    "measures": {"name", "label", "help", "unit", "low", "high", "step", "worse"},
    "symptoms": {"name", "label", "help", "low", "high", "step", "worse", "core", "grades"},
    "pain_sites": {"site", "label", "sided"},
    "qualities": {"name", "label"},
    "activity_kinds": {"name", "label"},
    "skipped": {"name", "label"},
}
NAMES = {
    "measures": "pain pain_interference mood sleep_hours sleep_quality energy worry company",
    "symptoms": "low_mood loss_of_interest low_energy appetite_change sleep_change"
    " movement_change guilt poor_focus self_harm_thoughts",
    "pain_sites": "head face jaw neck shoulder upper_back lower_back chest stomach pelvis hip arm"
    " elbow wrist hand leg knee ankle foot widespread",
    "qualities": "aching burning stabbing throbbing cramping tingling pressing shooting",
    "activity_kinds": "walk exercise stretch rest work chores errands social hobby outdoors screen"
    " travel treatment meditation",
    "skipped": "not_today too_unwell away",
}


@pytest.fixture
def vocabulary(phone) -> dict:
    return phone.get("/api/v1/measures").json()


def test_it_has_these_parts_and_no_others(vocabulary):
    assert vocabulary.keys() == SHAPES.keys()


@pytest.mark.parametrize("part", SHAPES)
def test_each_part_holds_these_names_in_this_shape(vocabulary, part):
    items = vocabulary[part]
    assert [item.get("name", item.get("site")) for item in items] == NAMES[part].split()
    assert all(item.keys() == SHAPES[part] for item in items)
    assert all(item["label"] for item in items)


def test_every_scale_has_an_end_each_way_a_step_and_a_bad_direction(vocabulary):
    for scale in (*vocabulary["measures"], *vocabulary["symptoms"]):
        assert scale["low"] < scale["high"]
        assert scale["step"] > 0
        assert scale["worse"] in (-1, 0, 1)
        assert scale["help"].endswith(".")


def test_every_grade_of_a_symptom_has_words(vocabulary):
    for symptom in vocabulary["symptoms"]:
        values = [grade["value"] for grade in symptom["grades"]]
        assert values == list(range(symptom["low"], symptom["high"] + 1))
        assert all(grade["label"] for grade in symptom["grades"])
    assert [s["name"] for s in vocabulary["symptoms"] if s["core"]] == [
        "low_mood",
        "loss_of_interest",
    ]


@pytest.mark.parametrize("end", ["low", "high"])
def test_an_entry_of_nothing_but_ends_is_taken(phone, vocabulary, end):
    scales = (*vocabulary["measures"], *vocabulary["symptoms"])
    sent = {scale["name"]: scale[end] for scale in scales}
    sent["pain_sites"] = [
        {
            "site": site["site"],
            "side": "both" if site["sided"] else None,
            "qualities": [quality["name"] for quality in vocabulary["qualities"]],
        }
        for site in vocabulary["pain_sites"]
    ]
    kept = phone.put(DAY, sent)
    assert kept.status_code == 201
    assert kept.json().items() >= {k: v for k, v in sent.items() if k != "pain_sites"}.items()


def test_it_may_be_kept_for_a_while(phone):
    assert phone.get("/api/v1/measures")["Cache-Control"] == "private, max-age=3600"
