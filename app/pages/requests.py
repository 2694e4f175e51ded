"""The request that an action comes to: its path from the row, its body from the form, or a file of the user's as the body."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from app.client import transfer
from app.client.api import Api, Call, filled
from app.client.cancellation import Cancellation
from app.client.errors import Fault, Invalid, Problem
from app.client.transfer import Progress
from app.pages.specs import Action, Row
from app.system.languages import tr

# What Python's own table does not know, or knows otherwise.
MEDIA_TYPES: Final = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".jsonl": "application/x-ndjson",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}


def made(action: Action, row: Row, document: Mapping[str, Any], key: str) -> Call:
    """Return the call. A name in the path that the row does not have is taken from the form. Reads the file of an upload."""
    given = {**{name: value.format_map(row) if isinstance(value, str) else value for name, value in action.body.items()}, **document}
    path = filled(action.path, {**document, **row})
    body = {name: value for name, value in given.items() if f"{{{name}}}" not in action.path}
    headers = {"Idempotency-Key": key} if action.method in {"POST", "PATCH"} else {}
    if action.job:
        headers["Prefer"] = "respond-async"
    query = {name: value.format_map(row) for name, value in action.query.items()}
    if action.uploads:
        file = Path(str(body.pop("file")))
        words = {name: _word(value) for name, value in body.items()}
        return Call(action.method, path, {**query, **words}, None, headers | _named(file), _content(file), _media_type(file))
    if action.method == "GET":
        return Call("GET", path, {**query, **{name: _word(value) for name, value in body.items()}})
    return Call(action.method, path, query, body or ({} if action.fields else None), headers)


def kept(api: Api, call: Call, target: str, cancellation: Cancellation, progress: Progress = lambda _done, _total: None) -> None:
    """Send a call and keep what it answers in a file. Raises ClientError, Invalid where the file cannot be written."""
    try:
        transfer.fetch(api, call, Path(target), progress, cancellation)
    except OSError as error:
        raise _unwritable(target, error) from error


def sent(api: Api, document: Mapping[str, Any], about: Mapping[str, Any], cancellation: Cancellation, progress: Progress) -> Row:
    """Send the file that a form names, and return its document; what else the form says is the document's. Raises ClientError."""
    file = Path(str(document["file"]))
    fields = {name: value for name, value in document.items() if name != "file"}
    try:
        if not file.stat().st_size:
            raise _unreadable(file, tr("it is empty"))
        return transfer.send(api, file, {**about, **({"document": fields} if fields else {})}, progress, cancellation)
    except OSError as error:
        raise _unreadable(file, error.strerror or error) from error


def written(text: str, target: str) -> None:
    """Keep a text in a file. Raises Invalid where that cannot be written."""
    try:
        fresh = Path(f"{target}.part")
        fresh.write_text(text, encoding="utf-8", newline="")
        fresh.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: str, error: OSError) -> Invalid:
    return Invalid(Problem(400, detail=tr("{file} cannot be written: {reason}", file=target, reason=error.strerror or error)))


def _unreadable(file: Path, reason: object) -> Invalid:
    text = tr("{file} cannot be read: {reason}", file=file.name, reason=reason)
    return Invalid(Problem(400, detail=text, faults=(Fault("/file", text),)))


def _word(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool | dict | list) else str(value)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unreadable(file, error.strerror or error) from error


def _media_type(file: Path) -> str:
    return MEDIA_TYPES.get(file.suffix.lower()) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def file_name(pattern: str, row: Row) -> str:
    """Return what a file is called whose name is made of a row: nothing in it leads into another folder, or hides what it is."""
    name = pattern.format_map(row).replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable()).strip(". ") or "file"


def _named(file: Path) -> dict[str, str]:
    name = file.name.encode("ascii", "replace").decode().replace('"', "")
    return {"Content-Disposition": f'attachment; filename="{name}"'}
