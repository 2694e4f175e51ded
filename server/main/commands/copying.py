"""`junction backup`, `restore` and `move`: everything an appliance is, written elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from server.domain.errors import Unprocessable
from server.main.invocation import read_secret
from server.services import backups, content_copies, moves, restores
from server.system import presence

if TYPE_CHECKING:
    from server.main.invocation import Invocation
    from server.services.content_copies import Contents


def back_up(call: Invocation) -> None:
    """Write an encrypted backup, also while the appliance serves."""
    passphrase = _passphrase(call)
    call.open()
    place = content_copies.place_of(call.settings, call.with_contents or None)
    made = backups.back_up(call.settings, Path(call.file), passphrase, _progress(call), contents=place)
    call.settled()
    lines = [f"{made.file} holds {sum(made.rows.values())} rows of {len(made.rows)} tables and {made.files} files."]
    if place == "bucket":
        size = f"{made.contents.bytes / 2**20:.1f} MiB"
        lines += [f"Not in it: {made.contents.count} contents of documents, {size}.", content_copies.advice(call.settings)]
    call.answer(asdict(made), lines)


def restore(call: Invocation) -> None:
    """Bring a backup back into an empty data folder."""
    made = restores.restore(Path(call.file), call.settings.data, _passphrase(call), _progress(call))
    call.settled()
    lines = [
        f"Restored the backup of {made.created_at}: {sum(made.rows.values())} rows of {len(made.rows)} tables, compared by counts and hashes.",
        *of_contents(made.contents),
        f"Start it with: junction serve --data {call.settings.data}",
    ]
    call.answer(asdict(made), lines)


def of_contents(contents: Contents) -> list[str]:
    """Return what a restore says of documents' contents."""
    if contents.problem:
        kept = 'What the backup held of them lies in files/contents, where documents.storage = "disk" finds it.'
        return [f"The contents of documents could not be looked for in the bucket '{contents.bucket}': {contents.problem} {kept}"]
    found = [f"Looked for {contents.count} contents of documents; {contents.put_back} were put back into the bucket."] if contents.bucket else []
    if contents.missing:
        found.append(f"{contents.missing} contents of documents are missing, such as that of {', '.join(contents.examples[:3])}.")
    return found


def move(call: Invocation) -> None:
    """Copy everything into another database, with the appliance stopped."""
    call.open()
    with presence.alone(call.settings.folder.run):
        moved = moves.move(call.to, _progress(call))
    call.settled()
    lines = [
        f"Moved {moved.total} rows of {len(moved.rows)} tables, compared by counts and hashes. Nothing was changed here.",
        f"To go on with the new database, set in {call.settings.folder.settings}:",
        "",
        "  [database]",
        f'  url = "{call.to}"',
    ]
    call.answer({"rows": moved.rows}, lines)


def _passphrase(call: Invocation) -> str:
    found = read_secret(call.passphrase_file, "passphrase") if call.passphrase_file else call.settings.backup.passphrase
    if not found:
        raise Unprocessable("A backup needs a passphrase: --passphrase-file FILE, or the setting backup.passphrase.", code="passphrase_missing")
    return found


def _progress(call: Invocation) -> backups.Progress:
    def show(table: str, done: int, total: int) -> None:
        call.progress(f"  {table}: {done}{f' of {total}' if total else ''} rows")

    return show
