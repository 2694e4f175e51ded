"""The Measurement Protocol of Google Analytics 4. Hand-written: no description of it is published."""

from __future__ import annotations

from tests.vendors.facts.writing import ANY, TEXT, TRUTH, either, integer, listed, mapped, operation, record, slice_of

SOURCE = "developers.google.com/analytics/devguides/collection/protocol/ga4 (reference, limitations, validating events), read 2026-08"
NUMBER = {"type": "number"}
VALUE = either(TEXT, NUMBER, TRUTH, listed(ANY), mapped(ANY))
EVENT = record({"name": TEXT, "params": mapped(VALUE), "timestamp_micros": either(TEXT, integer())}, "params", "timestamp_micros")
BODY = record(
    {
        "client_id": TEXT, "app_instance_id": TEXT, "user_id": TEXT, "timestamp_micros": either(TEXT, integer()), "non_personalized_ads": TRUTH,
        "user_properties": mapped(record({"value": either(TEXT, NUMBER), "timestamp_micros": either(TEXT, integer())}, "timestamp_micros")),
        "consent": mapped(TEXT), "user_data": mapped(ANY), "user_location": mapped(TEXT), "device": mapped(ANY), "ip_override": TEXT,
        "user_agent": TEXT, "events": listed(EVENT), "validation_behavior": TEXT,
    },
    "*",
) | {"required": ["events"]}  # fmt: skip
KEYS = {"measurement_id": TEXT, "firebase_app_id": TEXT, "api_secret": TEXT}
MESSAGE = record({"fieldPath": TEXT, "description": TEXT, "validationCode": TEXT}, "fieldPath")

FACTS = [
    slice_of(
        "GA4 Measurement Protocol",
        server,
        SOURCE,
        {
            "POST /mp/collect": operation(status=204, query=KEYS, needs=("api_secret",), body=BODY),
            "POST /debug/mp/collect": operation(record({"validationMessages": listed(MESSAGE)}), query=KEYS, needs=("api_secret",), body=BODY),
        },
    )
    for server in ("https://www.google-analytics.com", "https://region1.google-analytics.com")
]
