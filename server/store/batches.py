"""Several brief writes in one SQLite transaction, so that a hundred of them cost one sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Batch:
    """Several jobs of one thread in one SQLite transaction, each in a savepoint, with the two slow steps apart.

    `begin` and `commit` wait for the lock and the disk and may be called on another thread; `run` executes a job on the
    calling thread's behalf. The batch has its own connection, so reads elsewhere never see what is not yet committed.
    """

    def __init__(self) -> None:
        """Open the connection that only this batch writes through."""
        self._connection = database.db.obj._connect()
        self._hooks: list[Callable[[], None]] = []

    def begin(self) -> None:
        """Wait for the right to write."""
        database.write_lock.acquire()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except Exception as error:
            database.write_lock.release()
            raise database.meaning(error) from error
        self._hooks = []

    def run(self, job: Callable[[], T]) -> T:
        """Run one job; when it raises, nothing of it remains and the error comes back."""
        with database.lent(self._connection) as hooks, database.savepoint():
            result = job()
        self._hooks += hooks
        return result

    def commit(self) -> None:
        """Make all jobs durable, or raise and leave nothing of any of them."""
        try:
            self._commit()
        except Exception as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._hooks = []
            raise database.meaning(error) from error
        finally:
            database.write_lock.release()

    def _commit(self) -> None:
        if not self._connection.in_transaction:
            raise database.undone()
        self._connection.execute("COMMIT")

    def finish(self) -> None:
        """Run what waited for the commit."""
        for hook in dict.fromkeys(self._hooks):
            hook()

    def close(self) -> None:
        """Close the batch's connection."""
        self._connection.close()
