"""Any sequence of writes against a dictionary that does what the contract says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.activities import ACTIVITIES
from diary.models import Person
from tests.api.conftest import phone_of, seq_of
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

LIST = "/api/v1/activities"
IDS = ["0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21", "6f0c2f5a-3a5e-4c52-9b5d-7c0de3a6a1ff"]
NAMES = ACTIVITIES.names

optional = {
    "minutes": st.sampled_from([None, 0, 30]),
    "note": st.sampled_from([None, "Slow.", ""]),
    "with_others": st.sampled_from([None, True, False]),
}
required = {
    "date": st.sampled_from(["2026-03-19", "2026-03-20"]),
    "kind": st.sampled_from(["walk", "rest"]),
}
wholes = st.fixed_dictionaries(required, optional=optional)
parts = st.fixed_dictionaries({}, optional=required | optional)
wrong = st.sampled_from(
    [{"minutes": -1}, {"kind": None}, {"colour": "red"}, {"date": "2199-01-01"}]
)
conditions = st.sampled_from([None, None, None, "current", "stale", "any", "none"])
events = st.one_of(
    st.tuples(st.just("post"), st.sampled_from(IDS), wholes | wrong, st.none()),
    st.tuples(st.just("put"), st.sampled_from(IDS), wholes | wrong, conditions),
    st.tuples(st.just("patch"), st.sampled_from(IDS), parts | wrong, conditions),
    st.tuples(st.just("delete"), st.sampled_from(IDS), st.none(), conditions),
)


class Model:
    """What the activities of one person are, and what each write has to answer."""

    def __init__(self):
        self.seq, self.there = 0, {}

    def holds(self, key, condition) -> bool:
        match condition:
            case "current" | "any":
                return key in self.there
            case "stale":
                return False
            case "none":
                return key not in self.there
        return True

    def headers(self, key, condition) -> dict[str, str]:
        rev = self.there.get(key, {"rev": 0})["rev"]
        return {
            "current": {"If-Match": f'"{rev}"'},
            "stale": {"If-Match": f'"{rev + 1}"'},
            "any": {"If-Match": "*"},
            "none": {"If-None-Match": "*"},
        }.get(condition, {})

    def status(self, method, key, fields, condition) -> int:
        """What a write answers; what is stored then is noted."""
        valid = fields is None or (
            fields.keys() <= set(NAMES)
            and fields.get("minutes") != -1
            and fields.get("kind", "") is not None
            and fields.get("date") != "2199-01-01"
            and (method == "patch" or {"date", "kind"} <= fields.keys())
        )
        if not valid:
            return 422
        if not self.holds(key, condition):
            return 412
        if method == "post" and key in self.there:
            return 409
        if method in {"patch", "delete"} and key not in self.there:
            return 404
        if method == "delete":
            self.seq += 1
            del self.there[key]
            return 204
        before = self.there.get(key)
        kept = before if method == "patch" else dict.fromkeys(NAMES)
        after = {**kept, **fields}
        if before is None or {**before, **after} != before:
            self.seq += 1
            self.there[key] = after | {"id": key, "rev": self.seq}
        return 201 if before is None else 200


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(events, min_size=1, max_size=14))
def test_every_answer_is_what_the_dictionary_says(db, history):
    Person.objects.all().delete()
    ana = make_person("ana@diary.example")
    phone, model = phone_of(ana), Model()
    for method, key, fields, condition in history:
        path, sent = (LIST, fields | {"id": key}) if method == "post" else (f"{LIST}/{key}", fields)
        headers = model.headers(key, condition)
        answer = getattr(phone, method)(path, sent, headers=headers)
        assert answer.status_code == model.status(method, key, fields, condition)
        if answer.status_code in {200, 201}:
            assert answer.json() == model.there[key]
        assert seq_of(ana) == model.seq
    expected = sorted(model.there.values(), key=lambda one: (one["date"], one["id"]), reverse=True)
    assert phone.get(LIST).json()["items"] == expected
    for key in IDS:
        assert phone.get(f"{LIST}/{key}").status_code == (200 if key in model.there else 404)
