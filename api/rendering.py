"""JSON out: every answer under /api/v1 is written by orjson."""

from __future__ import annotations

import orjson
from rest_framework.renderers import BaseRenderer


class JSON(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return b"" if data is None else orjson.dumps(data)
