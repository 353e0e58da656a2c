"""What allauth does not know of an account, and what it must not be sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import RequestDataTooBig
from django.core.mail import EmailMessage
from django.db import DatabaseError, IntegrityError
from django.http import JsonResponse
from rest_framework.exceptions import UnsupportedMediaType

from api import problems
from api.factors import refuse_unreadable_credential
from api.parsing import read_object, refuse_encoded
from diary.wording.mail import MAILS

ACCOUNTS = "/_allauth/"
LONGEST_LIMIT = "60"  # seconds; what allauth answers with 429 is counted by the minute
# Two requests made one thing, or one deleted what the other was about to change.
OVERTAKEN = {DatabaseError, IntegrityError}
LARGEST_BODY = 16 * 1024  # an address, a password, a code
LONGEST_ADDRESS = 254  # characters; allauth would cut off what does not fit


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


class AccountsEdge:
    """allauth trusts the JSON it is sent: what would break it is refused before it looks.

    And it believes that it is alone: what another request has overtaken is asked again.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(ACCOUNTS):
            return self.get_response(request)
        try:
            sent = read(request)
        except (problems.Problem, UnsupportedMediaType, RequestDataTooBig) as error:
            return problems.respond(request, problems.described(error))
        if len(str(sent.get("email", ""))) > LONGEST_ADDRESS:
            return too_long(LONGEST_ADDRESS)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            response["Retry-After"] = LONGEST_LIMIT
        return response

    def process_exception(self, request, error):
        if not request.path.startswith(ACCOUNTS):
            return None
        if type(error) in OVERTAKEN:
            return problems.unavailable(request)
        content = problems.described(error)
        return content and problems.respond(request, content)


def read(request) -> dict[str, Any]:
    """The object that was sent, readable and not too large. Raises Problem."""
    refuse_encoded(request)
    if len(request.body) > LARGEST_BODY:
        raise problems.TooLarge(LARGEST_BODY)
    sent = read_object(request.body) if request.body else {}
    if "credential" in sent:
        host = request.get_host().partition(":")[0]  # as allauth names it to the authenticator
        refuse_unreadable_credential(sent["credential"], host)
    return sent


def too_long(most: int) -> JsonResponse:
    """As allauth refuses an address."""
    detail = f"At most {most} characters can be kept."
    error = {"message": detail, "code": "max_length", "param": "email"}
    return JsonResponse({"status": 400, "errors": [error]}, status=400)
