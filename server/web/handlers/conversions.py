"""Conversions: a table comes in one format and goes out in another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, cast

from pydantic import Field

from server.services import conversions
from server.services.conversions import MOST_AT_ONCE, Conversion
from server.services.exporting.formats import FORMATS, MEDIA_TYPES, NAMES
from server.services.jobs import JobView
from server.web.bodies import validate
from server.web.calls import Answer, Call
from server.web.downloads import sent
from server.web.handlers.imports import MEDIA_TYPES as ACCEPTED
from server.web.preferences import ASYNC, accepted, prefers
from server.web.routes import Group, Parameter, Runs

if TYPE_CHECKING:
    from aiohttp.web import StreamResponse

    from server.web.uploads import Upload


class ConversionForm(Conversion):
    """A file with what it is to become."""

    file: Annotated[bytes, Field(description="The table: CSV, XLSX, JSON lines or XML.")]


def convert_file(call: Call) -> Answer:
    """Convert a file: at once when it is brief, else as a job."""
    upload = cast("Upload", call.upload)
    names = ("to", "skip_unreadable")
    given = {name: value for name in names if (value := upload.fields.get(name, call.query(name))) is not None}
    others = {name: text for name, text in upload.fields.items() if name not in names}
    wanted = cast("Conversion", validate(Conversion, {**others, **given}, strict=False))
    later = prefers(call, ASYNC)
    if later or upload.size > MOST_AT_ONCE:
        job = conversions.begin(call.actor, upload.path, wanted)
        return accepted(job, f"/api/v1/jobs/{job['id']}", asked=later)
    body, skipped = conversions.convert(call.actor, upload.path, wanted)
    name = (upload.name or "table").rpartition(".")[0].encode("ascii", "ignore").decode().replace('"', "") or "table"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{wanted.to}"', "Junction-Skipped-Rows": str(skipped)}
    return Answer(body, headers=headers, content_type=FORMATS[wanted.to].media_type)


async def get_conversion_content(call: Call) -> StreamResponse:
    """Send what a conversion came to."""
    return await sent(call, lambda: conversions.content(call.actor, call.params["id"]))


_FILE: Final[dict[str, Any]] = {"produces": ", ".join(MEDIA_TYPES)}
_PARAMETERS: Final = (
    Parameter("to", {"type": "string", "enum": list(NAMES)}, "The format that it is to have; may be a field of the form instead."),
    Parameter("skip_unreadable", {"type": "boolean"}, "Leave out rows that cannot be read, instead of refusing the file."),
)
_GROUP: Final = Group("/api/v1/convert", "Conversions", "imports")
ROUTES: Final = [
    _GROUP.post(
        "",
        convert_file,
        "Convert a table from one format into another",
        runs=Runs.UPLOAD,
        media_types=ACCEPTED,
        document=ConversionForm,
        query=_PARAMETERS,
        later=JobView,
        **_FILE,
    ),
    _GROUP.get(
        "/{id}/content",
        get_conversion_content,
        "Download what a conversion came to",
        runs=Runs.STREAM,
        refuses=(409,),
        example="id,email\r\n1,ada@example.com\r\n",
        **_FILE,
    ),
]
