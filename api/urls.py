"""The whole surface of Fortnight, on one screen."""

from __future__ import annotations

from allauth.headless.constants import Client
from django.urls import include, path

from api import health
from api.access_log import AccessLog
from api.account_views import PHONES, NewPassword, SignUp, nowhere
from api.activities import ActivityList, ActivityOne
from api.answers import AnswerList, AnswerOne
from api.devices import DeviceList, DeviceMute, DeviceOne, DeviceTest
from api.entries import EntryDay, EntryList
from api.exports import ExportDownload, ExportList, ExportOne
from api.feedback import FeedbackOne
from api.insights import InsightsView
from api.me import MeView
from api.measures import Measures
from api.moments import MomentList, MomentOne
from api.notifications import NotificationSettingsView, Unsubscribe
from api.occurrences import (
    DeliveryReceipts,
    OccurrenceDismiss,
    OccurrenceList,
    OccurrenceOpened,
    OccurrenceSnooze,
)
from api.patterns import PatternList, PatternOne
from api.questionnaires import QuestionnaireAnswers, QuestionnaireList
from api.reminder_calendar import ReminderCalendar
from api.reminders import LocalPlan, ReminderList, ReminderOne, ReminderPreview
from api.schema import Docs, Schema
from api.support import Support
from api.sync import Sync
from api.trackers import TrackerList, TrackerOne
from api.trends import TrendsView

v1 = [
    path("me", MeView.as_view()),
    path("measures", Measures.as_view()),
    path("entries", EntryList.as_view()),
    path("entries/<str:date>", EntryDay.as_view()),
    path("activities", ActivityList.as_view()),
    path("activities/<str:id>", ActivityOne.as_view()),
    path("moments", MomentList.as_view()),
    path("moments/<str:id>", MomentOne.as_view()),
    path("trackers", TrackerList.as_view()),
    path("trackers/<str:id>", TrackerOne.as_view()),
    path("sync", Sync.as_view()),
    path("questionnaires", QuestionnaireList.as_view()),
    path("questionnaires/<str:code>/answers", QuestionnaireAnswers.as_view()),
    path("answers", AnswerList.as_view()),
    path("answers/<str:id>", AnswerOne.as_view()),
    path("trends", TrendsView.as_view()),
    path("patterns", PatternList.as_view()),
    path("patterns/<str:id>", PatternOne.as_view()),
    path("insights", InsightsView.as_view()),
    path("patterns/<str:id>/feedback", FeedbackOne.as_view()),
    path("notification-settings", NotificationSettingsView.as_view()),
    path("reminders", ReminderList.as_view()),
    path("reminders/local-plan", LocalPlan.as_view()),
    path("reminders/calendar", ReminderCalendar.as_view()),
    path("reminders/<str:id>", ReminderOne.as_view()),
    path("reminders/<str:id>/preview", ReminderPreview.as_view()),
    path("devices", DeviceList.as_view()),
    path("devices/<str:id>", DeviceOne.as_view()),
    path("devices/<str:id>/mute", DeviceMute.as_view()),
    path("devices/<str:id>/test", DeviceTest.as_view()),
    path("occurrences", OccurrenceList.as_view()),
    path("occurrences/<str:id>/snooze", OccurrenceSnooze.as_view()),
    path("occurrences/<str:id>/dismiss", OccurrenceDismiss.as_view()),
    path("occurrences/<str:id>/opened", OccurrenceOpened.as_view()),
    path("deliveries/receipts", DeliveryReceipts.as_view()),
    path("access-log", AccessLog.as_view()),
    path("exports", ExportList.as_view()),
    path("exports/<str:id>", ExportOne.as_view()),
    path("exports/<str:id>/download", ExportDownload.as_view()),
    path("support", Support.as_view()),
]

urlpatterns = [
    path("api/v1/", include(v1)),
    path("api/schema", Schema.as_view(), name="schema"),
    path("api/docs", Docs.as_view()),
    path("_allauth/app/v1/auth/signup", SignUp.as_api_view(client=Client.APP)),
    path("_allauth/app/v1/auth/password/reset", NewPassword.as_api_view(client=Client.APP)),
    *[path(f"_allauth/app/v1/{of_phones}", nowhere) for of_phones in PHONES],
    path("unsubscribe/<str:token>", Unsubscribe.as_view()),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("health/jobs", health.jobs),
]
