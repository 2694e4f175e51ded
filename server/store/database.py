"""The one connection to the database: SQLite or PostgreSQL behind the same few functions.

    database.open_database("sqlite:////var/lib/junction/junction.sqlite3")
    database.rows("SELECT id FROM tenants WHERE name = ?", ("acme",))
    with database.transaction():            # nested ones join the outer one; savepoint() goes round what may fail
        database.run("UPDATE ...")
        database.after_commit(wake)         # only if it commits

Invariants: acknowledged writes on SQLite are in the write-ahead log and synced (`synchronous=FULL`) before `transaction`
returns; a transaction never spans a network call of ours; every thread has its own connection. Statements are written
with `?`; for PostgreSQL they are translated once and remembered.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Literal

import peewee

from server.domain.errors import Bug, Conflict, Full, Later

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

db: Final = peewee.DatabaseProxy()

write_lock: Final = threading.Lock()
_translated: Final[dict[str, str]] = {}
_MOST_TRANSLATED: Final = 4096
_STREAMED: Final = 1000
# By SQLSTATE: another transaction was in the way; the connection is gone, or was not given.
_BUSY: Final = frozenset({"40001", "40P01", "55P03"})
_LOST: Final = frozenset({"25P03", "53300", "57P01", "57P02", "57P03"})


class _Closer:
    """Closes a connection when the thread that opened it is gone, and its locals with it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __del__(self) -> None:
        self._connection.close()


class _Local(threading.local):
    depth: int = 0
    hooks: list[Callable[[], None]] | None = None
    version: tuple[Any, ...] | None = None
    closers: tuple[_Closer, ...] = ()


_local: Final = _Local()


class Model(peewee.Model):
    """A table of the appliance."""

    class Meta:
        """Bind to the one database; the columns' names are the fields' names."""

        database = db
        legacy_table_names = False


class _Meaningful(peewee.Database):
    """Queries built by models fail with the same errors as hand-written ones; connections end with their threads."""

    def _connect(self) -> Any:
        connection = super()._connect()  # type: ignore[misc]
        _local.closers = (*_local.closers, _Closer(connection))
        return connection

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Run a built query."""
        try:
            return super().execute_sql(sql, params)  # type: ignore[no-untyped-call]
        except peewee.PeeweeException as error:
            raise meaning(error) from error


class _Sqlite(_Meaningful, peewee.SqliteDatabase):
    """The embedded file."""


class _Postgres(_Meaningful, peewee.PostgresqlDatabase):
    """The server."""


def is_sqlite() -> bool:
    """Tell which of the two databases is in use."""
    return isinstance(db.obj, peewee.SqliteDatabase)


def open_database(url: str, *, synchronous: Literal["full", "normal"] = "full") -> None:
    """Bind to `sqlite:///path` or `postgresql://...`; nothing is connected yet. Raises ValueError for another scheme."""
    bind(describe(url, synchronous=synchronous))


def bind(database: peewee.Database) -> None:
    """Make this the one database of the process."""
    db.initialize(database)
    forget_statements()


def describe(url: str, *, synchronous: Literal["full", "normal"] = "full") -> peewee.Database:
    """Return the database at an address without binding to it, for what is about two of them. Raises ValueError as `open_database`."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return _open_sqlite(rest.removeprefix("/"), synchronous)
    if scheme in {"postgresql", "postgres"}:
        return _Postgres("postgresql://" + rest, prefer_psycopg3=True)
    message = f"'{scheme}' is not a database this appliance knows: use sqlite:///path or postgresql://..."
    raise ValueError(message)


# Sixteen megabytes of log before it is copied back: pages that change again and again are then copied once.
_CHECKPOINT_PAGES: Final = 4000


def _open_sqlite(path: str, synchronous: str) -> peewee.SqliteDatabase:
    database = _Sqlite(
        path,
        pragmas=[
            ("journal_mode", "wal"),
            ("synchronous", synchronous.upper()),
            ("cache_size", -16000),
            ("temp_store", "memory"),
            ("wal_autocheckpoint", _CHECKPOINT_PAGES),
        ],
        timeout=15,
        check_same_thread=False,
    )
    database.register_function(_lower, "unicode_lower", 1)
    return database


def _lower(text: str | None) -> str | None:
    return text.lower() if isinstance(text, str) else text


def close() -> None:
    """Close this thread's connection."""
    if db.obj is not None and not db.is_closed():
        db.close()


