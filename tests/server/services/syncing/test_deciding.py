"""A person who is asked whether a record that one side deleted and the other edited lives on decides it for both sides."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing
from server.services import records
from server.services.syncing import deciding
from server.services.syncing.deciding import Decision
from server.store.records import by_noun
from tests.server.services.syncing.rig import contacts, install, sync, vendor
from tests.server.services.syncing.vendor import TinyVendor

__all__ = ["vendor"]
CONTACT = by_noun()["contact"]
MAIL = "p000001@example.com"


def waiting(alice: Actor, installation: str) -> str:
    found = deciding.list_page(alice, installation, None, 10)[0]
    assert [one["fields"] for one in found] == [["*"]]
    return str(found[0]["id"])


@pytest.mark.criterion("connectors-19")
@pytest.mark.parametrize(("choice", "lives"), [("remote", True), ("local", False)])
def test_deleted_here_and_edited_there(alice: Actor, vendor: TinyVendor, choice: str, lives: bool) -> None:
    vendor.fill(3)
    installation = install(alice, vendor, conflict_policy="ask")
    sync(alice, installation)
    records.remove(alice, CONTACT, contacts(alice)[MAIL]["id"])
    vendor.put("000001", last="Theirs")
    assert sync(alice, installation)["counts"]["conflicts"] == 1
    assert ("000001" in vendor.rows, MAIL in contacts(alice)) == (True, False), "nothing is done unasked"
    deciding.decide(alice, installation, waiting(alice, installation), Decision.model_validate({"choice": choice}))
    sync(alice, installation)
    assert ("000001" in vendor.rows, MAIL in contacts(alice)) == (lives, lives)


@pytest.mark.criterion("connectors-19")
@pytest.mark.parametrize(("choice", "lives"), [("remote", False), ("local", True)])
def test_edited_here_and_deleted_there(alice: Actor, vendor: TinyVendor, choice: str, lives: bool) -> None:
    vendor.fill(3)
    installation = install(alice, vendor, conflict_policy="ask")
    sync(alice, installation)
    records.update(alice, CONTACT, contacts(alice)[MAIL]["id"], {"last_name": "Ours"})
    del vendor.rows["000001"]
    assert sync(alice, installation, "full")["counts"]["conflicts"] == 1
    deciding.decide(alice, installation, waiting(alice, installation), Decision.model_validate({"choice": choice}))
    assert sync(alice, installation)["error"] is None
    assert ([row["last"] for row in vendor.rows.values() if row["mail"] == MAIL], MAIL in contacts(alice)) == (["Ours"] if lives else [], lives)


@pytest.mark.criterion("connectors-26")
def test_only_who_may_change_the_integration_decides(alice: Actor, bob: Actor, charlie: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    body = Decision(choice="local")
    with pytest.raises(Missing):
        deciding.decide(charlie, installation, "cfl_1", body)
    with pytest.raises(Denied):
        deciding.decide(bob, installation, "cfl_1", body)
