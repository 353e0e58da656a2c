"""Verbs of the tests: keep a diary, look it over, and read what was told of it."""

from __future__ import annotations

from datetime import timedelta

from diary import due, record
from diary.detectors import state_of_nothing
from diary.models import DataKey, Diary, Pattern, Review
from diary.models.records import review_label
from diary.patterns import patterns_of, read_patterns
from diary.review import read_memories, review
from diary.vault import Unsealable
from tests.conftest import NOW

LOW = {
    "low_mood": 3, "loss_of_interest": 2, "low_energy": 2, "appetite_change": -2,
    "sleep_change": -3, "movement_change": 0, "guilt": 2, "poor_focus": 2, "self_harm_thoughts": 0,
}  # fmt: skip
WELL = dict.fromkeys(LOW, 0)
HURT = {"pain": 8, "mood": 2}
FINE = {"pain": 2, "mood": 8}


def vault_of(person):
    return DataKey.objects.open(person.pk)


def keep(person, days, now=NOW, *, whole=True, client=record.REST):
    """Write days {date: fields}; None deletes one."""
    changes = [
        record.Change("entries", day.isoformat(), fields, whole=whole)
        for day, fields in days.items()
    ]
    return record.write(vault_of(person), changes, client=client, now=now)


def moment(key, day, fields):
    """A check-in on a day; None instead of fields deletes it."""
    dated = None if fields is None else {"date": day.isoformat(), **fields}
    return record.Change("moments", key, dated, whole=True)


def dates_from(first, count):
    return [first + timedelta(days=number) for number in range(count)]


def look(now=NOW):
    """Review all that is due once, as worker and beat would; how many diaries that were."""
    claims = due.claim(now, 1000)
    for claim in claims:
        review(claim.token, claim.user_ids, now)
    return sum(len(claim.user_ids) for claim in claims)


def look_on(now):
    """Review what is due, and go on where a review fails, as workers do; whose reviews failed."""
    failed = []
    for claim in due.claim(now, 1000):
        try:
            review(claim.token, claim.user_ids, now)
        except Unsealable:
            failed.append(claim.user_ids)
    return failed


def look_until_done(now=NOW):
    """Review until nothing is due; a diary that never comes to rest fails the test."""
    for _ in range(4):
        if not look(now):
            return
    raise AssertionError("reviews go on without end")


def told(person):
    """Every stored pattern, withdrawn ones too."""
    return read_patterns({person.pk: vault_of(person)})[person.pk]


def episodes(person):
    """The patterns that stand, as they can be compared: without ids."""
    return sorted(
        (told.kind, told.opened_on, str(told.closed_on), str(told.closed_reason), told.evidence)
        for told in patterns_of(vault_of(person), memory_of(person).through)
        if not told.withdrawn_reason
    )


def memory_of(person):
    return read_memories({person.pk: vault_of(person)}).get(person.pk)


def memory_bytes(person):
    """What is remembered of a diary, as it was sealed."""
    row = Review.objects.get(user=person)
    return vault_of(person).unseal(review_label(person.pk, row.seq), row.sealed)


def state(person):
    memory = memory_of(person)
    return memory.now if memory else state_of_nothing()


def snapshot(person):
    """Episodes, the states told and kept, and the months: what no order of events may change."""
    memory = memory_of(person)
    months = {end: both.tobytes() for end, both in memory.months.items()}
    return episodes(person), memory.now, memory.states.tobytes(), months


def forget(person):
    """As if no review had ever been."""
    Review.objects.filter(user=person).delete()
    Pattern.objects.filter(user=person).delete()
    Diary.objects.filter(user=person).update(reviewed_rules="")


def from_nothing(person, now=NOW):
    """What a review finds that remembers nothing."""
    forget(person)
    look(now)
    return snapshot(person)


def diary_of(person):
    """The diary's row as it is now."""
    return Diary.objects.get(user_id=person.pk)
