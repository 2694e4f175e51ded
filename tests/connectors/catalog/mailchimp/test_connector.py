"""Mailchimp: the suite, and what only Mailchimp does."""

from __future__ import annotations

from tests.connectors.conformance import Conformance


class TestMailchimp(Conformance, key="mailchimp"):
    token = "0123456789abcdef0123456789abcdef-us21"
    config = {"apiKey": token, "listId": "a1b2c3d4e5"}  # noqa: RUF012 - values of a test
    resources = {"members": "members"}  # noqa: RUF012
    changes = {"members": {"email_address": "Dana@people.example", "merge_fields": {"FNAME": "Dana"}}}  # noqa: RUF012
