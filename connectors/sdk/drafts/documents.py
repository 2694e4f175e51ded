"""Takes a vendor's description in whatever form it is published, and returns it as OpenAPI 3. What is none is refused by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sdk.drafts import discovery, swagger

# What else lies beside descriptions, by members that it alone has.
STRANGERS: Final[Mapping[tuple[str, ...], str]] = {
    ("asyncapi",): "an AsyncAPI document: it describes events, not calls",
    ("metadata", "shapes"): "a model of AWS's botocore",
    ("pagination",): "a list of AWS's paginators",
    ("waiters",): "a list of AWS's waiters",
    ("data", "__schema"): "a GraphQL schema",
    ("openapi", "webhooks"): "a description of webhooks without a call",
    ("info", "item"): "a Postman collection",
}


class DescriptionError(ValueError):
    """The file is no description that a connector can be drafted from."""


def openapi(document: Any) -> Mapping[str, Any]:
    """Return a description as OpenAPI 3. Raises DescriptionError for what is none."""
    found = document if isinstance(document, Mapping) else {}
    if isinstance(found.get("paths"), Mapping) and str(found.get("openapi", "")).startswith("3."):
        return found
    if isinstance(found.get("paths"), Mapping) and str(found.get("swagger", "")) == "2.0":
        return swagger.converted(found)
    if found.get("kind") == "discovery#restDescription":
        return discovery.converted(found)
    named = next((words for members, words in STRANGERS.items() if all(one in found for one in members)), "none of these")
    raise DescriptionError(f"A connector is drafted from OpenAPI 3, Swagger 2 or a Google discovery document; this is {named}.")
