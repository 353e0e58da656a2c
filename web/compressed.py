"""Files of the web app go out compressed; what is of a person never does.

An answer that holds both a secret and something a stranger may choose would tell, by its length
compressed, how much the two have in common. Static files hold no secret.
"""

from __future__ import annotations

from django.conf import settings
from django.middleware.gzip import GZipMiddleware


class CompressedFiles(GZipMiddleware):
    def process_response(self, request, response):
        if not request.path.startswith(settings.STATIC_URL):
            return response
        return super().process_response(request, response)
