"""Taking a person out: their key first, then every row. There is no way back.

Everything else of a person hangs on their row and goes with it. Sessions do not: they lie in a
table that knows nobody, under keys that the list of devices holds. Those that nobody has signed
in with yet (an address was typed, a code was mailed) are found by what is sealed in them.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from diary.models import DataKey, Diary, Person
from diary.sessions import pending


@transaction.atomic
def erase(user_id: UUID, now: datetime) -> bool:
    """Remove a person with all that is theirs; False where somebody else was faster."""
    # Like every change of a diary: nothing is written to it between here and its end.
    if not Diary.objects.select_for_update().filter(user_id=user_id).first():
        return False
    DataKey.objects.filter(user_id=user_id).delete()
    person = Person.objects.get(pk=user_id)
    begun = list(pending(now, str(user_id), person.email))
    # Read last, so that whoever signs in meanwhile is most likely among them.
    devices = UserSession.objects.filter(user_id=user_id).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=[*devices, *begun]).delete()
    person.delete()
    return True
