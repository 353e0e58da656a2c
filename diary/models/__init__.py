from .clients import Client
from .devices import Channel, Device, DeviceAddress, Mark, ReportedZone
from .diary import Diary
from .jobs import Heartbeat
from .keys import DataKey
from .people import Person
from .records import Feedback, Pattern, Record, Review
from .reminders import Delivery, NotificationSettings, Occurrence, Reminder

__all__ = [
    "Channel",
    "Client",
    "DataKey",
    "Delivery",
    "Device",
    "DeviceAddress",
    "Diary",
    "Feedback",
    "Heartbeat",
    "Mark",
    "NotificationSettings",
    "Occurrence",
    "Pattern",
    "Person",
    "Record",
    "Reminder",
    "ReportedZone",
    "Review",
]
