"""`X-Timezone`: a phone says where it is, with any request of somebody who is signed in."""

from __future__ import annotations

from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from api.logs import log
from diary.models import Diary, Person
from diary.reminders.travel import report
from diary.zones import ZONES, same_clock


class Travel:
    """After the answer is made, so that no request fails for it. A zone of nowhere is counted."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        zone = request.headers.get("X-Timezone")
        person = getattr(request, "user", None)
        if zone is None or not isinstance(person, Person):
            return response
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            return response
        if zone not in ZONES:
            log("unknown time zone", request_id=request.request_id)
            return response
        try:
            if not same_clock(zone, person.diary.time_zone) or _flaps(person):
                report(person.pk, zone, timezone.now())
        except Diary.DoesNotExist:
            return response  # this very request has deleted the account
        except (OperationalError, InterfaceError) as error:
            # What was asked for is done and answered; the phone says where it is again.
            log("outage", request_id=request.request_id, error=type(error).__name__)
        return response


def _flaps(person: Person) -> bool:
    """Whether another zone was told lately: then being home again is news too."""
    return hasattr(person, "reportedzone")
