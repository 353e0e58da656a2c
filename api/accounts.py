"""What allauth does not know of an account, and what it must not be sent."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import RequestDataTooBig
from django.core.mail import EmailMessage
from django.db import IntegrityError
from rest_framework.exceptions import UnsupportedMediaType

from api import problems
from api.parsing import read_object, refuse_encoded
from diary.wording.mail import MAILS

ACCOUNTS = "/_allauth/"
LARGEST_BODY = 16 * 1024  # an address, a password, a code


class Accounts(DefaultAccountAdapter):
    """A person begins with a diary and a key."""

    def save_user(self, request, user, form, commit=True):
        super().save_user(request, user, form, commit=False)
        if commit:
            try:
                user.begin()
            except IntegrityError:
                # Another request was faster with this address; asked again, it is a taken one.
                raise ImmediateHttpResponse(problems.unavailable(request)) from None
        return user

    def render_mail(self, template_prefix, email, context, headers=None):
        """The mails that are sent here are in our own words; allauth's templates are not used."""
        name = template_prefix.rpartition("/")[2]
        if name not in MAILS:
            return super().render_mail(template_prefix, email, context, headers)
        subject, body = MAILS[name](context.get("code", ""))
        return EmailMessage(subject, body, self.get_from_email(), [email], headers=headers)


class ReadableBodies:
    """allauth trusts the JSON it is sent: what would break it is refused before it looks."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(ACCOUNTS):
            try:
                refuse_unreadable(request)
            except (problems.Problem, UnsupportedMediaType, RequestDataTooBig) as error:
                return problems.respond(request, problems.described(error))
        return self.get_response(request)


def refuse_unreadable(request) -> None:
    refuse_encoded(request)
    if len(request.body) > LARGEST_BODY:
        raise problems.TooLarge(LARGEST_BODY)
    if request.body:
        read_object(request.body)
