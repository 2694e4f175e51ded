"""Files to and from an appliance, piece by piece: none is ever held in memory as a whole, and whoever waits can follow it and stop it."""

from __future__ import annotations

import io
import mimetypes
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final, cast
from uuid import uuid4

from requests import exceptions

from app.client import trust
from app.client.api import Api, Call, Row
from app.client.cancellation import Cancellation
from app.client.errors import ClientError
from app.client.transport import CONNECT_SECONDS, READ_SECONDS, refuse

PIECE_BYTES: Final = 2**18
# How many bytes have gone or come, and how many there are in all; 0 where nobody said.
Progress = Callable[[int, int], None]


class _Part(io.BytesIO):
    """A part of a file on its way: whoever reads it on tells how far that is, and reads no further once nobody waits."""

    def __init__(self, file: BinaryIO, most: int, progress: Progress, cancellation: Cancellation) -> None:
        self._before, self._size = file.tell(), os.fstat(file.fileno()).st_size
        super().__init__(file.read(most))
        self._progress = progress
        self._cancellation = cancellation

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on."""
        self._cancellation.check()
        self._progress(self._before + self.tell(), self._size)
        return super().read(size)


def send(api: Api, path: Path, about: Mapping[str, Any], progress: Progress, cancellation: Cancellation) -> Row:
    """Send a file that is not empty as the content of a document, and return the document. Raises ClientError; OSError for what cannot be read.

    What has gone is given up again when the rest cannot go.
    """
    with path.open("rb") as file:
        return _sent(api, file, {"file_name": path.name, **_kind(path), **about}, progress, cancellation)


def _kind(path: Path) -> dict[str, str]:
    found = mimetypes.guess_type(path.name)[0]
    return {"media_type": found} if found else {}


def _sent(api: Api, file: BinaryIO, about: Mapping[str, Any], progress: Progress, cancellation: Cancellation) -> Row:
    size = os.fstat(file.fileno()).st_size
    call = Call("POST", "/uploads", body={**about, "size": size}, headers={"Idempotency-Key": str(uuid4())})
    upload = api.ask(call, cancellation)
    place = f"/uploads/{upload['id']}"
    try:
        for number in range(1, upload["parts"]["count"] + 1):
            part = _Part(file, upload["parts"]["size"], progress, cancellation)
            api.send(Call("PUT", f"{place}/parts/{number}", content=part, media_type="application/octet-stream"), cancellation)
        progress(size, size)
        return cast("Row", api.ask(Call("POST", f"{place}/complete"), cancellation))
    except (ClientError, OSError):
        with suppress(ClientError):
            api.send(Call("DELETE", place))
        raise


def fetch(api: Api, call: Call, target: Path, progress: Progress, cancellation: Cancellation) -> None:
    """Keep what a call answers in a file, which is there as a whole or not at all. Raises ClientError; OSError for what cannot be written."""
    transport, fresh = api.transport, target.with_name(f"{target.name}.part")
    headers = {**transport.headers(), **api.headers(call)}
    # A session of its own: a long answer must not stand in the way of the thread's next request.
    with trust.session(transport.fingerprint if transport.url.startswith("https:") else None) as session:
        try:
            response = session.request(
                call.method,
                transport.url + api.address(call.path),
                params=dict(call.query),
                headers=headers,
                stream=True,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                verify=session.verify,
            )
            refuse(response)
            total, done = int(response.headers.get("Content-Length") or 0), 0
            with fresh.open("wb") as file:
                for piece in response.iter_content(PIECE_BYTES):
                    cancellation.check()
                    file.write(piece)
                    done += len(piece)
                    progress(done, max(total, done) if total else 0)
            fresh.replace(target)
        except exceptions.RequestException as error:
            raise transport.failure(error) from error
        finally:
            fresh.unlink(missing_ok=True)
