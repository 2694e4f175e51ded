"""Files are received within a limit and before the disk is full, and what was not wanted leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.services import import_files
from server.web import uploads
from tests.api.appliance import Appliance, running
from tests.api.test_imports import CSV, IMPORTS, MEBIBYTE, refused, send
from tests.pace import until


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Appliance]:
    """Run an appliance that takes only small files."""
    with running(tmp_path / "data", f"sqlite:///{tmp_path / 'narrow.sqlite3'}", server__upload_limit_bytes=MEBIBYTE) as found:
        yield found


def test_a_file_over_the_limit_is_refused_before_and_while_it_comes(narrow: Appliance) -> None:
    alice = narrow.personas().alice
    refused(send(alice.client, b"email\n" + b"a@x.io\n" * 400_000), 413, "body_too_large")
    chunks = b"".join(b"10000\r\n" + b"a" * 65_536 + b"\r\n" for _ in range(32)) + b"0\r\n\r\n"
    head = f"POST {IMPORTS}?resource=contacts HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {alice.key}\r\nContent-Type: text/csv\r\n"
    reply = alice.client.raw(head.encode() + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunks)
    assert b"413" in reply.split(b"\r\n")[0]
    assert list((narrow.settings.folder.files / "imports" / "arriving").iterdir()) == []


def test_a_full_disk_refuses_a_file(tmp_path: Path) -> None:
    with running(tmp_path / "data", f"sqlite:///{tmp_path / 'full.sqlite3'}", storage__minimum_free_bytes=2**50) as full:
        refused(send(full.personas().alice.client, CSV), 507, "disk_full")


def test_a_disk_that_fills_while_a_file_comes_ends_it(narrow: Appliance, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = narrow.personas().alice
    looks = iter([2**60, 0])
    monkeypatch.setattr(uploads, "_LOOK_EVERY", 1_000)
    monkeypatch.setattr(uploads, "free_bytes", lambda _folder: next(looks))
    refused(send(alice.client, b"email\n" + b"a@x.io\n" * 100_000), 507, "disk_full")
    assert list(import_files.arriving().iterdir()) == []


def test_a_sender_who_goes_away_leaves_nothing_behind(narrow: Appliance) -> None:
    alice = narrow.personas().alice
    head = f"POST {IMPORTS}?resource=contacts HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {alice.key}\r\nContent-Type: text/csv\r\n"
    alice.client.raw(head.encode() + b"Content-Length: 1000\r\n\r\nemail\n")
    until(lambda: not list(import_files.arriving().iterdir()))


def test_a_form_of_too_many_or_too_large_fields_is_refused(narrow: Appliance) -> None:
    alice = narrow.personas().alice
    many: dict[str, Any] = {f"field{number}": "x" for number in range(30)}
    refused(send(alice.client, CSV, **many), 400, "malformed_body")
    refused(send(alice.client, CSV, mapping="x" * (MEBIBYTE + 1)), 413, "body_too_large")


def test_a_field_that_is_no_text_is_refused(narrow: Appliance) -> None:
    alice = narrow.personas().alice
    body = b'--edge\r\nContent-Disposition: form-data; name="resource"\r\n\r\n\xff\xfe\r\n--edge--\r\n'
    refused(alice.client.send("POST", IMPORTS, body, {"Content-Type": "multipart/form-data; boundary=edge"}), 400, "invalid_utf8")
