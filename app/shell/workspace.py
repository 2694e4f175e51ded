"""The scene after signing in: rail, bar, and one page of the table at a time, each built when it is first gone to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from app.client import trust
from app.client.api import Row
from app.client.errors import ClientError, SignedOut, Untrusted
from app.jobs.pool import Jobs
from app.pages import tenants
from app.pages.context import Context
from app.pages.page import Page
from app.pages.specs import PageSpec
from app.shell import addressing
from app.shell.ahead import Ahead
from app.shell.bar import Bar
from app.shell.connecting import Session
from app.shell.first_run import Begin
from app.shell.rail import Rail
from app.shell.watching import Watching
from app.system.languages import tr
from app.theme.look import Look
from app.widgets.banner import Banners
from app.widgets.dialogs import in_turn
from app.widgets.text import column, row
from app.widgets.toasts import Toasts


class Workspace(QWidget):
    """What somebody who is signed in sees. `reached` is told when the appliance stops to answer or answers again."""

    def __init__(
        self, session: Session, pages: Sequence[PageSpec], look: Look, jobs: Jobs, name: str, palette: Callable[[], object], menu: QMenu
    ) -> None:
        super().__init__()
        self.session = session
        self.pages = {page.key: page for page in pages}
        self.toasts = Toasts(look, self)
        self.context = Context(session.api, jobs, look, self.toasts, self, session.profile.environment == "production", self.go, self._failed)
        self.context.look_at = self.look_at
        self.rail = Rail(look, pages, self.go, name)
        self.bar = Bar(look, session, palette, menu)
        self.bar.placed.connect(self._move)
        self.context.enter = self._enter
        self.context.did = self._did
        self.banners = Banners()
        self.reached: Callable[[bool], None] = lambda _: None
        self.watching = Watching(session.api, jobs, self._reached, self._failed)
        self._beat = QTimer(self, singleShot=True)
        self._beat.timeout.connect(self._tick)
        self._stack = QStackedWidget()
        self._built: dict[str, Page] = {}
        self._welcome: Begin | None = None
        self.current = ""
        self._ahead = Ahead(self, jobs, self.page)
        self.rail.neared.connect(self._ahead.near)
        self.setLayout(row(self.rail, column(self.bar, self.banners, self._stack, spacing=0), spacing=0))

    def begin(self, page: str, tenant: str = "") -> None:
        """Read which tenants there are, and go to a page."""
        self.current = page
        self.read_tenants(tenant, first=True)
        self._warn()
        self._beat.start(1000)

    def read_tenants(self, chosen: str = "", *, first: bool = False) -> None:
        """Read which tenants there are; on an appliance without any, offer to make the first."""

        def show(found: list[Row]) -> None:
            self.context.names.take(self.session.api, "/admin/v1/tenants", found)
            before = self.bar.place
            self.bar.offer(found, chosen or before[0])
            if first or self.bar.place != before:
                self._move(*self.bar.place)
                self.page(self.current).setFocus()
            if first and not found:
                self._welcome = Begin(self.context, self.read_tenants, lambda: bool(self.bar.place[0]))
                in_turn(self._welcome)
            elif self._welcome:
                self._welcome.judge()

        self.context.jobs.run(
            lambda cancellation: self.session.api.every("/admin/v1/tenants", cancellation=cancellation), show, self.context.complain, "tenants"
        )

    # Going about.

    def go(self, key: str, thing: str | None = None) -> None:
        """Go to a page, and open one thing there."""
        if self.current in self._built:
            self._built[self.current].leave()
        self.current = key
        page = self.page(key)
        self._stack.setCurrentWidget(page)
        self.rail.choose(key)
        page.enter()
        self._ahead.stay(key)
        if thing:
            page.open_thing(thing)

    def look_at(self, key: str, place: int) -> None:
        """Go to one view of a page."""
        self.go(key)
        self.page(key).choose(place)

    def make(self, key: str, place: int) -> None:
        """Go to a view, and begin to make a new thing there."""
        self.look_at(key, place)
        self.page(key).make()

    def open_in(self, thing: Row, key: str) -> None:
        """Go into the tenant of a thing, and open it."""
        if thing.get("tenant_id"):
            self._enter(str(thing["tenant_id"]))
        self.go(key, str(thing["id"]))

    def on_page(self, what: str) -> None:
        """Have the page that is looked at do what a shortcut asks for."""
        page = self.page(self.current)
        {"refresh": page.enter, "new": page.make, "find": page.go_to_filters, "next_view": page.next_view}[what]()

    def page(self, key: str) -> Page:
        """Return a page, built when it is first asked for."""
        if key not in self._built:
            self._built[key] = Page(self.pages[key], self.context)
            self._stack.addWidget(self._built[key])
        return self._built[key]

    def leave(self) -> None:
        """Show nothing any more."""
        self._beat.stop()
        self._ahead.stop()
        for page in self._built.values():
            page.leave()

    def _move(self, tenant: str, mode: str) -> None:
        self.context.api = self.session.api.inside(tenant, mode)
        self.go(self.current)

    def _enter(self, tenant: str) -> None:
        """Go into a tenant by its id; one that was made since the others were read is called by its name once that is read, too."""
        known = self.bar.knows(tenant)
        self.bar.enter(tenant)
        if not known:
            self.read_tenants()

    def _did(self, path: str) -> None:
        if path in {tenants.PATH, tenants.ONE}:
            self.read_tenants()

    # Whether the appliance is there.

    def _tick(self) -> None:
        self._beat.start(self.watching.tick())

    def _reached(self, connected: bool) -> None:  # noqa: FBT001 - what the watch says
        self.bar.tell(connected=connected)
        self.reached(connected)
        if connected:
            for reason in ("offline", "untrusted"):
                self.banners.take(reason)
            self.toasts.say(tr("Connected again"))
            self.page(self.current).enter()
        else:
            self.banners.say("offline", tr("The appliance does not answer. You see what was read last; it is tried again by itself."), "danger")

    def _failed(self, error: ClientError) -> None:
        self.watching.note(error)
        if isinstance(error, SignedOut):
            self.banners.say("signed_out", tr("Your session is over. Sign out and in again to go on."), "danger")
        if isinstance(error, Untrusted) and "untrusted" not in self.banners.reasons:
            words = tr("The appliance shows another certificate than the one you trusted, so nothing is sent. Sign out and in again to compare it.")
            self.banners.say("untrusted", words, "danger")

    def _warn(self) -> None:
        if not trust.is_encrypted_or_local(self.session.profile.url):
            self.banners.say("plain", tr("Not encrypted: anybody on the way can read along"), "warning")
        self.context.jobs.run(lambda cancellation: addressing.mismatch(self.session.api, cancellation), self._doubt, lambda _: None)

    def _doubt(self, said: str | None) -> None:
        if said:
            words = tr("The appliance takes {said} for its public address, but you reach it at {used}.", said=said, used=self.session.profile.url)
            self.banners.say("address", words, "warning", tr("Dismiss"), lambda: self.banners.take("address"))
