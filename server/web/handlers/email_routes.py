"""Routes of arriving mail."""

from __future__ import annotations

from typing import Final

from server.services.email import routes
from server.services.email.routes import EmailRouteChange, EmailRouteView, NewEmailRoute
from server.web.calls import Answer, Call, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group

_BASE: Final = "/api/v1/email/inbound/routes"
_EXAMPLE: Final = {"name": "Everything to the timeline", "actions": [{"type": "activity"}]}


def list_email_routes(call: Call) -> Answer:
    """List routes."""
    found, cursor = routes.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def create_email_route(call: Call) -> Answer:
    """Make a route."""
    found = routes.create(call.actor, call.body)
    return record_answer(found, 201, f"{_BASE}/{found['id']}")


def get_email_route(call: Call) -> Answer:
    """Get a route."""
    return record_answer(routes.get(call.actor, call.params["id"]))


def update_email_route(call: Call) -> Answer:
    """Change a route."""
    return record_answer(routes.update(call.actor, call.params["id"], call.body, version=call.version()))


def delete_email_route(call: Call) -> Answer:
    """Remove a route."""
    routes.remove(call.actor, call.params["id"], version=call.version())
    return empty_answer()


_GROUP: Final = Group(_BASE, "Email", "email")
ROUTES: Final = [
    _GROUP.get("", list_email_routes, "List the routes of arriving mail", answer=EmailRouteView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post("", create_email_route, "Say what becomes of arriving mail", body=NewEmailRoute, answer=EmailRouteView, status=201, example=_EXAMPLE),
    _GROUP.get("/{id}", get_email_route, "Get a route of arriving mail", answer=EmailRouteView),
    _GROUP.patch(
        "/{id}",
        update_email_route,
        "Change a route of arriving mail",
        body=EmailRouteChange,
        answer=EmailRouteView,
        takes_version=True,
        example={"proven_only": True},
    ),
    _GROUP.delete("/{id}", delete_email_route, "Remove a route of arriving mail", takes_version=True),
]
