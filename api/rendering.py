"""JSON out: every answer under /api/v1 is written by orjson.

Where a page of a list has a next one, its address stands in `Link` (RFC 8288) too.
"""

from __future__ import annotations

import orjson
from rest_framework.renderers import BaseRenderer


class JSON(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None):
        if isinstance(data, dict) and data.get("next") and "items" in data:
            renderer_context["response"]["Link"] = f'<{data["next"]}>; rel="next"'
        return b"" if data is None else orjson.dumps(data)
