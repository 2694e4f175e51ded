"""HubSpot: the suite, and what only HubSpot does."""

from __future__ import annotations

from tests.connectors.conformance import Conformance


class TestHubSpot(Conformance, key="hubspot"):
    token = "pat-eu1-00000000-0000-4000-8000-000000000000"
    config = {"accessToken": token}  # noqa: RUF012 - values of a test
    way = "token"
    reason_for_length = "its search has a cap, so the window is walked by id; writes, answers and deletes each have a form of their own"
    resources = {"contacts": "contacts", "companies": "companies", "deals": "deals"}  # noqa: RUF012
    changes = {  # noqa: RUF012
        "contacts": {"properties": {"email": "dana@people.example"}},
        "companies": {"properties": {"name": "Dana and Sons", "domain": "dana.example"}},
        "deals": {"properties": {"dealname": "Roof of Dana"}},
    }
