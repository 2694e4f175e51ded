"""The data model of a tenant: what it adds to the records that there are, kinds of its own, and questions that it asks of them by name."""

from __future__ import annotations

from typing import Final

from app.pages import custom_endpoints, custom_fields, object_types
from app.pages.specs import PageSpec

PAGE: Final = PageSpec(
    "model",
    "Data model",
    "layers",
    "Contents",
    "What this tenant's records consist of: its own fields, its own kinds of record, and its saved queries.",
    (custom_fields.VIEW, object_types.VIEW, custom_endpoints.VIEW),
)
