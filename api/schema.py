"""The OpenAPI document: YAML, or JSON with ``?format=json``; and a page that shows it."""

from __future__ import annotations

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from api.problems import BadParameter
from api.queries import read_query

FORMATS = {"yaml": OpenApiYamlRenderer2, "json": OpenApiJsonRenderer2}


class Schema(SpectacularAPIView):
    renderer_classes = tuple(FORMATS.values())
    authentication_classes = ()
    permission_classes = ()

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        asked = read_query(request, {"format"}).get("format", "yaml")
        if asked not in FORMATS:
            raise BadParameter("format", "choice", f"format is one of {', '.join(FORMATS)}.")

    def perform_content_negotiation(self, request, force=False):
        asked = FORMATS.get(request.GET.get("format", ""))
        if asked is not None:  # said in the address, whatever a browser's Accept says
            return asked(), asked.media_type
        return super().perform_content_negotiation(request, force)


# The page that Swagger UI comes with holds its styles and icons in itself; its scripts are files.
@method_decorator(csp_update({"style-src": UNSAFE_INLINE, "img-src": "data:"}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    url_name = "schema"
    authentication_classes = ()
    permission_classes = ()
