"""Thumbnails carry nothing along, stand upright, and no picture takes more memory than its header promises."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from server.domain.errors import Missing
from server.services import thumbnails
from tests.api.storing import DOCUMENTS, Run, bomb_of, picture, run, stored

__all__ = ["run"]


def test_a_picture_is_turned_upright_and_loses_what_it_carried(run: Run) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "taken at a secret place"
    with run() as appliance:
        alice = appliance.personas().alice
        document_id = stored(alice, picture("JPEG", (400, 200), exif=exif), "image/jpeg")
        found = alice.client.get(f"{DOCUMENTS}/{document_id}/thumbnail?size=128").body
        assert Image.open(BytesIO(found)).size == (64, 128)
        assert b"secret" not in found
        kept = list(appliance.settings.folder.files.glob(f"thumbnails/{alice.tenant_id}/*.webp"))
        assert [path.read_bytes() for path in kept] == [found]
        kept[0].write_bytes(b"kept")
        assert alice.client.get(f"{DOCUMENTS}/{document_id}/thumbnail?size=128").body == b"kept"


def test_a_transparent_picture_stays_transparent() -> None:
    source = BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(source, "PNG")
    small = Image.open(BytesIO(thumbnails._shrunk(Image.open(source), 64)))
    assert (small.size, small.mode) == ((64, 64), "RGBA")


def test_a_bomb_is_refused_by_its_header() -> None:
    with Image.open(BytesIO(bomb_of(9_000, 9_000))) as found, pytest.raises(Missing, match="pixels"):
        thumbnails._shrunk(found, 64)
