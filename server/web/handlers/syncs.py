"""Syncs of an installation: testing it, starting runs and watching them, pausing and resuming."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.services.installation_bodies import InstallationView
from server.services.syncing import pausing, runs, testing
from server.services.syncing.runs import NewSync, NewTransfer, SyncView
from server.services.syncing.testing import ConnectionTest
from server.web.calls import Answer, Call, answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.preferences import ASYNC, accepted, prefers
from server.web.routes import Group, Runs

if TYPE_CHECKING:
    from collections.abc import Callable

_BASE: Final = "/api/v1/installations"


def test_installation(call: Call) -> Answer:
    """Test a connection."""
    return answer(testing.test(call.actor, call.params["id"]))


def _started(call: Call, kind: str, resources: list[str] | None) -> Answer:
    found = runs.ask(call.actor, call.params["id"], kind, resources)
    return accepted(found, f"{_BASE}/{call.params['id']}/syncs/{found['id']}", asked=prefers(call, ASYNC))


def start_sync(call: Call) -> Answer:
    """Start a sync."""
    body = call.body or NewSync()
    return _started(call, body.mode, body.resources)


def _transfer(kind: str, name: str, words: str) -> Callable[[Call], Answer]:
    def handle(call: Call) -> Answer:
        return _started(call, kind, call.body.resources if call.body else None)

    handle.__name__, handle.__doc__ = name, words
    return handle


def list_syncs(call: Call) -> Answer:
    """List syncs."""
    found, cursor = runs.list_page(call.actor, call.params["id"], call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def get_sync(call: Call) -> Answer:
    """Get a sync."""
    return answer(runs.get(call.actor, call.params["id"], call.params["sync_id"]))


def pause_installation(call: Call) -> Answer:
    """Pause an installation."""
    return record_answer(pausing.pause(call.actor, call.params["id"], call.settings))


def resume_installation(call: Call) -> Answer:
    """Resume an installation."""
    return record_answer(pausing.resume(call.actor, call.params["id"], call.settings))


_GROUP: Final = Group(_BASE, "Integrations", "integrations")
_START: Final[dict[str, Any]] = {"body_optional": True, "answer": SyncView, "status": 202}
_CONTACTS: Final = {"resources": ["contacts"]}
ROUTES: Final = [
    _GROUP.post("/{id}/test", test_installation, "Call the vendor once and tell what is wrong", runs=Runs.WORK, answer=ConnectionTest),
    _GROUP.post(
        "/{id}/sync", start_sync, "Start a sync, or one that follows the one under way", body=NewSync, example={"mode": "incremental"}, **_START
    ),
    _GROUP.post(
        "/{id}/import",
        _transfer("import", "import_installation", "Read everything."),
        "Read everything that the vendor has",
        body=NewTransfer,
        example=_CONTACTS,
        **_START,
    ),
    _GROUP.post(
        "/{id}/export",
        _transfer("export", "export_installation", "Send everything."),
        "Send every record that the vendor does not have as it is here",
        body=NewTransfer,
        example=_CONTACTS,
        **_START,
    ),
    _GROUP.get("/{id}/syncs", list_syncs, "List syncs, the newest first", answer=SyncView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.get("/{id}/syncs/{sync_id}", get_sync, "Get a sync: how far it is, and what came of it", answer=SyncView),
    _GROUP.post("/{id}/pause", pause_installation, "Pause an installation; everything it knows stays", answer=InstallationView),
    _GROUP.post("/{id}/resume", resume_installation, "Resume an installation", answer=InstallationView),
]
