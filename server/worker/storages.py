"""Huey's stores, made to survive their own loss: a deleted file, dropped tables or a restarted server cost some wake-ups, no restart.

A wake-up may be lost at any time, since the rows are looked at every second; so nothing here waits for a disk.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from huey import Huey, RedisHuey
from huey.storage import PostgresStorage, SqliteStorage
from psycopg.errors import UndefinedTable
from redis import ConnectionPool

from server.worker.bells import Bell

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIMEOUT_SECONDS: Final = 5
_LOOK_SECONDS: Final = 1.0
"""How often a file is looked at when nobody rings."""


class FileStorage(SqliteStorage):
    """A file that is made anew when it has been deleted, replaced or broken; whoever takes from it is rung when something comes."""

    blocking = True
    _conn: Any
    _inode: int | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Name the file; nothing is opened yet."""
        super().__init__(*arguments, **options)
        self.bell = Bell(Path(f"{self.filename}.bell"))

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        """Add one task, and let the worker look."""
        super().enqueue(data, priority)
        self.bell.ring()

    def dequeue(self) -> bytes | None:
        """Take one task; where there is none, wait for the bell before the next look."""
        self.bell.listen()
        found: bytes | None = super().dequeue()
        if found is None:
            self.bell.wait(_LOOK_SECONDS)
        return found

    def _create_connection(self) -> Any:
        with _alone(Path(f"{self.filename}.lock")):
            if not Path(self.filename).exists():
                self._remove("-wal", "-shm")  # left over from the deleted file, they would be read into the new one
            connection = super()._create_connection()
            connection.execute("PRAGMA synchronous = OFF")
            for statement in self.ddl:
                connection.execute(statement)
            self._inode = Path(self.filename).stat().st_ino
        return connection

    @property
    def conn(self) -> Any:
        """The connection, to the file that has the name now."""
        if self._conn is not None and not self._same_file():
            self._conn.close()
            self._conn = None
        return super().conn

    def _same_file(self) -> bool:
        try:
            return Path(self.filename).stat().st_ino == self._inode
        except OSError:
            return False

    @contextmanager
    def db(self, commit: bool = False, close: bool = False) -> Iterator[Any]:  # noqa: FBT001, FBT002 - Huey's signature
        """Run statements; after a failure the next ones get a new connection, and after a broken file a new file."""
        try:
            with super().db(commit=commit, close=close) as cursor:
                yield cursor
        except sqlite3.DatabaseError as error:
            if "locked" not in str(error):
                self.close()
            if not isinstance(error, sqlite3.OperationalError):
                self._remove("", "-wal", "-shm")
            raise

    def _remove(self, *endings: str) -> None:
        for ending in endings:
            Path(f"{self.filename}{ending}").unlink(missing_ok=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time make the file; Windows keeps open files from being deleted, and needs no such care."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class TableStorage(PostgresStorage):
    """Tables that are made when they are missed."""

    def _create_connection(self) -> Any:
        connection = self._connect()
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(7427)")  # two processes that make a table at once refuse each other
            for statement in self.ddl:
                connection.execute(statement)
        return connection

    @contextmanager
    def db(self, commit: bool = False, close: bool = False) -> Iterator[Any]:  # noqa: FBT001, FBT002 - Huey's signature
        """Run statements; after missing tables the next ones get a new connection, which makes them."""
        try:
            with super().db(commit=commit, close=close) as cursor:
                yield cursor
        except UndefinedTable:
            self.close()
            raise


def open_huey(url: str) -> Huey:
    """Return Huey on `sqlite:///path`, `redis://...` or `postgresql://...`; nothing is connected yet."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return Huey("junction", storage_class=FileStorage, filename=rest.removeprefix("/"), create_tables=False, results=False)
    if scheme in {"redis", "rediss"}:
        pool = ConnectionPool.from_url(url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS)
        return RedisHuey("junction", connection_pool=pool, results=False)
    return Huey("junction", storage_class=TableStorage, dsn=url, create_tables=False, results=False)
