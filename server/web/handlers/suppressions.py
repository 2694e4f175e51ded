"""Suppressions: what nothing is sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, cast

from pydantic import BaseModel, ConfigDict, Field

from server.services.email import suppression_files, suppressions
from server.services.email.suppression_files import ImportedSuppressions
from server.services.email.suppressions import NewSuppression, SuppressionView
from server.web.calls import Answer, Call, answer, empty_answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.downloads import download
from server.web.routes import Group, Parameter, Runs
from server.web.uploads import FORM, Upload

if TYPE_CHECKING:
    from aiohttp.web import StreamResponse

_BASE: Final = "/api/v1/email/suppressions"
_FILTERS: Final = ("value", "kind", "stream", "reason")


class SuppressionForm(BaseModel):
    """A file of suppressions."""

    model_config = ConfigDict(extra="forbid")

    file: Annotated[bytes, Field(description="CSV with a heading; `value` (or `email`), and if there are `kind`, `stream`, `reason`, `detail`.")]


def list_suppressions(call: Call) -> Answer:
    """List suppressions."""
    wanted = {name: value for name in _FILTERS if (value := call.query(name)) is not None}
    found, cursor = suppressions.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200), wanted)
    return list_answer(found, cursor, call)


def create_suppression(call: Call) -> Answer:
    """Suppress an address or a domain."""
    found = suppressions.create(call.actor, call.body)
    return answer(found, 201, Location=f"{_BASE}/{found['id']}")


def get_suppression(call: Call) -> Answer:
    """Get a suppression."""
    return answer(suppressions.get(call.actor, call.params["id"]))


def delete_suppression(call: Call) -> Answer:
    """Lift a suppression, or be the first of the two who have to ask."""
    waiting = suppressions.remove(call.actor, call.params["id"])
    return empty_answer() if waiting is None else answer(waiting, 202)


def import_suppressions(call: Call) -> Answer:
    """Take a CSV file in."""
    return answer(suppression_files.take(call.actor, cast("Upload", call.upload).path))


async def export_suppressions(call: Call) -> StreamResponse:
    """Download every suppression."""
    return await download(call, lambda: suppression_files.pieces(call.actor), "suppressions.csv", "text/csv; charset=utf-8")


_GROUP: Final = Group(_BASE, "Email", "email")
_QUERY: Final = (
    *PAGE_PARAMETERS,
    *(Parameter(name, {"type": "string", "maxLength": 254}, f"Only suppressions with this {name}.") for name in _FILTERS),
)
_WAITING: Final = {202: "Noted; an entry of a complaint is lifted when a second person asks too"}
ROUTES: Final = [
    _GROUP.get("", list_suppressions, "List suppressions", answer=SuppressionView, listed=True, query=_QUERY),
    _GROUP.post(
        "",
        create_suppression,
        "Suppress an address or a domain",
        body=NewSuppression,
        answer=SuppressionView,
        status=201,
        example={"value": "bob@example.com", "reason": "manual", "detail": "asked by telephone"},
    ),
    _GROUP.get("/export", export_suppressions, "Download every suppression as CSV", runs=Runs.STREAM, produces="text/csv"),
    _GROUP.post(
        "/import",
        import_suppressions,
        "Take in a CSV file of suppressions",
        answer=ImportedSuppressions,
        runs=Runs.UPLOAD,
        media_types=(FORM, "text/csv", "text/plain", "application/octet-stream"),
        document=SuppressionForm,
    ),
    _GROUP.get("/{id}", get_suppression, "Get a suppression", answer=SuppressionView),
    _GROUP.delete("/{id}", delete_suppression, "Lift a suppression; one of a complaint takes two people", also=_WAITING),
]
