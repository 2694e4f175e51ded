"""Requests of actions: paths from rows, bodies from forms, files as bodies and as answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.client.api import Call
from app.client.cancellation import Cancellation
from app.client.errors import Invalid, Unreachable
from app.pages import requests
from app.pages.specs import Action
from tests.app.stage import ScriptedApi

UPLOAD = Action("import", "Import", "/imports", uploads=True)


def test_a_name_in_the_path_comes_from_the_row_or_else_from_the_form() -> None:
    action = Action("create", "New", "/tiers/{new_name}", "PUT", body={"a": 1})
    call = requests.made(action, {}, {"new_name": "gold", "limits": []}, "k")
    assert (call.path, call.body, dict(call.headers)) == ("/tiers/gold", {"a": 1, "limits": []}, {})


def test_a_query_is_filled_from_the_row() -> None:
    action = Action("delete", "Delete", "/t/{id}", "DELETE", query={"confirm": "{name}"})
    call = requests.made(action, {"id": "ten_1", "name": "A & B"}, {}, "k")
    assert (dict(call.query), call.body) == ({"confirm": "A & B"}, None)


def test_a_file_is_the_body_and_the_other_fields_are_the_query(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email\na@example.com\n", encoding="utf-8")
    call = requests.made(UPLOAD, {}, {"file": str(file), "dry_run": True, "resource": "contacts", "mapping": {"Mail": "email"}}, "k")
    assert (call.content, call.media_type) == (b"email\na@example.com\n", "text/csv")
    assert dict(call.query) == {"dry_run": "true", "resource": "contacts", "mapping": '{"Mail": "email"}'}
    assert call.headers["Idempotency-Key"] == "k"


def test_a_file_that_cannot_be_read_is_a_fault_of_its_field(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        requests.made(UPLOAD, {}, {"file": str(tmp_path / "none.csv")}, "k")
    assert refused.value.problem.faults[0][0] == "/file"


def test_an_answer_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    requests.kept(ScriptedApi({"/x": b"id\n1\n"}), Call("GET", "/x"), str(target), Cancellation())
    assert target.read_bytes() == b"id\n1\n"
    with pytest.raises(Unreachable):
        requests.kept(ScriptedApi({"/x": Unreachable("gone")}), Call("GET", "/x"), str(tmp_path / "none.csv"), Cancellation())
    assert not (tmp_path / "none.csv").exists()


def test_a_text_is_written_or_the_reason_why_not_is_told(tmp_path: Path) -> None:
    requests.written("größer", str(tmp_path / "body.txt"))
    assert (tmp_path / "body.txt").read_text(encoding="utf-8") == "größer"
    with pytest.raises(Invalid, match="cannot be written"):
        requests.written("x", str(tmp_path / "none" / "body.txt"))
