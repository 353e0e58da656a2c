"""A check of our own for schemathesis, which loads this file (`SETTINGS` in `exploring.py`).

Its own takes a header that its schema forbids for wrong unless it is refused. Any text may stand
in a header, though: what nobody can read there is passed over, as HTTP wants it. So this one asks
what the other does wherever a path, a query or a body is wrong. In a batch each change is answered
for itself: one that is wrong is `rejected` beside others that are stored.
"""

from __future__ import annotations

import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection

ONE_BY_ONE = "POST /api/v1/sync"
REFUSED = (ParameterLocation.PATH, ParameterLocation.QUERY, ParameterLocation.BODY)


@schemathesis.check
def what_the_schema_forbids_is_refused(ctx, response, case) -> bool | None:
    if case.operation.label == ONE_BY_ONE and response.status_code == 200:
        return None
    if case.meta is None or not any(map(case.meta.is_negative_at, REFUSED)):
        return None
    return negative_data_rejection(ctx, response, case)
