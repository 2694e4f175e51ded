"""Sending domains: added, checked, their keys rotated."""

from __future__ import annotations

from typing import Final

from server.services.email import domains
from server.services.email.domains import NewSendingDomain, SendingDomainChange, SendingDomainView
from server.web.calls import Answer, Call, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Runs

_BASE: Final = "/api/v1/email/domains"
_EXAMPLE: Final = {"name": "example.com", "tracking": "links.example.com"}


def list_sending_domains(call: Call) -> Answer:
    """List domains."""
    return list_answer(*domains.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200)), call)


def create_sending_domain(call: Call) -> Answer:
    """Add a domain."""
    found = domains.create(call.actor, call.body, most=call.settings.domains.max_per_tenant)
    return record_answer(found, 201, f"{_BASE}/{found['id']}")


def get_sending_domain(call: Call) -> Answer:
    """Get a domain."""
    return record_answer(domains.get(call.actor, call.params["id"]))


def update_sending_domain(call: Call) -> Answer:
    """Change a domain."""
    return record_answer(domains.update(call.actor, call.params["id"], call.body, version=call.version()))


def delete_sending_domain(call: Call) -> Answer:
    """Remove a domain."""
    domains.remove(call.actor, call.params["id"], version=call.version())
    return empty_answer()


def check_sending_domain(call: Call) -> Answer:
    """Look at a domain now."""
    return record_answer(domains.check(call.actor, call.params["id"], call.settings))


def rotate_dkim_keys(call: Call) -> Answer:
    """Make new keys."""
    return record_answer(domains.rotate(call.actor, call.params["id"]))


_GROUP: Final = Group(_BASE, "Email", "email")
ROUTES: Final = [
    _GROUP.get("", list_sending_domains, "List sending domains", answer=SendingDomainView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post(
        "",
        create_sending_domain,
        "Add a domain to send from; the answer holds the records to publish",
        body=NewSendingDomain,
        answer=SendingDomainView,
        status=201,
        example=_EXAMPLE,
        runs=Runs.WORK,
    ),
    _GROUP.get("/{id}", get_sending_domain, "Get a sending domain, its keys, and what its DNS says", answer=SendingDomainView),
    _GROUP.patch(
        "/{id}",
        update_sending_domain,
        "Change a domain's return path or its name for links",
        body=SendingDomainChange,
        answer=SendingDomainView,
        takes_version=True,
        example={"tracking": "links.example.com"},
    ),
    _GROUP.delete("/{id}", delete_sending_domain, "Remove a sending domain and its keys", takes_version=True),
    _GROUP.post("/{id}/check", check_sending_domain, "Look at a domain's DNS now", answer=SendingDomainView, runs=Runs.WORK),
    _GROUP.post(
        "/{id}/dkim/rotate", rotate_dkim_keys, "Make new DKIM keys; they sign once they are published", answer=SendingDomainView, runs=Runs.WORK
    ),
]
