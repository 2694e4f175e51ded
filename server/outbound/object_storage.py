"""Files in an S3-compatible store, by the same interface as on the disk.

https://docs.aws.amazon.com/AmazonS3/latest/API/ by way of obstore, which sends large files in parts, tries again what failed
in passing, and holds a few pieces in memory at most.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from server.domain.errors import Later
from server.system.file_storage import PIECE, Kept, missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.system.settings_table import Documents

_TIMEOUT: Final = "60s"
_CONNECT_TIMEOUT: Final = "5s"
_TRIES: Final = 3
_BATCH: Final = 500
_PARTS_AT_ONCE: Final = 4


class ObjectStorage:
    """Objects of one bucket below one prefix; nothing is connected until it is needed."""

    def __init__(self, settings: Documents) -> None:
        """Take where the bucket is and who may use it."""
        from obstore.store import S3Store

        self._store = S3Store(
            settings.s3_bucket,
            prefix=settings.s3_prefix.strip("/") or None,
            config={
                "region": settings.s3_region,
                "access_key_id": settings.s3_access_key,
                "secret_access_key": settings.s3_secret_key,
                **({"endpoint": settings.s3_endpoint} if settings.s3_endpoint else {}),
            },
            client_options={"allow_http": settings.s3_endpoint.startswith("http://"), "timeout": _TIMEOUT, "connect_timeout": _CONNECT_TIMEOUT},
            retry_config={"max_retries": _TRIES},
        )

    def keep(self, name: str, path: Path) -> None:
        """Send a file, and remove it here once the store has it."""
        import obstore

        with _reached():
            obstore.put(self._store, name, path, max_concurrency=_PARTS_AT_ONCE)
        path.unlink()

    def pieces(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """Return a part of an object."""
        import obstore

        if stop <= start:
            if self.size(name) is None:
                raise missing()
            return iter(())
        try:
            with _reached():
                found = obstore.get(self._store, name, options={"range": (start, stop)})
        except FileNotFoundError as error:
            raise missing() from error

        def read() -> Iterator[bytes]:
            with _reached():
                for piece in found.stream(min_chunk_size=PIECE):
                    yield bytes(piece)

        return read()

    def size(self, name: str) -> int | None:
        """Return how long an object is, None when it is not there."""
        import obstore

        try:
            with _reached():
                return int(obstore.head(self._store, name)["size"])
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Remove an object."""
        self._remove([name])

    def _remove(self, names: list[str]) -> None:
        import obstore

        try:
            with _reached():
                obstore.delete(self._store, names)
        except FileNotFoundError:
            return

    def remove_all(self, folder: str) -> None:
        """Remove every object whose name begins with this, a batch at a time."""
        for batch in self._batches(f"{folder}/"):
            self._remove([one.name for one in batch])

    def walk(self) -> Iterator[Kept]:
        """Yield every object."""
        for batch in self._batches(None):
            yield from batch

    def _batches(self, prefix: str | None) -> Iterator[list[Kept]]:
        import obstore

        with _reached():
            for batch in obstore.list(self._store, prefix, chunk_size=_BATCH):
                yield [Kept(one["path"], one["size"], int(one["last_modified"].timestamp() * 1000)) for one in batch]


@contextmanager
def _reached() -> Iterator[None]:
    """Turn what a store does not do into an error that says to come back later; what is not there stays FileNotFoundError."""
    from obstore.exceptions import BaseError

    try:
        yield
    except BaseError as error:
        raise Later("The storage of files does not answer as it should; try again in a moment.", code="storage_unavailable", retry_after=5) from error
