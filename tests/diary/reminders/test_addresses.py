"""What answers teach of an address: dead, refused again and again, or in Apple's other world."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diary.channels.post import Answer
from diary.models import Channel, Delivery, Device
from diary.reminders.addresses import SUSPENDED_AFTER, learn_environments
from diary.reminders.devices import try_out
from diary.reminders.fan import fan
from diary.reminders.plan import plan
from tests.conftest import TODAY
from tests.diary.keeping import keep, look
from tests.diary.reminders.reminding import (
    Providers,
    at,
    carry,
    pass_time,
    remind,
    states,
    told,
)
from tests.providers.sealed import browser

pytestmark = pytest.mark.django_db

NOON, DUE = at("2026-03-20 12:00"), at("2026-03-20 20:30")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
BROWSER = browser("one").address("https://updates.push.services.mozilla.com/wpush/v2/one")
REFUSING = Providers(webpush=Answer(False, 403, "BadJwtToken"))


class TestABrowserThatRefusesUs:
    @pytest.fixture(autouse=True)
    def every_day(self, ana):
        carry(ana, NOON, BROWSER, "webpush")
        remind(ana, NOON)

    def refuse(self, times):
        for number in range(times):
            assert len(pass_time(DUE + number * DAY, REFUSING)) == 1

    def test_is_suspended_after_five_in_a_row(self, ana):
        self.refuse(SUSPENDED_AFTER - 1)
        assert Device.objects.get().state == "active"
        assert len(pass_time(DUE + (SUSPENDED_AFTER - 1) * DAY, REFUSING)) == 1
        assert Device.objects.get().state == "suspended"
        assert pass_time(DUE + SUSPENDED_AFTER * DAY) == []
        assert told(ana)[-1] == ("skipped", "no_device")

    def test_is_not_if_one_came_through_between(self, ana):
        self.refuse(SUSPENDED_AFTER - 1)
        pass_time(DUE + 5 * DAY)
        assert Device.objects.get().refusals == 0
        assert len(pass_time(DUE + 6 * DAY, REFUSING)) == 1
        assert Device.objects.get().state == "active"

    def test_wakes_when_it_registers(self, ana):
        Device.objects.update(state="suspended", refusals=SUSPENDED_AFTER)
        carry(ana, NOON, BROWSER, "webpush")
        assert len(pass_time(DUE)) == 1
        assert Device.objects.get().refusals == 0

    def test_wakes_when_a_test_arrives(self, ana):
        Device.objects.update(state="suspended", refusals=SUSPENDED_AFTER)
        try_out(Device.objects.get(), "UTC", TODAY, 720, NOON)
        assert len(pass_time(NOON)) == 1
        assert Device.objects.get().state == "active"

    def test_stays_asleep_when_the_test_is_refused_too(self, ana):
        Device.objects.update(state="suspended", refusals=SUSPENDED_AFTER)
        try_out(Device.objects.get(), "UTC", TODAY, 720, NOON)
        pass_time(NOON, REFUSING)
        assert Device.objects.get().state == "suspended"

    def test_that_dies_is_dead(self, ana):
        Device.objects.update(state="suspended", refusals=SUSPENDED_AFTER)
        try_out(Device.objects.get(), "UTC", TODAY, 720, NOON)
        pass_time(NOON, Providers(webpush=Answer(False, 410)))
        assert Device.objects.get().state == "dead"


class TestApplesOtherWorld:
    """A phone that says prod and has a token of the sandbox."""

    @pytest.fixture
    def phone(self, ana):
        return carry(ana, NOON, "ab" * 16, "apns")

    def test_once_found_is_gone_to_directly(self, ana, phone):
        remind(ana, NOON)
        apple = SandboxOnly()
        pass_time(DUE, apple)
        pass_time(DUE + SECOND, apple)
        assert apple.asked == ["prod", "sandbox"]
        assert Device.objects.get().environment == "sandbox"
        pass_time(DUE + DAY, apple)
        assert apple.asked == ["prod", "sandbox", "sandbox"]
        assert states(ana) == ["sent", "sent"]

    def test_is_where_a_withdrawal_goes_too(self, ana, phone):
        remind(ana, NOON)
        apple = SandboxOnly()
        pass_time(DUE, apple)
        pass_time(DUE + SECOND, apple)
        keep(ana, {TODAY: {"pain": 3}}, DUE + 2 * SECOND)
        look(DUE + 2 * SECOND)
        [back] = pass_time(DUE + 3 * SECOND, apple)
        assert (back.withdraw, back.environment) == (True, "sandbox")
        assert Device.objects.get().state == "active"

    def test_is_where_all_that_waits_goes(self, ana, phone):
        for minute in (1229, 1230):
            remind(ana, NOON, minute, skip_if_entered=False)
        plan(DUE)
        fan(DUE)
        Delivery.objects.update(other_environment=True, state="retry", attempts=1)
        learn_environments([(ana.pk, phone.id, "prod")])
        learn_environments([(ana.pk, phone.id, "prod")])  # another sender found it too
        apple = SandboxOnly()
        assert len(pass_time(DUE, apple)) == 2
        assert apple.asked == ["sandbox", "sandbox"]
        assert Device.objects.get().state == "active"


class SandboxOnly(Providers):
    """Apple, which knows this token in its sandbox alone."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def take(self, messages, now):
        self.sent += messages
        self.asked += [message.environment for message in messages]
        return [
            Answer(True, 200)
            if message.environment == "sandbox"
            else Answer(False, 400, "BadDeviceToken")
            for message in messages
        ]


@pytest.mark.parametrize(
    ("platform", "answer"),
    [
        ("fcm", Answer(False, 401, "THIRD_PARTY_AUTH_ERROR")),
        ("apns", Answer(False, 400, "TopicDisallowed")),
    ],
)
def test_one_apps_wrong_key_sets_no_channel_aside(ana, ben, platform, answer, caplog):
    carry(ana, NOON, "ab" * 16, platform)
    carry(ben, NOON, "cd" * 16, platform)
    remind(ana, NOON, 1229, skip_if_entered=False)
    for number in range(4):
        pass_time(DUE - 60 * SECOND + 20 * number * SECOND, Providers(**{platform: answer}))
    assert states(ana) == ["retry"]
    assert not Channel.objects.exclude(open_until=None).exists()
    assert "a message of ours that is wrong" in caplog.text
    remind(ben, NOON)
    sent = pass_time(DUE + 60 * SECOND)
    assert "cd" * 16 in {message.address for message in sent}
