"""Where Zapier takes the messages of REST hooks. Hand-written from its documentation for developers."""

from __future__ import annotations

from tests.vendors.facts.writing import ANY, TEXT, either, listed, mapped, operation, record, slice_of

SOURCE = "docs.zapier.com/platform/build/cli-hook-trigger and help.zapier.com (webhooks), read 2026-08"
ROW = {"type": "object", "properties": {"id": TEXT}, "required": ["id"], "additionalProperties": ANY}

FACTS = slice_of(
    "Zapier REST hooks",
    "https://hooks.zapier.com",
    SOURCE,
    {
        "POST /hooks/standard/{account}/{hook}/": operation(
            record({"status": TEXT, "attempt": TEXT, "id": TEXT, "request_id": TEXT}),
            body=either(listed(mapped(ANY)), mapped(ANY)),
            other={410: None},
        )
    },
)
