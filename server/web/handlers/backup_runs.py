"""Backups, for operators: asked for, watched, downloaded and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from server.services import backup_runs
from server.services.backup_runs import MEDIA_TYPE, BackupView, NewBackup
from server.web.calls import Answer, Call, answer, empty_answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.downloads import sent
from server.web.routes import Group, Runs

if TYPE_CHECKING:
    from aiohttp.web import StreamResponse

_BASE: Final = "/admin/v1/backups"


def list_backups(call: Call) -> Answer:
    """List backups."""
    found, cursor = backup_runs.list_page(call.actor, call.settings, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def create_backup(call: Call) -> Answer:
    """Have a backup made."""
    found = backup_runs.create(call.actor, call.settings, cast("NewBackup", call.body))
    return answer(found, 202, Location=f"{_BASE}/{found['id']}")


def get_backup(call: Call) -> Answer:
    """Get a backup."""
    return answer(backup_runs.get(call.actor, call.settings, call.params["id"]))


async def get_backup_content(call: Call) -> StreamResponse:
    """Send the file."""
    return await sent(call, lambda: backup_runs.content(call.actor, call.params["id"], call.settings))


def remove_backup(call: Call) -> Answer:
    """Remove a backup."""
    backup_runs.remove(call.actor, call.params["id"], call.settings)
    return empty_answer()


_GROUP: Final = Group(_BASE, "Administration", access="operator")
ROUTES: Final = [
    _GROUP.get("", list_backups, "List backups, the newest first", answer=BackupView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post(
        "", create_backup, "Have an encrypted backup made while serving", answer=BackupView, status=202, body=NewBackup, body_optional=True,
    ),
    _GROUP.get("/{id}", get_backup, "Get a backup: whether it is made, and what it holds", answer=BackupView),
    _GROUP.get("/{id}/content", get_backup_content, "Download a backup; it is encrypted", runs=Runs.STREAM, produces=MEDIA_TYPE),
    _GROUP.delete("/{id}", remove_backup, "Remove a backup and its file"),
]  # fmt: skip
