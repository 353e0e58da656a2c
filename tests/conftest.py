"""People you remember: Ana keeps a diary, Ben keeps another, nobody else gets in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from babel.messages.mofile import write_mo
from django.conf import settings as options
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import translation
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient
from whitenoise.middleware import WhiteNoiseMiddleware

from api.authentication import signed
from diary.models import Person
from diary.sessions import SessionStore
from tests.diary.wording.strange import LANGUAGE, translated

# A machine that has much to do is no fault of what is tested on it.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

OURS = ("DIARY_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
BEFORE = pytest.StashKey[dict[str, str]]()

TODAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def _environment() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if name.startswith(OURS)}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item) -> None:
    item.stash[BEFORE] = _environment()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """Whoever leaves another environment behind makes others fail, in some orders alone."""
    result = yield
    assert _environment() == item.stash[BEFORE]
    return result


@pytest.fixture(scope="session", autouse=True)
def static_files_are_looked_for_once() -> Iterator[None]:
    """Every client loads the middleware anew, and a third of its time went into this."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def once(middleware) -> None:
        # What charts are drawn with may be fetched by a test, before its server looks.
        there = tuple(folder.is_dir() for _, folder in options.STATICFILES_DIRS)
        if there not in found:
            look(middleware)
            found[there] = middleware.files
        middleware.files = dict(found[there])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


def make_person(email: str, time_zone: str = "UTC") -> Person:
    person = Person.objects.begin(email, None, time_zone=time_zone)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def sign_in(person: Person) -> str:
    """A session token, as signing in would give it, without the cost of hashing a password."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return signed(session.session_key)


def phone_of(person: Person) -> APIClient:
    """A client that speaks JSON and is signed in."""
    phone = APIClient()
    phone.credentials(HTTP_X_SESSION_TOKEN=sign_in(person))
    phone.default_format = "json"
    return phone


def days_before(today: date, count: int) -> list[date]:
    """The last `count` dates, oldest first, ending with today."""
    return [today - timedelta(days=back) for back in reversed(range(count))]


@pytest.fixture
def ana(db) -> Person:
    return make_person("ana@diary.example")


@pytest.fixture
def ben(db) -> Person:
    return make_person("ben@diary.example")


@pytest.fixture
def phone(ana) -> APIClient:
    return phone_of(ana)


@pytest.fixture
def strange_language(settings, tmp_path):
    """A language that turns every letter of ours into another one, spoken during the test.

    It is a catalogue like any other: made from the texts that are listed, written, and read by
    gettext from a folder.
    """
    folder = tmp_path / LANGUAGE / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, translated())
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), (LANGUAGE, "Strange")]
    with translation.override(LANGUAGE):
        yield LANGUAGE
