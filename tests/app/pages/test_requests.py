"""Requests of actions: paths from rows, bodies from forms, files as bodies and as answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.client.api import Call
from app.client.cancellation import Cancellation
from app.client.errors import Invalid
from app.main.demonstration import Demonstration
from app.pages import requests
from app.pages.specs import Action
from app.widgets.fields import Field

UPLOAD = Action("import", "Import", "/imports", uploads=True)


def test_a_name_in_the_path_comes_from_the_row_or_else_from_the_form() -> None:
    action = Action("create", "New", "/tiers/{new_name}", "PUT", body={"a": 1})
    call = requests.made(action, {}, {"new_name": "gold", "limits": []}, "k")
    assert (call.path, call.body, dict(call.headers)) == ("/tiers/gold", {"a": 1, "limits": []}, {})


def test_a_query_is_filled_from_the_row() -> None:
    action = Action("delete", "Delete", "/t/{id}", "DELETE", query={"confirm": "{name}"})
    call = requests.made(action, {"id": "ten_1", "name": "A & B"}, {}, "k")
    assert (dict(call.query), call.body) == ({"confirm": "A & B"}, None)


def test_what_is_shown_as_a_job_is_asked_for_as_one() -> None:
    action = Action("reset", "Empty it", "/sandbox/reset", body={"seed": "empty"}, job=True)
    assert dict(requests.made(action, {}, {}, "k").headers) == {"Idempotency-Key": "k", "Prefer": "respond-async"}


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


def test_an_answer_that_cannot_be_kept_says_why(demonstration: Demonstration, tmp_path: Path) -> None:
    requests.kept(demonstration.api, Call("GET", "/healthz"), str(tmp_path / "out.json"), Cancellation())
    assert (tmp_path / "out.json").read_bytes().startswith(b"{")
    with pytest.raises(Invalid, match="cannot be written"):
        requests.kept(demonstration.api, Call("GET", "/healthz"), str(tmp_path / "none" / "out.json"), Cancellation())


def test_a_form_of_a_get_is_its_query_and_a_body_names_its_row() -> None:
    action = Action("try", "Try", "/custom/{name}", "GET", fields=(Field("stage", "Stage"),))
    call = requests.made(action, {"name": "deals"}, {"stage": "won", "paid": True}, "k")
    assert (call.path, dict(call.query), call.body) == ("/custom/deals", {"stage": "won", "paid": "true"}, None)
    undo = Action("undo", "Undo", "/contacts/{record_id}/unmerge", body={"merge_id": "{id}", "all": True})
    assert requests.made(undo, {"record_id": "con_1", "id": "mrg_1"}, {}, "k").body == {"merge_id": "mrg_1", "all": True}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\run.exe", "run.exe"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("..", "file"),
        ("Größe 1.pdf", "Größe 1.pdf"),
    ],
)
def test_a_name_that_came_from_elsewhere_leads_nowhere_and_hides_nothing(name: str, kept: str) -> None:
    assert requests.file_name("{file_name}", {"file_name": name}) == kept


def test_a_text_is_written_or_the_reason_why_not_is_told(tmp_path: Path) -> None:
    requests.written("größer", str(tmp_path / "body.txt"))
    assert (tmp_path / "body.txt").read_text(encoding="utf-8") == "größer"
    with pytest.raises(Invalid, match="cannot be written"):
        requests.written("x", str(tmp_path / "none" / "body.txt"))