def relax() -> None:
    """Let this thread's commits on SQLite wait for no sync: for rows whose loss in a power cut only repeats an attempt."""
    if is_sqlite():
        db.connect(reuse_if_open=True)
        execute("PRAGMA synchronous = NORMAL")


def _translate(sql: str) -> str:
    text = _translated.get(sql)
    if text is None:
        # Lists with filters make statements without end.
        if len(_translated) >= _MOST_TRANSLATED:
            _translated.clear()
        text = sql if is_sqlite() else sql.replace("%", "%%").replace("?", "%s")
        _translated[sql] = text
    return text


def forget_statements() -> None:
    """Forget translated statements; needed only when tests change the kind of database."""
    _translated.clear()


def execute(sql: str, values: Sequence[Any] = ()) -> Any:
    """Run one statement and return its cursor. Raises Conflict on a broken unique rule, Full or Later on a struggling database."""
    state = db.obj._state
    reused = not state.closed
    try:
        if state.closed:
            db.connect()
        cursor = state.conn.cursor()
        cursor.execute(_translate(sql), values)
    except Exception as error:
        meant = meaning(error)
        # The server was restarted since this connection was last used; what changes nothing is asked again on a new one.
        if reused and state.closed and sql.startswith(("SELECT", "BEGIN")):
            return execute(sql, values)
        raise meant from error
    return cursor


def run_many(sql: str, many: Sequence[Sequence[Any]]) -> None:
    """Run one statement for every tuple of values."""
    if not many:
        return
    try:
        db.connect(reuse_if_open=True)
        db.connection().cursor().executemany(_translate(sql), many)
    except Exception as error:
        raise meaning(error) from error


