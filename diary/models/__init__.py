from .clients import Client
from .diary import Diary
from .jobs import Heartbeat
from .keys import DataKey
from .people import Person
from .records import Pattern, Record, Review

__all__ = ["Client", "DataKey", "Diary", "Heartbeat", "Pattern", "Person", "Record", "Review"]
