"""What the palette offers in a workspace: its pages and views, what can be made, acts of the window, and things the appliance finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from app.client.api import Api, Row
from app.client.cancellation import Cancellation
from app.pages.specs import ListView
from app.shell.commands import Command
from app.shell.shortcuts import SHORTCUTS, words
from app.system.languages import tr

if TYPE_CHECKING:
    from app.shell.workspace import Workspace

# Kind of thing: the page that shows it, and its icon.
RECORDS: Final = ("contact", "company", "deal", "activity", "product", "order", "invoice", "payment")
SHOWN_ON: Final = {
    "tenant": ("tenants", "building"),
    "user": ("users", "user"),
    "api_key": ("keys", "key"),
    "document": ("documents", "folder"),
    **dict.fromkeys(RECORDS, ("records", "database")),
}
MOST: Final = 20  # things of each of the two searches


def commands(workspace: Workspace, acts: Mapping[str, Callable[[], object]], keys: Mapping[str, str]) -> list[Command]:
    """Return everything that can be done or gone to here."""
    found: list[Command] = []
    for page in workspace.pages.values():
        found.append(Command(tr(page.label), tr("Go to"), partial(workspace.go, page.key), page.icon))
        for place, view in enumerate(page.views):
            if len(page.views) > 1:
                found.append(Command(tr(view.label), f"{tr('Go to')} {tr(page.label)}", partial(workspace.look_at, page.key, place), page.icon))
            if isinstance(view, ListView) and view.create:
                found.append(Command(tr(view.create.label), tr(view.label), partial(workspace.make, page.key, place), view.create.icon))
    found += [
        Command(words(shortcut), tr(shortcut.section), acts[shortcut.key], "keyboard", keys[shortcut.key])
        for shortcut in SHORTCUTS
        if shortcut.section != "Pages" and shortcut.key != "palette"
    ]
    found.append(Command(tr("Preferences…"), tr("Everywhere"), acts["preferences"], "settings"))
    if workspace.session.has_account:
        found.append(Command(tr("My account…"), tr("Everywhere"), acts["account"], "user"))
    found.append(Command(tr("Profile {name}…", name=workspace.session.profile.name), tr("Everywhere"), acts["profile"], "server"))
    found.append(Command(tr("Sign out"), tr("Everywhere"), acts["forget"], "sign-out"))
    found.append(Command(tr("What is new"), tr("Everywhere"), acts["news"], "bell"))
    found += [Command(name, tr("Work in this tenant"), partial(workspace.bar.choose, place), "building") for place, name in workspace.bar.names()]
    return found


def ask(workspace: Workspace, text: str, found: Callable[[Sequence[Command]], None]) -> None:
    """Have the appliance look for things, and hand them over."""
    if not text:
        return
    api = workspace.context.api

    def show(rows: Sequence[Row]) -> None:
        found([_thing(workspace, row) for row in rows if row["object"] in SHOWN_ON])

    workspace.context.jobs.run(lambda cancellation: things(api, text, cancellation), show, workspace.context.failed, "palette")


def things(api: Api, text: str, cancellation: Cancellation) -> list[Row]:
    """Return tenants, users and keys that are called so, and the records of the tenant that one works in."""
    everywhere = api.page("/admin/v1/search", {"q": text}, limit=MOST, cancellation=cancellation).rows
    inside = api.page("/search", {"q": text}, limit=MOST, cancellation=cancellation).rows if api.place.tenant_id else []
    return [*everywhere, *({**row, "detail": row["snippet"] or ""} for row in inside)]


def _thing(workspace: Workspace, row: Row) -> Command:
    page, icon = SHOWN_ON[str(row["object"])]
    return Command(str(row["title"]), f"{tr(str(row['object']).replace('_', ' '))}  {row['detail']}", partial(workspace.open_in, row, page), icon)
