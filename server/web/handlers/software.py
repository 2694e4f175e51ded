"""What the appliance is made of, and how the addresses that its mail leaves from stand, for operators."""

from __future__ import annotations

from typing import Final

from server.services import software
from server.services.software import ApplianceView, LicenceView, ListingView
from server.web.calls import Answer, Call, answer, list_answer
from server.web.routes import Group, Runs


def get_appliance(call: Call) -> Answer:
    """Tell what the appliance is."""
    return answer(software.describe(call.actor, call.settings))


def list_licences(call: Call) -> Answer:
    """List libraries with their licences."""
    return list_answer(software.licences(call.actor), None, call)


def list_blocklist_listings(call: Call) -> Answer:
    """List how our addresses stand with blocklists."""
    return list_answer(software.listings(call.actor), None, call)


_GROUP: Final = Group("/admin/v1", "Administration", access="operator")
ROUTES: Final = [
    _GROUP.get("/appliance", get_appliance, "Tell version, database and certificate of the appliance", runs=Runs.READ, answer=ApplianceView),
    _GROUP.get(
        "/licences", list_licences, "List the libraries in the appliance with their licences", runs=Runs.READ, answer=LicenceView, listed=True
    ),
    _GROUP.get(
        "/blocklists", list_blocklist_listings, "Tell how the addresses that mail leaves from stand with blocklists", answer=ListingView, listed=True
    ),
]
