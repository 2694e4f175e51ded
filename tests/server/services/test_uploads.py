"""Large uploads have larger parts, and no tenant keeps too many of them open."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict
from server.services import storages, uploads
from server.services.uploads import MOST_PARTS, PART_BYTES, NewUpload
from server.system import settings


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a storage that takes large files."""
    monkeypatch.setattr(storages, "_installed", None)
    storages.install(settings.load(tmp_path, {}, {"documents.limit_bytes": 2**41}))


@pytest.mark.parametrize("size", [1, PART_BYTES, PART_BYTES + 1, PART_BYTES * MOST_PARTS + 1, 2**40 + 7])
def test_the_parts_are_at_most_so_many_and_make_the_whole(alice: Actor, size: int) -> None:
    upload = uploads._announced(alice, NewUpload(file_name="plan.bin", size=size))
    sizes = [upload.size_of(number) for number in range(1, upload.part_count + 1)]
    assert sum(sizes) == size
    assert len(sizes) <= MOST_PARTS
    assert set(sizes[:-1]) <= {upload.part_size}
    assert 0 < sizes[-1] <= upload.part_size


def test_only_so_many_may_be_open(alice: Actor, charlie: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_OPEN", 2)
    body = NewUpload(file_name="plan.bin", size=5)
    first, _ = (uploads.create(alice, body, "http://here") for _ in range(2))
    with pytest.raises(Conflict) as refusal:
        uploads.create(alice, body, "http://here")
    assert refusal.value.stable_code == "too_many_uploads"
    uploads.create(charlie, body, "http://here")
    uploads.cancel(alice, first["id"])
    uploads.create(alice, body, "http://here")


def test_a_name_and_type_are_brought_into_their_form() -> None:
    body = NewUpload(file_name="../a.pdf", size=5, media_type="Application/PDF; x=1", sha256="A" * 64)
    assert (body.file_name, body.media_type) == ("a.pdf", "application/pdf")
