"""`junction openapi`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.server.main import program


def test_the_document_is_printed_without_any_data_folder(tmp_path: Path) -> None:
    done = program.run("openapi", data=tmp_path / "none")
    found = json.loads(done.stdout)
    assert found["openapi"].startswith("3.1")
    assert "/api/v1/contacts" in found["paths"]
    assert not (tmp_path / "none").exists()


@pytest.mark.criterion("api-4")
def test_a_document_that_took_something_away_is_refused_with_what_it_was(tmp_path: Path) -> None:
    released = json.loads(program.run("openapi", data=tmp_path).stdout)
    same, more = tmp_path / "same.json", tmp_path / "more.json"
    same.write_text(json.dumps(released))
    released["paths"]["/api/v1/gone"] = {"get": {}}
    more.write_text(json.dumps(released))
    fine = program.run("openapi", "--against", str(same), data=tmp_path)
    assert (fine.returncode, fine.stdout) == (0, "Nothing is gone or narrower.\n")
    refused = program.run("openapi", "--against", str(more), data=tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "/api/v1/gone: an address is gone\n")
    assert "in one thing" in refused.stderr
    listed = program.run("openapi", "--json", "--against", str(more), data=tmp_path)
    assert json.loads(listed.stdout) == [{"kind": "path_removed", "place": "/api/v1/gone", "detail": ""}]


@pytest.mark.parametrize(("text", "said"), [("{", "is no JSON"), ("[]", "is no OpenAPI document")])
def test_what_is_no_document_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "released.json").write_text(text)
    refused = program.run("openapi", "--against", str(tmp_path / "released.json"), data=tmp_path)
    assert refused.returncode == 1
    assert said in refused.stderr
