"""Entries over the API: what a phone posts and reads back."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

DAY = "/api/v1/entries/2026-03-20"


def test_a_day_is_posted_and_read_back(phone):
    made = phone.patch(DAY, {"pain": 6.5, "mood": 3})
    assert made.status_code == 201, made.json()
    read = phone.get(DAY)
    assert read.status_code == 200
    assert read.json()["pain"] == 6.5
    assert read.json()["sleep_hours"] is None
    print(
        phone.get("/api/v1/patterns").json(),
        phone.get("/api/v1/trends").json(),
        phone.get("/api/v1/me").json(),
    )
