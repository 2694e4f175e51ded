"""Documents with content, for tests: made, sent, read and looked for on the disk, over HTTP."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from server.domain.actor import system_actor
from server.services import tenant_archives
from server.store import database
from tests.api.appliance import Appliance, Persona, running
from tests.api.client import Reply
from tests.pace import until

DOCUMENTS = "/api/v1/documents"
UPLOADS = "/api/v1/uploads"
OCTETS = "application/octet-stream"
TEXT = "text/plain"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, database_url: str) -> Run:
    """Return what runs an appliance with settings of its own."""

    @contextmanager
    def start(**overrides: Any) -> Iterator[Appliance]:
        with running(tmp_path / "appliance", database_url, **overrides) as found:
            yield found

    return start


def document(owner: Persona, name: str = "Drawing") -> str:
    """Make a document without content and return its id."""
    return str(owner.client.made("documents", name=name)["id"])


def put(owner: Persona, document_id: str, content: bytes, media_type: str = "application/pdf", **headers: str) -> Reply:
    """Send a content."""
    given = {"Content-Type": media_type, **{name.replace("_", "-"): text for name, text in headers.items()}}
    return owner.client.send("PUT", f"{DOCUMENTS}/{document_id}/content", content, given)


def stored(owner: Persona, content: bytes = PDF, media_type: str = "application/pdf") -> str:
    """Make a document with content and return its id."""
    document_id = document(owner)
    reply = put(owner, document_id, content, media_type)
    assert reply.status == 200, reply.body
    return document_id


def read(owner: Persona, document_id: str, **headers: str) -> Reply:
    """Read a content."""
    return owner.client.get(f"{DOCUMENTS}/{document_id}/content", {name.replace("_", "-"): text for name, text in headers.items()})


def files(appliance: Appliance, tenant_id: str) -> list[str]:
    """Return the names of a tenant's files, and of what is on its way in."""
    root = appliance.settings.folder.files
    mine = [path for path in root.glob(f"contents/{tenant_id}/**/*") if path.is_file()]
    return sorted(path.name for path in (*mine, *root.glob("imports/arriving/*")))


def until_empty(appliance: Appliance, owner: Persona) -> None:
    """Wait until nothing of an upload is left."""
    until(lambda: not files(appliance, owner.tenant_id))


def form(name: str, content: bytes, kind: str = "application/pdf", **fields: str) -> tuple[bytes, dict[str, str]]:
    """Return a form with a file."""
    parts = [f'--edge\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n'.encode() for key, text in fields.items()]
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'.encode()
    return b"".join((*parts, head, content, b"\r\n--edge--\r\n")), {"Content-Type": "multipart/form-data; boundary=edge"}


def picture(kind: str, size: tuple[int, int] = (600, 300), **options: Any) -> bytes:
    """Return a picture."""
    found = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(found, kind, **options)
    return found.getvalue()


def bomb_of(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that promises far more pixels than it should."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000)) + chunk(b"IEND", b"")


def announced(owner: Persona, content: bytes, media_type: str = OCTETS, **more: Any) -> dict[str, Any]:
    """Announce an upload."""
    reply = owner.client.post(UPLOADS, {"file_name": "plan.bin", "size": len(content), "media_type": media_type, **more})
    assert reply.status == 201, reply.body
    assert reply.headers["location"] == f"{UPLOADS}/{reply.json['id']}"
    found: dict[str, Any] = reply.json
    return found


def send(appliance: Appliance, method: str, url: str, body: bytes | None = None, media_type: str = OCTETS) -> Reply:
    """Send to a signed address, as nobody."""
    return appliance.anonymous.send(method, url.removeprefix(appliance.url), body, {"Content-Type": media_type})


def part_url(upload: dict[str, Any], number: int) -> str:
    """Return the signed address of a part."""
    return str(upload["part_url"]).replace("{number}", str(number))


def content_of(size: int, seed: int = 5) -> bytes:
    """Return content that no part of is like another."""
    return random.Random(seed).randbytes(size)


def remove(tenant_id: str) -> None:
    """Delete a tenant, as an operator does."""
    name = database.row("SELECT name FROM tenants WHERE id = ?", (tenant_id,))
    assert name is not None
    tenant_archives.delete(system_actor(""), tenant_id, name[0])
