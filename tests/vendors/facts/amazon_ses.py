"""Amazon SES's sending operation, as far as it is used here. Hand-written: no description of it is at hand."""

from __future__ import annotations

from tests.vendors.facts.writing import TEXT, listed, operation, record, slice_of

SOURCE = "docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html and API_RawMessage.html, read 2026-11"
_BASE64 = {"type": "string", "pattern": "^[A-Za-z0-9+/]+={0,2}$"}
_TAG = record({"Name": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,256}$"}, "Value": {"type": "string", "pattern": "^[A-Za-z0-9_.@-]{1,256}$"}})
_PEOPLE = record({name: listed(TEXT, 50) for name in ("ToAddresses", "CcAddresses", "BccAddresses")}, "*")
_ASKED = record(
    {
        "FromEmailAddress": TEXT,
        "Destination": _PEOPLE,
        "ReplyToAddresses": listed(TEXT),
        "FeedbackForwardingEmailAddress": TEXT,
        "Content": record({"Raw": record({"Data": _BASE64})}),
        "EmailTags": listed(_TAG),
        "ConfigurationSetName": TEXT,
    },
    "FromEmailAddress", "Destination", "ReplyToAddresses", "FeedbackForwardingEmailAddress", "EmailTags", "ConfigurationSetName",
)  # fmt: skip
DOCUMENT = slice_of(
    "Amazon SES",
    "https://email.eu-central-1.amazonaws.com",
    SOURCE,
    {
        "POST /v2/email/outbound-emails": operation(
            record({"MessageId": TEXT}), headers=("X-Amz-Date",), body=_ASKED, other={400: record({"message": TEXT}), 429: record({"message": TEXT})}
        )
    },
)
