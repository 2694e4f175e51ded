"""`junction doctor`: examine everything, and ask for the recovery code until its owner has typed it back."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from server.domain.errors import JunctionError, Missing, Unprocessable
from server.main.invocation import columns
from server.services import doctor
from server.services.doctor import Examination, Finding
from server.store import database
from server.system import logs, master_key
from server.worker.queue import Queue

if TYPE_CHECKING:
    from server.main.invocation import Invocation
    from server.services.doctor import State
    from server.system.settings import Settings

MARKS: Final = {"ok": "ok", "note": "note", "wrong": "WRONG"}


def examine(call: Invocation) -> int:
    """Examine everything; 1 when something is wrong."""
    try:
        settings = call.settings
    except JunctionError as error:
        return _answer(call, [Finding("settings", "wrong", " ".join(error.detail.split()), "mend the settings named here")])
    if not settings.data.is_dir():
        raise Missing(f"There is no data folder at {settings.data}; name the right one with --data, or make one: junction init.")
    logs.configure(settings.logging.level, settings.logging.format)
    _confirm(call, settings)
    database.open_database(settings.database.url, synchronous="normal" if settings.database.synchronous == "normal" else "full")
    return _answer(call, doctor.examine(settings, [Examination("queue", _queue)]))


def _confirm(call: Invocation, settings: Settings) -> None:
    """Take the recovery code from the command line, or ask for it on a terminal while it is not confirmed."""
    key = master_key.locate(settings)
    code = call.confirm_recovery_code
    if code is None and not call.as_json and sys.stdin.isatty() and sys.stderr.isatty() and key.exists() and not key.confirmed:
        print("Type the recovery code back to confirm that you have it, or press Enter to do it later: ", end="", file=sys.stderr, flush=True)
        code = sys.stdin.readline().strip() or None
    if code is not None and not key.confirm(code):
        raise Unprocessable("This is not the current recovery code of this appliance.", code="invalid_recovery_code")


def _queue(settings: Settings) -> tuple[State, str, str]:
    problem = Queue(settings.queue.url).problem()
    if problem:
        return "wrong", f"it cannot be reached; deliveries go on, up to a second later ({problem})", "mend queue.url, or start what it names"
    return "ok", "answers", ""


def _answer(call: Invocation, found: list[Finding]) -> int:
    rows = [(MARKS[one.state], one.name, one.says) for one in found]
    lines = []
    for line, one in zip(columns(rows), found, strict=True):
        lines.append(line)
        if one.mend:
            lines.append(f"       to mend it: {one.mend}")
    wrong = sum(one.state == "wrong" for one in found)
    lines += ["", "Nothing is wrong." if not wrong else f"{wrong} of {len(found)} examinations found something wrong."]
    call.answer({"healthy": not wrong, "findings": [asdict(one) for one in found]}, lines)
    return 1 if wrong else 0
