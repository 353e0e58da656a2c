"""What a message brings along for its channel."""

from __future__ import annotations

import pytest

from tests.diary.reminders.reminding import at, carry, live_in, pass_time, remind

pytestmark = pytest.mark.django_db

NOON, EVENING = at("2026-03-20 12:00"), at("2026-03-20 20:30")


def test_a_mail_is_in_the_language_of_its_person(ana):
    live_in(ana, "UTC", locale="pt-BR")
    remind(ana, NOON, by_push=False, by_email=True)
    [message] = pass_time(EVENING)
    assert (message.platform, message.locale) == ("email", "pt-BR")


def test_a_push_in_that_of_its_phone(ana):
    live_in(ana, "UTC", locale="pt-BR")
    carry(ana, NOON, locale="de")
    remind(ana, NOON)
    [message] = pass_time(EVENING)
    assert message.locale == "de"
