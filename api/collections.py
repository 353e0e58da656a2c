"""The collections of a diary, in the order in which a batch is judged.

Trackers come first: an entry of the same batch may hold a value of one.
"""

from __future__ import annotations

from api.activities import ACTIVITIES
from api.answers import ANSWERS
from api.documents import Collection
from api.entries import ENTRIES
from api.moments import MOMENTS
from api.trackers import TRACKERS

COLLECTIONS: dict[str, Collection] = {
    collection.name: collection for collection in (TRACKERS, ENTRIES, ACTIVITIES, MOMENTS, ANSWERS)
}
