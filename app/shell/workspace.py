"""The scene after signing in: rail, bar, and one page of the table at a time, each built when it is first gone to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from app.client.api import Page as Rows
from app.client.errors import ClientError, Unreachable
from app.jobs.pool import Jobs
from app.pages.context import Context
from app.pages.page import Page
from app.pages.specs import PageSpec
from app.shell.bar import Bar
from app.shell.connecting import Session
from app.shell.rail import Rail
from app.theme.look import Look
from app.widgets.text import column, row
from app.widgets.toasts import Toasts


class Workspace(QWidget):
    """What somebody who is signed in sees."""

    def __init__(
        self, session: Session, pages: Sequence[PageSpec], look: Look, jobs: Jobs, name: str, palette: Callable[[], None], menu: QMenu
    ) -> None:
        super().__init__()
        self.session = session
        self.pages = {page.key: page for page in pages}
        self.toasts = Toasts(look, self)
        self.context = Context(session.api, jobs, look, self.toasts, self, session.profile.environment == "production", self.go, self._failed)
        self.rail = Rail(look, pages, self.go, name)
        self.bar = Bar(look, session, palette, menu)
        self.bar.placed.connect(self._move)
        self._stack = QStackedWidget()
        self._built: dict[str, Page] = {}
        self.current = ""
        self.setLayout(row(self.rail, column(self.bar, self._stack, spacing=0), spacing=0))

    def begin(self, page: str, tenant: str = "") -> None:
        """Read which tenants there are, and go to a page."""

        def show(found: Rows) -> None:
            self.bar.offer(found.rows, tenant)
            self._move(*self.bar.place)

        def fail(error: ClientError) -> None:
            self.context.complain(error)

        self.current = page
        self.context.jobs.run(lambda cancellation: self.session.api.page("/admin/v1/tenants", cancellation=cancellation), show, fail)

    def go(self, key: str, thing: str | None = None) -> None:
        """Go to a page, and open one thing there."""
        if self.current in self._built:
            self._built[self.current].leave()
        self.current = key
        page = self.page(key)
        self._stack.setCurrentWidget(page)
        self.rail.choose(key)
        page.enter()
        if thing:
            page.open_thing(thing)

    def page(self, key: str) -> Page:
        """Return a page, built when it is first asked for."""
        if key not in self._built:
            self._built[key] = Page(self.pages[key], self.context)
            self._stack.addWidget(self._built[key])
        return self._built[key]

    def leave(self) -> None:
        """Show nothing any more."""
        for page in self._built.values():
            page.leave()

    def _move(self, tenant: str, mode: str) -> None:
        self.context.api = self.session.api.inside(tenant, mode)
        self.go(self.current)

    def _failed(self, error: ClientError) -> None:
        self.bar.tell(connected=not isinstance(error, Unreachable))
