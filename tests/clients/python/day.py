"""One day of somebody who keeps a diary, through a client that was made from docs/openapi.yaml."""

from __future__ import annotations

import json
import sys
from datetime import date

import httpx
from fortnight_client import AuthenticatedClient
from fortnight_client.api.entries import change_entry, delete_entry, read_entry
from fortnight_client.api.patterns import list_patterns
from fortnight_client.api.reminders import list_reminders, make_reminder
from fortnight_client.api.trends import read_trends
from fortnight_client.models import (
    PatchedEntryRequest,
    ReminderFieldsRequest,
    ReminderFieldsRequestKind,
)

url, email, password, day = sys.argv[1:]
today = date.fromisoformat(day)

answer = httpx.post(
    f"{url}/_allauth/app/v1/auth/login", json={"email": email, "password": password}
)
diary = AuthenticatedClient(
    base_url=url,
    token=answer.json()["meta"]["session_token"],
    prefix="",
    auth_header_name="X-Session-Token",
    headers={"X-App": "python-test/1.0"},
)
with diary:
    feelings = PatchedEntryRequest(pain=6.5, mood=3, self_harm_thoughts=1)
    written = change_entry.sync(today, client=diary, body=feelings)
    read = read_entry.sync(today, client=diary)
    refused = change_entry.sync(today, client=diary, body=PatchedEntryRequest(pain=11))
    trends = read_trends.sync(client=diary, measures="pain")
    patterns = list_patterns.sync(client=diary)
    evening = ReminderFieldsRequest(kind=ReminderFieldsRequestKind.ENTRY, times=["20:30"])
    reminder = make_reminder.sync(client=diary, body=evening)
    reminders = list_reminders.sync(client=diary)
    deleted = delete_entry.sync_detailed(today, client=diary)
    gone = read_entry.sync_detailed(today, client=diary)

print(
    json.dumps(
        {
            "pain": read.pain,
            "rev": [written.rev, read.rev],
            "phone": written.support.lines[0].phone,
            "refused": refused.errors[0].code,
            "drawn": trends.series["pain"].value[-1],
            "state": patterns.state.symptom_pattern.status,
            "reminders": [str(one.id) for one in (reminder, *reminders.items)],
            "deleted": deleted.status_code,
            "gone": gone.status_code,
        }
    )
)
