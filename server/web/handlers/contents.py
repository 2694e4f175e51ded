"""The content of documents and activities: put, read in whole or in part, shown small, linked to, taken away; the same for both."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field

from server.domain import media_types
from server.domain.errors import Fault, Invalid, Unprocessable
from server.domain.hints import near_miss
from server.services import contents, links, thumbnails
from server.services.contents import Arrived
from server.store.records import resources
from server.store.resources.documents import Document
from server.system import clock
from server.web.bodies import ANY_TYPE
from server.web.calls import Answer, Call, answer, empty_answer, record_answer
from server.web.documents import record_model
from server.web.file_answers import aside, send
from server.web.routes import Group, Parameter, Runs
from server.web.uploads import FORM, Upload

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.web import StreamResponse

    from server.store.declaration import Resource
    from server.web.routes import Route

ACT: Final = "download"
_DIGEST: Final = re.compile(r"(?:^|,)\s*sha-256\s*=\s*:([A-Za-z0-9+/]{43}=):")


class DocumentForm(Document):
    """A file, and what its document is to say."""

    name: Annotated[str, Field(max_length=1000, description="What the document is called; else it is called like the file.")] = ""
    file: Annotated[bytes, Field(description="The content.")]


class NewLink(BaseModel):
    """What a link is for."""

    model_config = ConfigDict(extra="forbid")

    expires_in: Annotated[int, Field(ge=1, le=links.LONGEST_SECONDS, description="Seconds until the link ends.")] = 900
    inline: Annotated[bool, Field(description="Whether a browser may show pictures, sound, films and plain text instead of storing them.")] = False


class LinkView(BaseModel):
    """A signed address; whoever has it can read the content until it expires."""

    object: str
    url: str
    expires_at: str


def upload_document(call: Call) -> Answer:
    """Make a document with its content from a form."""
    upload = cast("Upload", call.upload)
    names = [name for name in DocumentForm.model_fields if name != "file"]
    unknown = [name for name in upload.fields if name not in names]
    if unknown:
        faults = [Fault(f"/{name[:100]}", "unknown_field", f"The form has no such field.{near_miss(name, names)}") for name in unknown]
        raise Unprocessable("This is not a valid document.", faults=faults)
    document = contents.create(call.actor, {name: text for name, text in upload.fields.items() if text}, arrived(upload))
    return record_answer(document, 201, f"/api/v1/documents/{document['id']}")


def arrived(upload: Upload, expected: str | None = None) -> Arrived:
    """Return what was received in the words of the service."""
    return Arrived(upload.path, upload.size, upload.sha256, upload.name, media_types.plain(upload.media_type), expected)


def _expected(call: Call) -> str | None:
    """Return the digest that the sender says the content has (RFC 9530), in hexadecimal; that of a form would not be the content's."""
    header = call.headers.get("Repr-Digest") or call.headers.get("Content-Digest")
    if header is None or call.request.content_type == FORM:
        return None
    found = _DIGEST.search(header)
    try:
        return b64decode(found[1], validate=True).hex() if found else None
    except binascii.Error as error:
        raise Invalid("The digest is not base64.", code="invalid_request") from error


def putter(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that makes what was sent the content."""

    def handle(call: Call) -> Answer:
        found = arrived(cast("Upload", call.upload), _expected(call))
        return record_answer(contents.put(call.actor, resource, call.params["id"], found, version=call.version()))

    return handle


def getter(resource: Resource) -> Callable[[Call], Awaitable[StreamResponse]]:
    """Return the handler that sends the content."""

    async def handle(call: Call) -> StreamResponse:
        content = await aside(lambda: contents.get(call.actor, resource, call.params["id"]))
        return await send(call, content, inline=call.flag("inline"))

    return handle


def remover(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that takes the content away."""

    def handle(call: Call) -> Answer:
        contents.remove(call.actor, resource, call.params["id"], version=call.version())
        return empty_answer()

    return handle


def shrinker(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that sends a small picture of the content."""

    def handle(call: Call) -> Answer:
        edge = call.number("size", 256, min(thumbnails.EDGES), max(thumbnails.EDGES))
        edge = next(one for one in thumbnails.EDGES if one >= edge)
        body, sha256 = thumbnails.get(call.actor, resource, call.params["id"], edge)
        disposition = 'inline; filename="thumbnail.webp"'
        headers = {"ETag": f'"{sha256[:32]}-{edge}"', "Cache-Control": "private, no-cache", "Content-Disposition": disposition}
        return Answer(body, 200, headers, thumbnails.MEDIA_TYPE)

    return handle


def linker(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that makes a signed address of the content."""

    def handle(call: Call) -> Answer:
        record_id, asked = call.params["id"], cast("NewLink", call.body)
        contents.get(call.actor, resource, record_id)
        until = clock.now_ms() + asked.expires_in * 1000
        token = links.seal(call.actor, ACT, record_id, until, "inline" if asked.inline else "")
        url = f"{call.settings.server.public_url}/files/{resource.plural}/{record_id}?token={token}"
        return answer({"object": "link", "url": url, "expires_at": clock.rfc3339(until)})

    return handle


_INLINE: Final = Parameter("inline", {"type": "boolean"}, "Whether a browser may show it, where its type is harmless.")
_SIZE: Final = Parameter(
    "size",
    {"type": "integer", "minimum": 64, "maximum": 512, "default": 256},
    "Pixels of the longer side; the next of 64, 128, 256 and 512 is given.",
)
_KEPT: Final = {304: "What the caller has, named by If-None-Match, is current."}
_CONTENT: Final = {206: "The range that was asked for.", **_KEPT}


def routes(resource: Resource) -> list[Route]:
    """Return the routes of the content of one resource's records."""
    noun = resource.noun
    group = Group(f"/api/v1/{resource.plural}", resource.plural.capitalize(), resource.scope)
    sent: dict[str, Any] = {"runs": Runs.UPLOAD, "answer": record_model(resource), "media_types": (ANY_TYPE,)}
    return [
        group.put(
            "/{id}/content", putter(resource), f"Upload the content of a {noun}", name=f"put_{noun}_content", takes_version=True, **sent,
        ),
        group.get(
            "/{id}/content", getter(resource), f"Download the content of a {noun}, or a range of it", name=f"get_{noun}_content",
            runs=Runs.STREAM, produces=f"{media_types.OCTETS}, {ANY_TYPE}", query=(_INLINE,), also=_CONTENT,
        ),
        group.delete(
            "/{id}/content", remover(resource), f"Take the content from a {noun}", name=f"delete_{noun}_content", takes_version=True,
        ),
        group.get(
            "/{id}/thumbnail", shrinker(resource), f"Get a small picture of a {noun}", name=f"get_{noun}_thumbnail",
            runs=Runs.WORK, produces=thumbnails.MEDIA_TYPE, query=(_SIZE,), also=_KEPT,
        ),
        group.post(
            "/{id}/content/link", linker(resource), f"Make a signed address to download a {noun}'s content", name=f"link_{noun}_content",
            runs=Runs.READ, scope=f"{resource.scope}:read", body=NewLink, body_optional=True, answer=LinkView,
        ),
    ]  # fmt: skip


_UPLOADED: Final = Group("/api/v1/documents", "Documents", "documents").post(
    "/upload", upload_document, "Create a document with its content", status=201, media_types=(FORM,), document=DocumentForm,
    runs=Runs.UPLOAD, answer=record_model(contents.documents()),
)  # fmt: skip
ROUTES: Final = [_UPLOADED, *(route for resource in resources() if resource.has_content for route in routes(resource))]
