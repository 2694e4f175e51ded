"""Uploads that are announced first: announced, followed, sent in parts, put together, given up."""

from __future__ import annotations

from typing import Annotated, Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field

from server.domain.errors import Missing
from server.services import contents, links, uploads
from server.services.uploads import NewUpload, Piece, UploadView
from server.store.records import by_noun
from server.web.bodies import ANY_TYPE
from server.web.calls import Answer, Call, answer, empty_answer, record_answer
from server.web.documents import record_model
from server.web.routes import Group, Runs
from server.web.uploads import Upload


class PartView(BaseModel):
    """A part that has come."""

    object: str
    number: int
    size: int
    sha256: str


class Renewal(BaseModel):
    """For how long new addresses are good."""

    model_config = ConfigDict(extra="forbid")

    expires_in: Annotated[int, Field(ge=60, le=links.LONGEST_SECONDS, description="Seconds that the signed addresses are good for.")] = 3600


def create_upload(call: Call) -> Answer:
    """Announce an upload."""
    found = uploads.create(call.actor, cast("NewUpload", call.body), call.settings.server.public_url)
    return answer(found, 201, Location=f"/api/v1/uploads/{found['id']}")


def get_upload(call: Call) -> Answer:
    """Get an upload."""
    return answer(uploads.get(call.actor, call.params["id"]))


def renew_upload(call: Call) -> Answer:
    """Make new signed addresses."""
    return answer(uploads.renew(call.actor, call.params["id"], cast("Renewal", call.body).expires_in, call.settings.server.public_url))


def put_upload_part(call: Call) -> Answer:
    """Keep a part."""
    return answer(uploads.put_part(call.actor, call.params["id"], part_number(call), piece(cast("Upload", call.upload))))


def part_number(call: Call) -> int:
    """Return the number in the address. Raises Missing when it is none."""
    text = call.params["number"]
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Missing("Parts have numbers, from 1.", code="no_such_part")
    return int(text)


def piece(upload: Upload) -> Piece:
    """Return what was received in the words of the service."""
    return Piece(upload.path, upload.size, upload.sha256)


def complete_upload(call: Call) -> Answer:
    """Put the parts together."""
    return record_answer(uploads.complete(call.actor, call.params["id"]))


def cancel_upload(call: Call) -> Answer:
    """Give an upload up."""
    uploads.cancel(call.actor, call.params["id"])
    return empty_answer()


_GROUP: Final = Group("/api/v1/uploads", "Documents", "documents")
HOLDER: Final = Annotated[
    record_model(contents.documents()) | record_model(by_noun()["activity"]), Field(description="The record that has the content.")
]
_MAKE: Final[dict[str, Any]] = {"runs": Runs.WORK, "status": 201, "body": NewUpload, "answer": UploadView}
ROUTES: Final = [
    _GROUP.post("", create_upload, "Announce an upload, and get the signed addresses to send it to", **_MAKE),
    _GROUP.get("/{id}", get_upload, "Get an upload: what has come of it, and what has not", scope="documents:write", answer=UploadView),
    _GROUP.post(
        "/{id}/renew", renew_upload, "Get new signed addresses for an upload", runs=Runs.READ, body=Renewal, body_optional=True, answer=UploadView
    ),
    _GROUP.put("/{id}/parts/{number}", put_upload_part, "Send a part", runs=Runs.UPLOAD, media_types=(ANY_TYPE,), answer=PartView),
    _GROUP.post("/{id}/complete", complete_upload, "Put the parts together as the content of the record", runs=Runs.WORK, answer=HOLDER),
    _GROUP.delete("/{id}", cancel_upload, "Give an upload up; what has come of it goes", runs=Runs.WORK),
]
