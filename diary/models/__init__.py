from .clients import Client
from .diary import Diary
from .jobs import Heartbeat
from .keys import DataKey
from .people import Person
from .records import Feedback, Pattern, Record, Review

__all__ = [
    "Client",
    "DataKey",
    "Diary",
    "Feedback",
    "Heartbeat",
    "Pattern",
    "Person",
    "Record",
    "Review",
]
