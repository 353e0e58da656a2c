"""Making an account: an address, a password, a code from the mail, and nothing else."""

from __future__ import annotations

import re

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from django.core import mail

from diary.measures import ACTIVITY_KINDS, MEASURES, QUALITIES, SITES, SYMPTOMS
from diary.models import DataKey, Diary, Person
from tests.api.accounts import AUTH, PASSWORD, ask, mailed_code, sign_up
from tests.conftest import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses")]

CLEO = "cleo@diary.example"


def without_token(answer) -> tuple[int, dict, set]:
    content = answer.json()
    content["meta"].pop("session_token", None)
    return answer.status_code, content, set(answer.headers) - {"Content-Length"}


def test_a_new_person_signs_up_confirms_the_address_and_keeps_a_diary(stranger):
    sign_up(stranger, CLEO)
    assert stranger.get("/api/v1/me").json()["email"] == CLEO
    assert stranger.put("/api/v1/entries/2026-03-20", {"pain": 4}).status_code == 201
    person = Person.objects.get(email=CLEO)
    assert Diary.objects.filter(user=person).count() == DataKey.objects.filter(user=person).count()


def test_before_the_code_is_given_the_token_opens_nothing(stranger):
    answer = ask(stranger, "signup", {"email": CLEO, "password": PASSWORD})
    pending = [flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")]
    assert pending == ["verify_email"]
    assert stranger.get("/api/v1/me").status_code == 401


def test_the_code_stands_alone_on_a_line_of_a_plain_mail(stranger):
    ask(stranger, "signup", {"email": CLEO, "password": PASSWORD})
    [sent] = mail.outbox
    message = sent.message()
    assert sent.to == [CLEO]
    assert message.get_content_type() == "text/plain"
    assert message["Content-Transfer-Encoding"] in {"7bit", "8bit", "quoted-printable"}
    assert mailed_code() in sent.body.splitlines()
    assert "testserver" not in message.as_string()  # a forged Host would be told to people


def test_an_address_that_is_too_long_is_refused_and_never_cut_off(stranger):
    sent = {"email": f"{'e' * 246}@y.example", "password": PASSWORD}
    answer = ask(stranger, "signup", sent)
    assert (answer.status_code, answer.json()["errors"][0]["param"]) == (400, "email")
    assert mail.outbox == []
    sign_up(stranger, f"{'e' * 244}@y.example")


@pytest.mark.parametrize("key", ["WRONG-CODE", "", "0", " ", "%", None, 7, ["a"]], ids=repr)
def test_a_wrong_code_confirms_nothing(stranger, key):
    ask(stranger, "signup", {"email": CLEO, "password": PASSWORD})
    assert ask(stranger, "email/verify", {"key": key}).status_code == 400
    assert stranger.get("/api/v1/me").status_code == 401


def test_a_code_cannot_be_guessed_for_long(stranger):
    ask(stranger, "signup", {"email": CLEO, "password": PASSWORD})
    code = mailed_code()
    statuses = [ask(stranger, "email/verify", {"key": "AAAA-AAAA"}).status_code for _ in range(9)]
    assert statuses[0] == 400
    assert statuses[-1] != 400  # the attempt is over
    assert ask(stranger, "email/verify", {"key": code}).status_code != 200


def test_an_address_that_is_taken_is_answered_like_a_new_one(stranger, ana):
    taken = stranger.post(f"{AUTH}/signup", {"email": ana.email, "password": PASSWORD})
    new = stranger.post(f"{AUTH}/signup", {"email": CLEO, "password": PASSWORD})
    assert without_token(taken) == without_token(new)
    assert [sent.to for sent in mail.outbox] == [[ana.email], [CLEO]]
    assert "has one already" in mail.outbox[0].body


def test_whoever_signs_up_with_a_taken_address_does_not_get_in(stranger, ana):
    before = Person.objects.get(pk=ana.pk).password
    ask(stranger, "signup", {"email": ana.email.upper(), "password": PASSWORD})
    assert ask(stranger, "email/verify", {"key": "AAAA-AAAA"}).status_code == 400
    assert stranger.get("/api/v1/me").status_code == 401
    assert Person.objects.get(pk=ana.pk).password == before
    assert Person.objects.count() == 1


def test_two_phones_at_the_same_moment_make_one_account(stranger, monkeypatch):
    save = DefaultAccountAdapter.save_user

    def slower(self, request, user, form, commit=True):
        make_person(CLEO)  # by the other phone, after this one has looked whether it is there
        return save(self, request, user, form, commit)

    monkeypatch.setattr(DefaultAccountAdapter, "save_user", slower)
    body = {"email": CLEO, "password": PASSWORD}
    late = ask(stranger, "signup", body)
    assert (late.status_code, late["Retry-After"]) == (503, "5")
    monkeypatch.undo()
    assert ask(stranger, "signup", body).status_code == 401
    assert Person.objects.count() == 1


REFUSED = {
    "no address": ({"password": PASSWORD}, "email"),
    "no password": ({"email": CLEO}, "password"),
    "an address of nowhere": ({"email": "cleo", "password": PASSWORD}, "email"),
    "a number for an address": ({"email": 7, "password": PASSWORD}, "email"),
    "a line break": ({"email": f"{CLEO}\nBcc: b@c.example", "password": PASSWORD}, "email"),
    "a null byte": ({"email": f"\0{CLEO}", "password": PASSWORD}, "email"),
    "a short password": ({"email": CLEO, "password": "7 words"}, "password"),
    "a common one": ({"email": CLEO, "password": "password123"}, "password"),
}


@pytest.mark.parametrize(("body", "param"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_account_says_why(stranger, body, param):
    answer = ask(stranger, "signup", body)
    assert answer.status_code == 400
    assert {error["param"] for error in answer.json()["errors"]} == {param}
    assert Person.objects.count() == 0


def test_nothing_about_an_account_can_be_set_besides(stranger):
    body = {
        "email": CLEO, "password": PASSWORD, "id": "018f2b1c-0000-7000-8000-000000000000",
        "is_staff": True, "is_superuser": True, "is_active": False, "began_at": "2000-01-01",
    }  # fmt: skip
    ask(stranger, "signup", body)
    ask(stranger, "email/verify", {"key": mailed_code()})
    person = Person.objects.get(email=CLEO)
    assert str(person.pk) != body["id"]
    assert person.is_active
    assert person.began_at.year > 2000
    assert not hasattr(person, "is_staff")


def test_addresses_differ_by_more_than_their_case(stranger):
    sign_up(stranger, "Cleo@Diary.Example")
    assert stranger.get("/api/v1/me").json()["email"] == CLEO


def every_mail(phone, email: str) -> list:
    """One of each kind of mail that can be sent."""
    sign_up(phone, CLEO)
    phone.credentials()
    phone.post(f"{AUTH}/signup", {"email": email, "password": PASSWORD})
    for address in (email, "nobody@diary.example"):
        for flow in ("code/request", "password/request"):
            phone.post(f"{AUTH}/{flow}", {"email": address})
    return mail.outbox


HEALTH = {word.label.lower() for word in (*MEASURES, *SYMPTOMS, *ACTIVITY_KINDS)} - {"walk", "work"}
HEALTH |= {site.site for site in SITES} | {quality.name for quality in QUALITIES}
HEALTH |= {"diary", "depress", "symptom", "pattern", "health", "suicid", "self-harm", "entry"}


def test_no_mail_says_what_the_account_is_for(stranger, ana):
    mails = every_mail(stranger, ana.email)
    assert len({sent.subject for sent in mails}) == 5
    for sent in mails:
        words = set(re.findall(r"[\w-]+", f"{sent.subject} {sent.body}".lower()))
        assert not words & HEALTH


def test_every_mail_is_short_plain_and_in_whole_words(stranger, ana):
    for sent in every_mail(stranger, ana.email):
        assert sent.message()["Content-Transfer-Encoding"] == "7bit"
        assert len(sent.body) < 600
        assert "{" not in sent.body
        assert "http" not in sent.body
        assert all(len(line) <= 90 for line in sent.body.splitlines())
        assert sent.body.strip().startswith("Hello,")
