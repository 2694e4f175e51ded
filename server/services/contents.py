"""Contents of documents and activities: taken in, told about in the record itself, handed out, and let go.

A content is in its storage before its row is written, and its row is there until the file is gone: a crash in between leaves a
file that nobody refers to, which is swept, and never a record whose content is not there. Whoever may read or write a
record may read or write its content.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from server.domain import file_names, media_types
from server.domain.errors import Conflict, Denied, JunctionError, Later, Missing, TooLarge, Unprocessable
from server.domain.permissions import permit
from server.services import records, storages, wakes
from server.store import contents, database
from server.store.contents import CLEAN, FAILED, INFECTED, PENDING, UNSCANNED, Content
from server.store.records import by_noun
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from server.domain.actor import Actor
    from server.store.declaration import Resource
    from server.store.records import Document

    Write = Callable[[Mapping[str, Any]], Document]

KEPT_MS: Final = 3_600_000
"""How long a discarded file stays, so that a backup under way, or somebody who reads it, still finds it."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that has come in whole; `expected` is the digest that its sender says it has.

    With a `revision`, however it is called, the content before it is kept as a former one.
    """

    path: Path
    size: int
    sha256: str
    file_name: str | None = None
    media_type: str = media_types.OCTETS
    expected: str | None = None
    revision: str | None = None


def documents() -> Resource:
    """Return the resource whose records are files before all."""
    return by_noun()["document"]


def holder(record_id: str) -> Resource:
    """Return the resource of a record that can have content, documents for what names none: they have no such record either."""
    prefix = record_id.partition("_")[0]
    return next((one for one in by_noun().values() if one.has_content and one.prefix == prefix), documents())


def shown(content: Content) -> dict[str, Any]:
    """Return what a record says of its content."""
    return {
        "id": content.id,
        "file_name": content.file_name,
        "media_type": content.media_type,
        "size": content.size,
        "sha256": content.sha256,
        "scan": content.scan,
        "scan_detail": content.scan_detail,
        "uploaded_at": clock.rfc3339(content.created_at),
    }


def put(actor: Actor, resource: Resource, record_id: str, arrived: Arrived, *, version: int | None = None) -> Document:
    """Make a file the content of a record, in place of what it had. Raises Missing, Stale, or what `check` raises."""
    permit(actor, f"{resource.scope}:write")
    document = records.get(actor, resource, record_id)
    named = replace(arrived, file_name=arrived.file_name or document[resource.title[0]])
    return take(actor, record_id, named, lambda managed: write_into(actor, resource, record_id, managed, version=version))


def write_into(actor: Actor, resource: Resource, record_id: str, managed: Mapping[str, Any], *, version: int | None = None) -> Document:
    """Write what a record says of its content, as far as it has a field for it. Raises Missing, Stale."""
    told = {name: value for name, value in managed.items() if name in resource.fields}
    return records.amend(actor, resource, record_id, told, version=version)


def create(actor: Actor, body: Mapping[str, Any], arrived: Arrived) -> Document:
    """Make a document with its content; without a name it is called like the file. Raises as `put` and as creating a record."""
    permit(actor, "documents:write")
    named = {"name": file_names.clean(arrived.file_name), **body}
    records.validate(documents(), named)
    return take(actor, None, arrived, lambda managed: records.create(actor, documents(), {**named, "media_type": managed["media_type"]}, managed))


def take(actor: Actor, record_id: str | None, arrived: Arrived, write: Write, announced: int = 0) -> Document:
    """Keep a file, then write its row and its record together; `announced` bytes of it are counted to its tenant already.

    `write` is given what the record is to say of it, and returns the record.
    """
    content = _described(actor, arrived)
    _check_room(actor, record_id, content, announced)
    storages.storage().keep(content.name, arrived.path)
    try:
        with database.transaction():
            contents.hold_tenant(actor.tenant_id)
            document = write({"content": shown(content), "media_type": content.media_type})
            _check_room(actor, document["id"], content)
            give_way = contents.discard if content.revision is None else contents.supersede
            give_way(actor.tenant_id, actor.mode, document["id"], clock.now_ms())
            contents.insert(actor.tenant_id, actor.mode, replace(content, record_id=document["id"]))
            database.after_commit(wakes.scans)
    except JunctionError as error:
        # A commit whose answer was lost may have happened: then the file stays, and is swept when nobody refers to it.
        if not isinstance(error, Later):
            storages.storage().remove(content.name)
        raise
    return document


def _described(actor: Actor, arrived: Arrived) -> Content:
    rules = storages.rules()
    with arrived.path.open("rb") as file:
        kind = check(arrived, file.read(media_types.HEAD))
    now = clock.now_ms()
    scan, due = (PENDING, now) if rules.scanner else (UNSCANNED, None)
    name = file_names.clean(arrived.file_name)
    about = (name, kind, arrived.size, arrived.sha256, scan, None, due, now, arrived.revision)
    return Content(ids.new_id("cnt"), actor.tenant_id, actor.mode, "", *about)


def check(arrived: Arrived, head: bytes) -> str:
    """Return the type of a file that may come in. Raises TooLarge, or Unprocessable for its type or digest."""
    check_announced(arrived.media_type, arrived.size)
    if arrived.expected is not None and arrived.expected.lower() != arrived.sha256:
        raise Unprocessable(f"The content has the digest {arrived.sha256}, not the one that was announced.", code="digest_mismatch")
    rules, kind = storages.rules(), media_types.settle(arrived.media_type, head)
    media_types.check([kind], rules.allowed_types, rules.refused_types)
    # What is built on another type, as office files on archives, is refused with it.
    media_types.check([media_types.sniff(head) or kind], (), rules.refused_types)
    return kind


def check_announced(media_type: str, size: int) -> None:
    """Refuse what can be seen to be wrong before it comes. Raises TooLarge, or Unprocessable for its type."""
    rules = storages.rules()
    if size > rules.limit_bytes:
        raise TooLarge(f"A content may have at most {rules.limit_bytes} bytes.")
    if media_type != media_types.OCTETS:
        media_types.check([media_type], rules.allowed_types, rules.refused_types)


def _check_room(actor: Actor, record_id: str | None, content: Content, announced: int = 0) -> None:
    """Raise Conflict when a tenant would have more content than it may; what is replaced does not count."""
    quota = storages.rules().quota_bytes
    if not quota:
        return
    before = contents.current(actor.tenant_id, actor.mode, record_id) if record_id and content.revision is None else None
    check_quota(contents.usage(actor.tenant_id) - (before.size if before else 0), content.size - announced)


def check_quota(used: int, size: int) -> None:
    """Raise Conflict when so many bytes more would be too many."""
    quota = storages.rules().quota_bytes
    if quota and used + size > quota:
        raise Conflict(f"The tenant's documents may have {quota} bytes together, and have {used}.", code="quota_exceeded", quota=quota, used=used)


def remove(actor: Actor, resource: Resource, record_id: str, *, version: int | None = None) -> Document:
    """Take its content from a record, and all former revisions of it. Raises Missing, Stale."""
    permit(actor, f"{resource.scope}:write")
    with database.transaction():
        document = records.amend(actor, resource, record_id, {"content": None}, version=version)
        if not contents.discard_all(actor.tenant_id, actor.mode, record_id, clock.now_ms()):
            raise _without(resource, record_id)
    return document


def get(actor: Actor, resource: Resource, record_id: str) -> Content:
    """Return the content of a record that may be handed out. Raises Missing, or what `cleared` raises."""
    records.get(actor, resource, record_id)
    content = contents.current(actor.tenant_id, actor.mode, record_id)
    if content is None:
        raise _without(resource, record_id)
    return cleared(content)


def cleared(content: Content) -> Content:
    """Return a content that may be handed out. Raises Denied when it is infected, Later until it is scanned."""
    if content.scan == INFECTED:
        raise Denied(f"The virus scanner found {content.scan_detail} in this content, so it is not handed out.", code="content_infected")
    if storages.rules().scanner and content.scan != CLEAN:
        if content.scan == FAILED:
            raise Denied(f"The virus scanner could not look at this content: {content.scan_detail}.", code="content_not_scannable")
        raise Later("The virus scanner has not yet looked at this content.", code="content_not_scanned", retry_after=2)
    return content


def _without(resource: Resource, record_id: str) -> Missing:
    return Missing(f"The {resource.noun} '{record_id}' has no content.", code="no_content")


def pieces(content: Content, start: int, stop: int) -> Iterator[bytes]:
    """Return a part of a content, piece by piece. Raises Missing when its file is gone, Later when the storage is away."""
    return storages.storage().pieces(content.name, start, stop)
