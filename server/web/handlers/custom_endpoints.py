"""Custom endpoints: defined by a tenant, and called under their names."""

from __future__ import annotations

from typing import Any, Final

from server.services import custom_endpoints
from server.services.custom_endpoints import CustomEndpointView, EndpointQuestion, NewCustomEndpoint
from server.web.calls import Answer, Call, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Runs

_BASE: Final = "/api/v1/custom-endpoints"


def call_custom_endpoint(call: Call) -> Answer:
    """Ask the question."""
    found, cursor = custom_endpoints.call(call.actor, call.params["name"], call.pairs)
    return list_answer(found, cursor, call)


def list_custom_endpoints(call: Call) -> Answer:
    """List endpoints."""
    found, cursor = custom_endpoints.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def create_custom_endpoint(call: Call) -> Answer:
    """Publish an endpoint."""
    found = custom_endpoints.create(call.actor, call.body)
    return record_answer(found, 201, f"{_BASE}/{found['name']}")


def get_custom_endpoint(call: Call) -> Answer:
    """Get an endpoint."""
    return record_answer(custom_endpoints.get(call.actor, call.params["name"]))


def replace_custom_endpoint(call: Call) -> Answer:
    """Let an endpoint ask something else."""
    return record_answer(custom_endpoints.replace(call.actor, call.params["name"], call.body, version=call.version()))


def delete_custom_endpoint(call: Call) -> Answer:
    """Take an endpoint back."""
    custom_endpoints.remove(call.actor, call.params["name"], version=call.version())
    return empty_answer()


_QUESTION: Final = {
    "resource": "deals",
    "description": "Deals in a stage, the largest first.",
    "filter": {"status": {"eq": "open"}, "stage": {"eq": "{stage}"}},
    "sort": "-value",
    "fields": "id,name,value",
    "parameters": [{"name": "stage", "type": "text"}],
}
_ONE: Final[dict[str, Any]] = {"answer": CustomEndpointView}
_GROUP: Final = Group(_BASE, "Custom endpoints", "objects")
_CALLED: Final = Group("/api/v1/custom", "Custom endpoints")
ROUTES: Final = [
    _CALLED.get("/{name}", call_custom_endpoint, "Call a custom endpoint", answer=dict[str, Any], listed=True, query=PAGE_PARAMETERS, any_query=True),
    _GROUP.get("", list_custom_endpoints, "List custom endpoints", listed=True, query=PAGE_PARAMETERS, **_ONE),
    _GROUP.post(
        "",
        create_custom_endpoint,
        "Publish a question as an endpoint",
        body=NewCustomEndpoint,
        status=201,
        runs=Runs.WORK,
        example={"name": "open-deals", **_QUESTION},
        **_ONE,
    ),
    _GROUP.get("/{name}", get_custom_endpoint, "Get a custom endpoint", **_ONE),
    _GROUP.put(
        "/{name}",
        replace_custom_endpoint,
        "Let a custom endpoint ask something else",
        body=EndpointQuestion,
        takes_version=True,
        runs=Runs.WORK,
        example=_QUESTION,
        **_ONE,
    ),
    _GROUP.delete("/{name}", delete_custom_endpoint, "Take a custom endpoint back", takes_version=True),
]
