from .access import Access
from .clients import Client
from .devices import Channel, Device, DeviceAddress, Mark, ReportedZone
from .diary import Diary
from .exports import Export, ExportPart
from .jobs import Heartbeat
from .keys import DataKey
from .people import Person
from .records import Feedback, Pattern, Record, Review
from .reminders import Delivery, NotificationSettings, Occurrence, Reminder

__all__ = [
    "Access",
    "Channel",
    "Client",
    "DataKey",
    "Delivery",
    "Device",
    "DeviceAddress",
    "Diary",
    "Export",
    "ExportPart",
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
