"""Devices that push and pull in any order, held against a model that a child could keep."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary import record
from diary.batch import Batch, Item, Stale, push
from diary.feed import Feed
from diary.merge import Status
from diary.models import Diary
from diary.record import Change
from tests.conftest import NOW, TODAY, make_person

pytestmark = pytest.mark.django_db

DAYS = ("2026-03-18", "2026-03-19", "2026-03-20")
OWN = ("pain", "mood", "worry")  # the field that each of three devices writes
EVERYWHERE = ("entries",)

values = st.none() | st.integers(0, 10)
device = st.integers(0, 2)
edits = st.tuples(st.just("edit"), device, st.sampled_from(DAYS), values)
pushes = st.tuples(st.just("push"), device)
pulls = st.tuples(st.just("pull"), device)
repeats = st.tuples(st.just("repeat"), device)  # the last batch comes a second time
late = st.tuples(st.just("late"), device)  # an older one does
notes = st.tuples(st.just("note"), device, st.sampled_from(DAYS), st.text("ab", max_size=2))
deletes = st.tuples(st.just("delete"), device, st.sampled_from(DAYS))

tries = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


class Device:
    """A phone: what it has pulled, what it has changed since, and the batches that it sent."""

    def __init__(self, person) -> None:
        self.user_id, self.client = person.pk, uuid4()
        self.held: dict[str, tuple[int, dict]] = {}  # by day: revision and fields
        self.changed: list[Change] = []
        self.sent: list[tuple[Batch, object]] = []
        self.seq = 0

    def edit(self, day, **fields):
        self.changed.append(Change("entries", day, fields, base=self.held.get(day, (0, {}))[0]))

    def delete(self, day):
        self.changed.append(Change("entries", day, None, base=self.held.get(day, (0, {}))[0]))

    def push(self):
        items = [Item("entries", change.key, change) for change in self.changed]
        number = len(self.sent) + 1
        batch = Batch(self.client, number, f"mark {number}", items)
        answer = push(self.user_id, batch, NOW)
        self.sent.append((batch, answer))
        self.changed = []
        return answer

    def pull(self, most=2):
        more = True
        while more:
            page = Feed.of(self.user_id).since(self.seq, EVERYWHERE, most)
            for (_, key), document in page.documents:
                self.held[key] = (document.rev, dict(document.fields))
                if document.deleted:
                    del self.held[key]
            self.seq, more = page.seq, page.more

    def repeat(self):
        """The same batch again: the same statuses, the documents of now, nothing stored."""
        if not self.sent:
            return
        batch, first = self.sent[-1]
        before = Diary.objects.get(user_id=self.user_id).seq
        again = push(self.user_id, batch, NOW)
        assert again.seq == before == Diary.objects.get(user_id=self.user_id).seq
        assert told(again) == told(first)
        stored = state(self.user_id)
        for result in again.results:
            fields = stored.get(result.key)
            assert result.document.deleted == (fields is None)
            assert dict(result.document.fields) == (fields or {})

    def come_late(self):
        if len(self.sent) < 2:
            return
        before = state(self.user_id)
        with pytest.raises(Stale):
            push(self.user_id, self.sent[-2][0], NOW)
        assert state(self.user_id) == before


def told(answer):
    return [(result.key, result.status, result.clashing) for result in answer.results]


def state(user_id):
    """The days that are there, with their fields, as the tables have them."""
    person = Diary.objects.get(user_id=user_id).user
    between = record.between(person.datakey.open(), "entries", TODAY.replace(day=1), TODAY)
    return {day.isoformat(): dict(document.fields) for day, document in between}


def begin():
    person = make_person(f"{uuid4()}@diary.example")
    return person, [Device(person) for _ in OWN]


def all_pull_alike(person, devices):
    """Whoever has followed holds what whoever begins now gets, and both hold what is stored."""
    newcomer = Device(person)
    newcomer.pull()
    for each in [newcomer, *devices]:
        each.pull()
        assert {key: fields for key, (_, fields) in each.held.items()} == state(person.pk)
        assert each.held == newcomer.held


@tries
@given(st.lists(st.one_of(edits, edits, pushes, pulls, repeats, late), max_size=25))
def test_devices_that_write_fields_of_their_own_lose_none_in_any_order(db, steps):
    person, devices = begin()
    expected: dict[str, dict] = {}
    for kind, number, *what in [*steps, *(("push", number) for number in range(3))]:
        phone, field = devices[number], OWN[number]
        match kind:
            case "edit":
                day, value = what
                phone.edit(day, **{field: value})
                expected.setdefault(day, {})[field] = value
            case "push":
                for result in phone.push().results:
                    assert result.status != Status.CONFLICT
            case "pull":
                phone.pull()
            case "repeat":
                phone.repeat()
            case "late":
                phone.come_late()
    recorded = {
        day: {name: value for name, value in fields.items() if value is not None}
        for day, fields in expected.items()
    }
    assert state(person.pk) == recorded
    all_pull_alike(person, devices)


@tries
@given(st.lists(st.one_of(edits, notes, notes, deletes, pushes, pulls, repeats, late), max_size=25))
def test_whatever_devices_do_all_that_follow_hold_the_same_in_the_end(db, steps):
    person, devices = begin()
    for kind, number, *what in steps:
        phone = devices[number]
        match kind:
            case "edit":
                phone.edit(what[0], pain=what[1])  # one field, which all of them write
            case "note":
                phone.edit(what[0], note=what[1] or None)
            case "delete":
                phone.delete(what[0])
            case "push":
                before = Diary.objects.get(user=person).seq
                answer = phone.push()
                changed = {result.status for result in answer.results} - {Status.UNCHANGED}
                assert answer.seq == before or changed
            case "pull":
                phone.pull()
            case "repeat":
                phone.repeat()
            case "late":
                phone.come_late()
    all_pull_alike(person, devices)


@tries
@given(st.lists(st.tuples(device, st.sampled_from(DAYS), values), min_size=1, max_size=8))
def test_a_batch_pushed_anew_under_the_next_number_changes_nothing(db, wanted):
    """A device that does not know whether it was heard may say it all again."""
    _, devices = begin()
    phone = devices[0]
    for place in range(2):
        for number, day, value in wanted:
            phone.edit(day, **{OWN[number]: value})
        answer = phone.push()
        if place == 0:
            first, stored = answer, state(phone.user_id)
    final = {(day, number): value for number, day, value in wanted}
    if len(final) == len(wanted):  # no field twice: then the second time nothing is new
        assert answer.seq == first.seq
        assert {result.status for result in answer.results} == {Status.UNCHANGED}
    assert state(phone.user_id) == stored


def test_the_model_has_teeth(db):
    """Whole records, the last write winning: the first property does not hold."""
    person, _ = begin()
    for number, field in enumerate(OWN):
        change = Change("entries", DAYS[0], {field: number}, whole=True)
        record.write(person.datakey.open(), [change], client=f"device {number}", now=NOW)
    assert state(person.pk) == {DAYS[0]: {OWN[2]: 2}}
