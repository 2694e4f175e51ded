"""Looks for things to refer to, in the pool; of several questions of one field only the last is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.client.cancellation import Cancellation
from app.client.errors import ClientError
from app.client.references import Choice, look_for
from app.pages.refusals import told

if TYPE_CHECKING:
    from app.pages.context import Context


class Picking:
    """Looks in one list."""

    def __init__(self, context: Context, path: str) -> None:
        self._context = context
        self._path = path

    def find(self, text: str, found: Callable[[Sequence[Choice]], None], failed: Callable[[str], None]) -> None:
        """Look for things that are called so."""
        api, path = self._context.api, self._path

        def fail(error: ClientError) -> None:
            self._context.failed(error)
            failed(told(error))

        self._context.jobs.run(lambda cancellation: look_for(api, path, text, cancellation), found, fail, self)

    def name(self, value: str, found: Callable[[str], None]) -> None:
        """Find out what a thing is called; an id that nobody knows is called by itself."""
        api, names, path = self._context.api, self._context.names, self._path

        def work(cancellation: Cancellation) -> str:
            return names.of(api, path, value, cancellation)

        self._context.jobs.run(work, found, self._context.failed, (self, value))
