"""Exports: a list as a file, sent as it is made, or made by a job and downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.filters import PARAMETERS
from server.services import exports, object_types
from server.services.exporting.formats import FORMATS, MEDIA_TYPES, NAMES
from server.services.exports import ExportView, NewExport
from server.store.records import resources
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import EXPORT_PARAMETERS, FORMAT, PAGE_PARAMETERS, export_parameters
from server.web.downloads import download, sent
from server.web.preferences import ASYNC, accepted, prefers
from server.web.routes import Group, Route, Runs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.web import StreamResponse

    from server.store.declaration import Resource

_BASE: Final = "/api/v1/exports"


def create_export(call: Call) -> Answer:
    """Have a file made."""
    found = exports.create(call.actor, call.body)
    return accepted(found, f"{_BASE}/{found['id']}", asked=prefers(call, ASYNC))


def list_exports(call: Call) -> Answer:
    """List exports."""
    found, cursor = exports.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def get_export(call: Call) -> Answer:
    """Get an export."""
    return answer(exports.get(call.actor, call.params["id"]))


def cancel_export(call: Call) -> Answer:
    """Stop an export."""
    return answer(exports.cancel(call.actor, call.params["id"]))


async def get_export_content(call: Call) -> StreamResponse:
    """Send the file."""
    return await sent(call, lambda: exports.content(call.actor, call.params["id"]))


def exporter(find: Callable[[Call], Resource]) -> Callable[[Call], Awaitable[StreamResponse]]:
    """Return the handler that sends a list as a file."""

    async def handle(call: Call) -> StreamResponse:
        name = call.choice("format", NAMES[0], NAMES)
        pairs = [(key, value) for key, value in call.pairs if key.partition("[")[0] in PARAMETERS]
        file_name = f"{call.params.get('type') or call.route.path.split('/')[3]}.{name}"
        return await download(call, lambda: exports.stream(call.actor, find(call), name, pairs), file_name, FORMATS[name].media_type)

    return handle


def routes(resource: Resource) -> Route:
    """Return the route that exports a resource as it is read."""
    group = Group(f"/api/v1/{resource.plural}", resource.plural.capitalize(), resource.scope)
    return group.get(
        "/export",
        exporter(lambda _: resource),
        f"Export {resource.plural} as a file",
        name=f"export_{resource.plural}",
        query=export_parameters(resource),
        **_FILE,
    )


_FILE: Final[dict[str, Any]] = {
    "runs": Runs.STREAM,
    "produces": ", ".join(MEDIA_TYPES),
    "example": "id,email\r\ncon_06gvmp1q1lojh2a0pd5lcpa4ss,ada@example.com\r\n",
}
_EXAMPLE: Final = {"resource": "contacts", "format": "csv", "filter": {"email": {"null": False}}, "sort": "-created_at", "fields": "id,email"}
_GROUP: Final = Group(_BASE, "Exports", "exports")
_OBJECTS: Final = Group("/api/v1/objects/{type}", "Objects", "objects")
ROUTES: Final = [
    _GROUP.get("", list_exports, "List exports, the newest first", answer=ExportView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post("", create_export, "Have records exported to a file", body=NewExport, answer=ExportView, status=202, example=_EXAMPLE),
    _GROUP.get("/{id}", get_export, "Get an export: how far it is, and where its file is", answer=ExportView),
    _GROUP.get("/{id}/content", get_export_content, "Download the file of an export", refuses=(409,), **_FILE),
    _GROUP.post("/{id}/cancel", cancel_export, "Stop an export", answer=ExportView),
    *(routes(resource) for resource in resources() if resource.noun != "object"),
    _OBJECTS.get(
        "/export",
        exporter(lambda call: object_types.resource(call.actor, call.params["type"])),
        "Export objects of a type as a file",
        name="export_objects",
        query=(FORMAT, *EXPORT_PARAMETERS),
        **_FILE,
    ),
]
