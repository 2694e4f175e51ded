"""Signed addresses: contents read and sent by whoever holds the address, without any other credential.

The token says which one thing its holder may do, with whose rights and until when; requests count to the tenant's limits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Denied
from server.domain.media_types import OCTETS
from server.services import contents, links, uploads
from server.store.contents import Content
from server.web.bodies import ANY_TYPE
from server.web.calls import Answer, Call, answer, record_answer
from server.web.file_answers import aside, send
from server.web.handlers.contents import ACT as DOWNLOAD
from server.web.handlers.uploads import HOLDER, PartView, part_number, piece
from server.web.routes import Group, Parameter, Runs
from server.web.uploads import received

if TYPE_CHECKING:
    from aiohttp.web import StreamResponse

    from server.domain.actor import Actor
    from server.services.links import Opened


async def _opened(call: Call, act: str) -> Opened:
    """Return what the address allows, counted to its tenant. Raises Denied for another thing than it was given out for, Limited."""
    token = call.query("token") or ""
    found = await aside(lambda: links.unseal(act, token, call.actor.address, call.request_id))
    if found.subject != call.params["id"]:
        raise Denied("This link was not given out here, or holds no more.", code="invalid_link")
    if call.admit:
        call.admit(found.actor.id, found.actor.tenant_id, found.tier, found.actor)
    return found


async def get_linked_content(call: Call) -> StreamResponse:
    """Send a record's content."""
    opened = await _opened(call, DOWNLOAD)
    content: Content = await aside(lambda: contents.get(opened.actor, contents.holder(opened.subject), opened.subject))
    return await send(call, content, inline=opened.manner == "inline")


async def get_linked_upload(call: Call) -> Answer:
    """Say what has come of an upload."""
    actor = (await _opened(call, uploads.ACT)).actor
    return answer(await aside(lambda: uploads.get(actor, call.params["id"])))


async def put_linked_content(call: Call) -> Answer:
    """Take the whole content of an upload."""
    actor, upload_id = (await _opened(call, uploads.ACT)).actor, call.params["id"]
    most = await _awaited(call, actor, None)
    async with received(call.request, call.settings, (ANY_TYPE,), most) as upload:
        found = piece(upload)
        return record_answer(await aside(lambda: uploads.put_whole(actor, upload_id, found, upload.media_type)))


async def put_linked_part(call: Call) -> Answer:
    """Take a part of an upload."""
    actor, number = (await _opened(call, uploads.ACT)).actor, part_number(call)
    most = await _awaited(call, actor, number)
    async with received(call.request, call.settings, (ANY_TYPE,), most) as upload:
        found = piece(upload)
        return answer(await aside(lambda: uploads.put_part(actor, call.params["id"], number, found)))


async def _awaited(call: Call, actor: Actor, number: int | None) -> int:
    """Return how many bytes may come; what announces another number is refused before it is sent."""
    found = await aside(lambda: uploads.awaited(actor, call.params["id"], number))
    if call.request.content_length is not None:
        uploads.check_size(found, call.request.content_length)
    return found


async def complete_linked_upload(call: Call) -> Answer:
    """Put the parts of an upload together."""
    actor = (await _opened(call, uploads.ACT)).actor
    return record_answer(await aside(lambda: uploads.complete(actor, call.params["id"])))


_TOKEN: Final = (Parameter("token", {"type": "string"}, "The signature; the address was given out with it.", required=True),)
_GROUP: Final = Group("/files", "Signed addresses", access="anyone")
_SIGNED: Final[dict[str, Any]] = {"runs": Runs.STREAM, "protocol": "signed", "query": _TOKEN}
_ANY: Final[dict[str, Any]] = {"media_types": (ANY_TYPE,), **_SIGNED}
_CONTENT: Final[dict[str, Any]] = {"produces": f"{OCTETS}, {ANY_TYPE}", "also": {206: "The range that was asked for."}, **_SIGNED}
ROUTES: Final = [
    _GROUP.get("/documents/{id}", get_linked_content, "Download the content that a signed address stands for", **_CONTENT),
    _GROUP.get(
        "/activities/{id}", get_linked_content, "Download the content of an activity that a signed address stands for",
        name="get_linked_activity_content", **_CONTENT,
    ),
    _GROUP.get("/uploads/{id}", get_linked_upload, "See what has come of an announced upload", answer=uploads.UploadView, **_SIGNED),
    _GROUP.put("/uploads/{id}/content", put_linked_content, "Send the whole content of an announced upload", answer=HOLDER, **_ANY),
    _GROUP.put("/uploads/{id}/parts/{number}", put_linked_part, "Send a part of an announced upload", answer=PartView, **_ANY),
    _GROUP.post("/uploads/{id}/complete", complete_linked_upload, "Put the parts of an announced upload together", answer=HOLDER, **_SIGNED),
]  # fmt: skip
