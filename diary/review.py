"""Reviews: from a claim of due diaries to their remembered states and stored patterns.

One path for one diary and for a million. A review is a pure function of the entries, the rules
and the person's own today; what an earlier one remembered only saves reading again, and
changes no bit of the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from diary import due
from diary.looking import Looking, look_over
from diary.memory import Memory
from diary.models import DataKey, Diary, Review
from diary.models.diary import ASLEEP
from diary.models.records import review_label
from diary.patterns import keep_patterns, read_patterns
from diary.reminders.notices import note_patterns
from diary.reminders.take_back import take_back
from diary.vault import Vault


def review(token: UUID, user_ids: Sequence[UUID], now: datetime) -> None:
    """Review the diaries of one claim and write down what was found."""
    diaries = due.begin(token, user_ids, now)
    if not diaries:
        return
    ids = [diary.user_id for diary in diaries]
    done = False
    try:
        vaults = DataKey.objects.open_all(ids)
        looked = look_over(diaries, vaults, read_memories(vaults), now)
        _write_down(token, {diary.user_id: diary for diary in diaries}, looked, vaults, now)
        done = True
    finally:
        if not done:
            due.release(token, ids, now)


def read_memories(vaults: Mapping[UUID, Vault]) -> dict[UUID, Memory]:
    """What the last review of each diary remembered; other rules' memories are not there."""
    rows = Review.objects.filter(user_id__in=list(vaults)).values_list("user_id", "seq", "sealed")
    memories = {
        user_id: Memory.unpacked(vaults[user_id].unseal(review_label(user_id, seq), sealed))
        for user_id, seq, sealed in rows
    }
    return {user_id: memory for user_id, memory in memories.items() if memory}


def _write_down(
    token: UUID,
    diaries: Mapping[UUID, Diary],
    looked: Sequence[Looking],
    vaults: Mapping[UUID, Vault],
    now: datetime,
) -> None:
    """In one transaction, and only where the lease is still held and no newer review was."""
    with transaction.atomic():
        held = due.still_held(token, [looking.user_id for looking in looked])
        mine = [
            looking
            for looking in looked
            if looking.user_id in held and held[looking.user_id] <= diaries[looking.user_id].seq
        ]
        if not mine:
            return
        rows = []
        for looking in mine:
            seq, vault = diaries[looking.user_id].seq, vaults[looking.user_id]
            packed = _remembered(looking).packed()
            label = review_label(looking.user_id, seq)
            rows.append(Review(user_id=looking.user_id, seq=seq, sealed=vault.seal(label, packed)))
        Review.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["user"], update_fields=["seq", "sealed"]
        )
        stored = read_patterns({looking.user_id: vaults[looking.user_id] for looking in mine})
        keep_patterns(mine, stored, vaults, now)
        ids = [looking.user_id for looking in mine]
        note_patterns({user_id: vaults[user_id] for user_id in ids}, now)
        take_back(ids, now)
        due.finish(
            token,
            [
                (
                    looking.user_id,
                    diaries[looking.user_id].seq,
                    ASLEEP if looking.asleep else looking.through,
                )
                for looking in mine
            ],
            now,
        )


def _remembered(looking: Looking) -> Memory:
    return Memory(
        looking.through,
        looking.last_entry,
        looking.states,
        looking.months,
        looking.series,
        looking.now,
    )