def rows(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return every row."""
    found: list[tuple[Any, ...]] = execute(sql, values).fetchall()
    return found


def stream(sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """Return rows as they are asked for, in constant memory; this thread asks nothing else before it has taken the last.

    On this thread SQLite sorts in a temporary file rather than in memory from then on.
    """
    if is_sqlite():
        execute("PRAGMA temp_store = file")
        cursor = execute(sql, values)
        while many := cursor.fetchmany(_STREAMED):
            yield from many
        return
    try:
        db.connect(reuse_if_open=True)
        with db.connection().cursor() as cursor:
            yield from cursor.stream(_translate(sql), values)
    except Exception as error:
        raise meaning(error) from error


def row(sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
    """Return the first row, or None."""
    found: tuple[Any, ...] | None = execute(sql, values).fetchone()
    return found


def run(sql: str, values: Sequence[Any] = ()) -> int:
    """Run a statement and return how many rows it touched."""
    count: int = execute(sql, values).rowcount
    return count


def meaning(error: Exception) -> Exception:
    """Turn a driver's error into ours where a caller can act on it; anything else stays what it is."""
    error = getattr(error, "orig", None) or error  # what peewee has wrapped
    text, state = str(error).lower(), getattr(error, "sqlstate", None) or ""
    if state == "23505" or "unique constraint failed" in text:
        return Conflict("This would repeat something that has to be unique.", code="not_unique")
    if state == "53100" or "disk is full" in text or "no space left" in text:
        return Full()
    if state in _BUSY or "database is locked" in text:
        return Later("The database is busy; try again in a moment.", code="database_busy", retry_after=1)
    if state in _LOST or state.startswith("08") or _has_no_server(error, state) or "unable to open database file" in text:
        return _lost_connection()
    return error


def _has_no_server(error: Exception, state: str) -> bool:
    """Tell whether PostgreSQL's driver speaks for itself, because no server answered."""
    return not state and not isinstance(error, sqlite3.Error) and type(error).__name__ in {"OperationalError", "InterfaceError"}


def _lost_connection() -> Later:
    if _local.depth == 0:
        state = db.obj._state
        if state.conn is not None:
            state.conn.close()
        state.reset()
    return Later("The database cannot be reached; try again in a moment.", code="database_unreachable", retry_after=2)


def aside(column: str) -> str:
    """Return a column for a condition that no index is to be chosen by.

    SQLite guesses without statistics, and takes an index that finds a whole tenant for as good as one that finds a record.
    """
    return f"+{column}" if is_sqlite() else column


def undone() -> Later:
    """Return the error for a transaction that the database ended by itself."""
    return Later("The database undid the transaction; try again in a moment.", code="transaction_undone", retry_after=1)


def others_wrote() -> bool:
    """Tell whether another connection has committed since this thread last asked, so that long work gives way; on PostgreSQL nobody waits."""
    if not is_sqlite():
        return False
    found = row("PRAGMA data_version")
    before, _local.version = _local.version, found
    return found != before


def in_transaction() -> bool:
    """Tell whether this thread is inside a transaction."""
    return _local.depth > 0


@contextmanager
def transaction() -> Iterator[None]:
    """Commit everything inside together, or nothing.

    Nested uses join the outer one: an error that leaves one has to leave the outer one too, unless a savepoint is between.
    """
    if _local.depth:
        yield
        return
    begin()
    try:
        yield
    except BaseException:
        rollback()
        raise
    commit()


@contextmanager
def trial() -> Iterator[None]:
    """Undo everything inside, whatever comes of it; must not be nested in a transaction."""
    begin()
    try:
        yield
    finally:
        rollback()


def begin() -> None:
    """Open this thread's write transaction; on SQLite one writer per process queues here, not in the file's busy loop."""
    if is_sqlite():
        write_lock.acquire()
    try:
        execute("BEGIN IMMEDIATE" if is_sqlite() else "BEGIN")
    except BaseException:
        _release()
        raise
    _local.depth, _local.hooks = 1, []


def commit() -> None:
    """Commit this thread's transaction, then run what waited for it."""
    hooks = _local.hooks or []
    try:
        _commit()
    except BaseException:
        rollback()
        raise
    _local.depth, _local.hooks = 0, None
    _release()
    for hook in dict.fromkeys(hooks):
        hook()


def _commit() -> None:
    if not _is_open():
        raise undone()
    # PostgreSQL says no to nothing here: asked to commit after a statement failed, it answers that it rolled back.
    if getattr(execute("COMMIT"), "statusmessage", None) == "ROLLBACK":
        raise Bug("A statement failed inside a transaction and the error was caught without a savepoint.")


def rollback() -> None:
    """Undo this thread's transaction and forget what waited for it."""
    _local.depth, _local.hooks = 0, None
    try:
        # A connection that is lost has taken its transaction with it.
        with suppress(Later):
            if _is_open():
                execute("ROLLBACK")
    finally:
        _release()


def _is_open() -> bool:
    """Tell whether the transaction is still there; SQLite ends it by itself when the disk fails."""
    return not is_sqlite() or db.connection().in_transaction


def _release() -> None:
    if is_sqlite():
        write_lock.release()


@contextmanager
def exclusive() -> Iterator[None]:
    """Be the only process of this appliance inside, for migrations: PostgreSQL by an advisory lock, SQLite in one transaction."""
    db.connect(reuse_if_open=True)
    if is_sqlite():
        with write_lock, db.atomic("IMMEDIATE"):
            yield
        return
    execute("SELECT pg_advisory_lock(7426)")
    try:
        yield
    finally:
        execute("SELECT pg_advisory_unlock(7426)")


@contextmanager
def savepoint() -> Iterator[None]:
    """Undo only what is inside when it fails; needs an open transaction. Nested savepoints stack."""
    hooks = _local.hooks
    if hooks is None:
        raise Bug("A savepoint needs an open transaction.")
    if not _is_open():
        raise undone()
    waiting = len(hooks)
    execute("SAVEPOINT step")
    try:
        yield
    except BaseException:
        del hooks[waiting:]
        if _is_open():
            execute("ROLLBACK TO SAVEPOINT step")
            execute("RELEASE SAVEPOINT step")
        raise
    execute("RELEASE SAVEPOINT step")


def after_commit(hook: Callable[[], None]) -> None:
    """Call `hook` once the open transaction has committed; the same hook is called once per transaction."""
    if _local.hooks is None:
        hook()
    else:
        _local.hooks.append(hook)


@contextmanager
def lent(connection: Any) -> Iterator[list[Callable[[], None]]]:
    """Send what this thread does through another connection, inside its open transaction; yields the hooks that it leaves."""
    state = db.obj._state
    if state.closed:
        db.connect()
    mine, state.conn = state.conn, connection
    hooks: list[Callable[[], None]] = []
    _local.depth, _local.hooks = 1, hooks
    try:
        yield hooks
    finally:
        state.conn = mine
        _local.depth, _local.hooks = 0, None
