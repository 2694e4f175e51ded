"""The one address of Shopify's GraphQL Admin API; what goes in and out of it is judged by the vendor's own schema."""

from __future__ import annotations

from tests.vendors.facts.writing import ANY, TEXT, listed, mapped, operation, record, slice_of

SOURCE = "shopify.dev/docs/api/admin-graphql (requests, rate limits), read 2026-08"
ERRORS = listed({"type": "object", "properties": {"message": TEXT}, "required": ["message"], "additionalProperties": ANY})
ASKED = record({"query": TEXT, "variables": {"type": "object", "nullable": True, "additionalProperties": ANY}, "operationName": {**TEXT,
    "nullable": True}},
               "variables", "operationName")  # fmt: skip

FACTS = slice_of(
    "Shopify GraphQL Admin",
    "https://example.myshopify.com",
    SOURCE,
    {
        f"POST /admin/api/{version}/graphql.json": operation(
            record({"data": mapped(ANY), "errors": ERRORS, "extensions": mapped(ANY)}, "data", "errors", "extensions"), body=ASKED
        )
        for version in ("2026-07", "2026-10")
    },
)
