"""What a person thinks of a pattern: whether it is right, and a note.

It is kept beside the pattern and changes nothing in it. A pattern that is withdrawn and comes
back under its id finds it again; with the account it is gone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

import orjson
from django.db import transaction

from diary.models import Diary, Feedback
from diary.models.records import feedback_label
from diary.vault import Vault

VERDICTS = ("right", "not_right", "unsure")


@dataclass(frozen=True, slots=True)
class Opinion:
    verdict: str | None = None
    note: str | None = None


def read_feedback(vault: Vault, pattern_id: UUID) -> Opinion:
    """What was said of a pattern; an empty opinion where nothing was."""
    sealed = (
        Feedback.objects.filter(user_id=vault.user, pattern_id=pattern_id)
        .values_list("sealed", flat=True)
        .first()
    )
    if sealed is None:
        return Opinion()
    return Opinion(**orjson.loads(vault.unseal(feedback_label(vault.user, pattern_id), sealed)))


def keep_feedback(vault: Vault, pattern_id: UUID, opinion: Opinion) -> None:
    """Store it in place of what was said before."""
    label = feedback_label(vault.user, pattern_id)
    sealed = vault.seal(label, orjson.dumps(asdict(opinion)))
    with transaction.atomic():
        # As every write: a diary that is being deleted just now takes nothing more.
        Diary.objects.select_for_update().get(user_id=vault.user)
        Feedback.objects.bulk_create(
            [Feedback(user_id=vault.user, pattern_id=pattern_id, sealed=sealed)],
            update_conflicts=True,
            unique_fields=["user", "pattern_id"],
            update_fields=["sealed"],
        )
