"""Imports: files in, their progress, and what was refused of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, cast, get_args

from pydantic import BaseModel, ConfigDict, Field

from server.domain.errors import Fault, Invalid, Unprocessable
from server.domain.hints import near_miss
from server.services import imports
from server.services.importing.options import ImportOptions
from server.services.imports import ImportChangeView, ImportPreview, ImportRequest, ImportView
from server.services.jobs import JobView
from server.store.import_changes import Outcome
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.downloads import download
from server.web.routes import Group, Parameter, Runs
from server.web.uploads import FORM, Upload

if TYPE_CHECKING:
    from aiohttp.web import StreamResponse

_BASE: Final = "/api/v1/imports"
MEDIA_TYPES: Final = (
    FORM,
    "text/csv",
    "text/tab-separated-values",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/x-ndjson",
    "application/jsonl",
    "application/xml",
    "text/xml",
    "application/octet-stream",
)


class ImportForm(BaseModel):
    """A file with what is to be done with it."""

    model_config = ConfigDict(extra="forbid")

    file: Annotated[bytes, Field(description="The table: CSV, XLSX, JSON lines or XML.")]
    resource: Annotated[str, Field(description="What the rows are, such as `contacts`.", examples=["contacts"])]
    mapping: Annotated[dict[str, str], Field(description="Column to field; the surest suggestions are taken when left out.")] = {}
    options: Annotated[ImportOptions, Field(description="As one JSON object, or each option as a field of its own.")] = ImportOptions()


def create_import(call: Call) -> Answer:
    """Import a file."""
    upload, request = _given(call)
    if _flag(call, "preview"):
        return answer(imports.preview(call.actor, upload.path, request, upload.name))
    found = imports.create(call.actor, upload.path, request, upload.name)
    return answer(found, 202, Location=f"{_BASE}/{found['id']}")


def preview_import(call: Call) -> Answer:
    """Look at a file without importing it."""
    upload, request = _given(call)
    return answer(imports.preview(call.actor, upload.path, request, upload.name))


def list_imports(call: Call) -> Answer:
    """List imports."""
    found, cursor = imports.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def get_import(call: Call) -> Answer:
    """Get an import."""
    return answer(imports.get(call.actor, call.params["id"]))


def cancel_import(call: Call) -> Answer:
    """Stop an import."""
    return answer(imports.cancel(call.actor, call.params["id"]))


def undo_import(call: Call) -> Answer:
    """Take an import back."""
    found = imports.undo(call.actor, call.params["id"])
    return answer(found, 202, Location=f"/api/v1/jobs/{found['id']}")


def list_import_changes(call: Call) -> Answer:
    """List what an import changed."""
    outcome = call.query("outcome")
    if outcome not in {None, *get_args(Outcome)}:
        raise Invalid("There is no such outcome.", faults=[Fault("outcome", "invalid_parameter", f"This is one of {', '.join(get_args(Outcome))}.")])
    page = (call.query("cursor"), call.number("limit", 50, 1, 200))
    found, cursor = imports.list_changes(call.actor, call.params["id"], outcome, *page)
    return list_answer(found, cursor, call)


async def get_import_errors(call: Call) -> StreamResponse:
    """Send the refused rows."""
    import_id = call.params["id"]
    return await download(call, lambda: imports.refused_rows(call.actor, import_id), f"{import_id}-errors.csv", "text/csv; charset=utf-8")


def _given(call: Call) -> tuple[Upload, ImportRequest]:
    """Return the file and what came with it, as fields of the form or parameters of the address."""
    upload = cast("Upload", call.upload)
    fields = {name: value for name in _FIELDS if (value := upload.fields.get(name, call.query(name))) is not None}
    unknown = [name for name in upload.fields if name not in _FIELDS]
    if unknown:
        faults = [Fault(f"/{name[:100]}", "unknown_field", f"The form has no such field.{near_miss(name, _FIELDS)}") for name in unknown]
        raise Unprocessable("This is not a valid import.", faults=faults)
    single = {name: value for name, value in fields.items() if name in ImportOptions.model_fields}
    return upload, imports.read_request(fields.get("resource"), fields.get("mapping"), fields.get("options"), single)


def _flag(call: Call, name: str) -> bool:
    text = call.query(name, "false")
    if text not in {"true", "false"}:
        raise Invalid(f"'{name}' is true or false.", faults=[Fault(name, "invalid_parameter", "This is true or false.")])
    return text == "true"


_FIELDS: Final = ("resource", "mapping", "options", *ImportOptions.model_fields)
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_PARAMETERS: Final = (
    Parameter("resource", _TEXT, "What the rows are, such as contacts; may be a field of the form instead."),
    Parameter("mapping", _TEXT, "Column to field, as a JSON object."),
    Parameter("options", _TEXT, "The options as a JSON object."),
    *(Parameter(name, _TEXT, field.description or f"The option {name}.") for name, field in ImportOptions.model_fields.items()),
)
_PREVIEW: Final = Parameter("preview", {"type": "boolean"}, "Only look at the file, as POST /imports/preview does.")
_OUTCOME: Final = Parameter("outcome", {"type": "string", "enum": list(get_args(Outcome))}, "Only what undoing came to this for.")
_GROUP: Final = Group(_BASE, "Imports", "imports")
_UPLOAD: Final[dict[str, Any]] = {"runs": Runs.UPLOAD, "media_types": MEDIA_TYPES, "document": ImportForm}
ROUTES: Final = [
    _GROUP.get("", list_imports, "List imports, the newest first", answer=ImportView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post("", create_import, "Import a file", answer=ImportView, status=202, query=(*_PARAMETERS, _PREVIEW),
        also={200: "With `preview`: what the file holds, and nothing is imported."}, also_answers={200: ImportPreview}, **_UPLOAD),
    _GROUP.post("/preview", preview_import, "Look at a file before it is imported", answer=ImportPreview, query=_PARAMETERS, **_UPLOAD),
    _GROUP.get("/{id}", get_import, "Get an import: how far it is, and what has become of its rows", answer=ImportView),
    _GROUP.get("/{id}/errors", get_import_errors, "Download the refused rows with their reasons", runs=Runs.STREAM, produces="text/csv",
        refuses=(409,)),
    _GROUP.post("/{id}/cancel", cancel_import, "Stop an import; the rows that are done stay", answer=ImportView),
    _GROUP.post("/{id}/undo", undo_import, "Undo an import: delete what it made, restore what it changed", answer=JobView, status=202),
    _GROUP.get(
        "/{id}/changes", list_import_changes, "List what an import made and changed, and what undoing it came to", answer=ImportChangeView,
        listed=True, query=(*PAGE_PARAMETERS, _OUTCOME),
    ),
]  # fmt: skip
