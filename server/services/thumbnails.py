"""Thumbnails of contents that are pictures: made when asked for, kept on this machine, and never larger than asked.

A picture is unpacked only when its header promises few enough pixels, two at a time, so that no file of a few bytes can take all
of the memory. What leaves is a new picture: nothing of what the old one carried along comes with it.
"""

from __future__ import annotations

import os
import tempfile
import threading
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from server.domain import media_types
from server.domain.errors import Missing
from server.services import contents, import_files, storages
from server.system.paths import make_private_folder

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.contents import Content
    from server.store.declaration import Resource

EDGES: Final = (64, 128, 256, 512)
MEDIA_TYPE: Final = "image/webp"
MOST_PIXELS: Final = 40_000_000
MOST_BYTES: Final = 100 * 2**20
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_AT_ONCE: Final = threading.BoundedSemaphore(2)


def get(actor: Actor, resource: Resource, record_id: str, edge: int) -> tuple[bytes, str]:
    """Return a thumbnail of at most `edge` pixels in each direction, and the tag of its content.

    Raises Missing (`no_thumbnail`) for what is no picture, or none that can be unpacked; else what reading the content raises.
    """
    content = contents.get(actor, resource, record_id)
    if content.media_type not in media_types.IMAGES or content.size > MOST_BYTES:
        raise _none("has no picture that a thumbnail can be made of")
    path = _path(content, edge)
    with suppress(FileNotFoundError):
        return path.read_bytes(), content.sha256
    with _AT_ONCE:
        made = _make(content, edge)
    _keep(path, made)
    return made, content.sha256


def _none(reason: str) -> Missing:
    return Missing(f"This record {reason}.", code="no_thumbnail")


def _path(content: Content, edge: int) -> Path:
    return storages.files() / storages.THUMBNAILS / content.tenant_id / f"{content.id}-{edge}.webp"


def _make(content: Content, edge: int) -> bytes:
    from PIL import Image, UnidentifiedImageError

    with tempfile.TemporaryFile(dir=import_files.arriving()) as file:
        for piece in contents.pieces(content, 0, content.size):
            file.write(piece)
        file.seek(0)
        try:
            with warnings.catch_warnings():
                # Pillow warns of what is odd and can be read all the same; our own limits are the ones that count.
                warnings.simplefilter("ignore")
                with Image.open(file, formats=_FORMATS) as picture:
                    return _shrunk(picture, edge)
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
            raise _none("has a picture that is damaged") from error


def _shrunk(picture: Any, edge: int) -> bytes:
    from io import BytesIO

    from PIL import ImageOps

    if picture.width * picture.height > MOST_PIXELS:
        raise _none(f"has a picture of more than {MOST_PIXELS} pixels")
    picture.draft("RGB", (edge * 2, edge * 2))  # JPEG can be unpacked smaller at once; other formats take no notice
    turned = ImageOps.exif_transpose(picture)
    small = turned.convert("RGBA" if "transparency" in turned.info or "A" in turned.getbands() else "RGB")
    small.thumbnail((edge, edge))
    found = BytesIO()
    small.save(found, "WEBP", quality=80)
    return found.getvalue()


def _keep(path: Path, made: bytes) -> None:
    make_private_folder(path.parent)
    number, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(number, "wb") as file:
        file.write(made)
    Path(name).replace(path)


def forget(content: Content) -> None:
    """Remove what was made of a content that goes."""
    for edge in EDGES:
        _path(content, edge).unlink(missing_ok=True)
