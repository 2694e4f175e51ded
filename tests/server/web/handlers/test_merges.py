"""The addresses of merging and of undoing it."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing, Stale, Unprocessable
from tests.server.crm import made, viewer
from tests.server.web.calling import called


@pytest.mark.parametrize(("plural", "noun", "fields"), [("contacts", "contact", {"first_name": "Ann"}), ("companies", "company", {"name": "Acme"})])
def test_records_are_merged_and_parted_again(alice: Actor, plural: str, noun: str, fields: dict[str, Any]) -> None:
    one, other = made(alice, noun, **fields)["id"], made(alice, noun, **fields, phone="+49 30 1234567")["id"]
    with pytest.raises(Stale):
        called(alice, "POST", f"/{plural}/{one}/merge", {"duplicates": [other]}, If_Match='"7"')
    merged = called(alice, "POST", f"/{plural}/{one}/merge", {"duplicates": [other]}, If_Match='"1"')
    assert (merged.json["id"], merged.json["phone"], merged.headers["ETag"]) == (one, "+49 30 1234567", '"2"')
    assert merged.json["merge"]["duplicates"] == [other]
    with pytest.raises(Missing):
        called(alice, "GET", f"/{plural}/{other}")
    assert called(alice, "GET", f"/{plural}/{one}/merges").json["data"] == [merged.json["merge"]]
    assert called(alice, "GET", f"/{plural}/merges").json["data"] == [merged.json["merge"]]
    parted = called(alice, "POST", f"/{plural}/{one}/unmerge", {"merge_id": merged.json["merge"]["id"]})
    assert (parted.json["phone"], parted.headers["ETag"]) == (None, '"3"')
    assert called(alice, "GET", f"/{plural}/{other}").json["phone"] == "+49 30 1234567"


def test_a_broken_body_names_what_is_wrong(alice: Actor) -> None:
    one = made(alice, "contact")["id"]
    bodies: list[dict[str, Any]] = [{}, {"duplicates": []}, {"duplicates": "x"}, {"duplicates": ["con_x"], "other": 1}]
    for body in bodies:
        with pytest.raises(Unprocessable) as refused:
            called(alice, "POST", f"/contacts/{one}/merge", body)
        assert refused.value.faults


def test_bob_may_not_and_charlie_finds_nothing(alice: Actor, charlie: Actor) -> None:
    one, other = made(alice, "contact")["id"], made(alice, "contact")["id"]
    for action, body in (("merge", {"duplicates": [other]}), ("unmerge", {})):
        with pytest.raises(Denied):
            called(viewer(alice), "POST", f"/contacts/{one}/{action}", body)
        with pytest.raises(Missing):
            called(charlie, "POST", f"/contacts/{one}/{action}", body)
    assert called(viewer(alice), "GET", f"/contacts/{one}/merges").json["data"] == []
    with pytest.raises(Missing):
        called(charlie, "GET", f"/contacts/{one}/merges")
    called(alice, "POST", f"/contacts/{one}/merge", {"duplicates": [other]})
    assert len(called(viewer(alice), "GET", "/contacts/merges").json["data"]) == 1
    assert called(charlie, "GET", "/contacts/merges").json["data"] == []
