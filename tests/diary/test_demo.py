"""The demo people: one synthetic diary with both patterns, one real one with neither."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command

from diary.demo import synthetic_days
from diary.models import Person
from tests.conftest import NOW, TODAY
from tests.diary.test_review import look, state, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_people(time_machine):
    time_machine.move_to(NOW, tick=False)
    call_command("demo", verbosity=0)
    look()


def person(email):
    return Person.objects.get(email=email)


def test_the_demo_diary_holds_one_open_pattern_of_each_kind(demo_people):
    patterns = told(person("demo@fortnight.example"))
    print(patterns)
    assert sorted((p.kind, p.status) for p in patterns) == [
        ("pain_mood_worsening", "open"),
        ("symptom_pattern", "open"),
    ]


def test_in_the_real_diary_nothing_opens(demo_people):
    ana = person("knee@fortnight.example")
    assert told(ana) == []
    assert state(ana)["pain_mood_worsening"]["status"] == "learning"


def test_the_synthetic_diary_has_120_dates_that_end_today():
    days = synthetic_days(TODAY)
    assert len(days) == 120
    assert max(days) == TODAY
    assert min(days) == TODAY - timedelta(days=119)
