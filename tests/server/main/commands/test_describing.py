"""`junction openapi`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.server.main import program


def test_the_document_is_printed_without_any_data_folder(tmp_path: Path) -> None:
    done = program.run("openapi", data=tmp_path / "none")
    found = json.loads(done.stdout)
    assert found["openapi"].startswith("3.1")
    assert "/api/v1/contacts" in found["paths"]
    assert not (tmp_path / "none").exists()
