"""Records of modules as v4_1 reads and writes them."""

from __future__ import annotations

import uuid

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Unprocessable
from server.services.suitecrm.modules import MODULES
from server.services.suitecrm.v4_1 import entries
from tests.server.crm import listed, viewer
from tests.server.services.suitecrm.test_beans import WRITTEN
from tests.server.services.suitecrm.v4_1.calls import call, made


@pytest.mark.parametrize("name", WRITTEN)
def test_every_module_takes_pairs_and_gives_them_back(suite: Actor, name: str) -> None:
    sent = [{"name": field, "value": value} for field, value in WRITTEN[name].items()]
    answer = call(suite, "set_entry", name, sent)
    assert {field: pair["value"] for field, pair in answer["entry_list"].items() if field != "id"} == WRITTEN[name]
    found = call(suite, "get_entry_list", name, "", "", 0, list(WRITTEN[name]))
    assert (found["result_count"], found["total_count"], found["next_offset"]) == (1, 1, 1)
    assert found["entry_list"][0]["id"] == answer["id"]
    assert {field: pair["value"] for field, pair in found["entry_list"][0]["name_value_list"].items()} == WRITTEN[name]


def test_what_was_read_can_be_written_back(suite: Actor) -> None:
    contact = made(suite, "Contacts", last_name="Lee", email1="lee@example.com")
    read = call(suite, "get_entry", "Contacts", contact)["entry_list"][0]["name_value_list"]
    before = listed(suite, "contact")[0]
    assert call(suite, "set_entry", "Contacts", read)["id"] == contact
    assert listed(suite, "contact")[0]["version"] == before["version"]


def test_an_id_of_the_clients_own_needs_a_word_to_be_new(suite: Actor) -> None:
    own = str(uuid.uuid4())
    with pytest.raises(Missing):
        call(suite, "set_entry", "Accounts", {"id": own, "name": "Maple"})
    assert call(suite, "set_entry", "Accounts", {"id": own, "new_with_id": "1", "name": "Maple"})["id"] == own
    with pytest.raises(Conflict):
        call(suite, "set_entry", "Accounts", {"id": own, "new_with_id": True, "name": "Maple"})


def test_several_records_are_written_all_or_none(suite: Actor) -> None:
    with pytest.raises(Unprocessable):
        call(suite, "set_entries", "Contacts", [{"last_name": "Lee"}, {"last_name": "Low", "email1": "nowhere"}])
    assert listed(suite, "contact") == []
    assert call(suite, "set_entries", "Contacts", [{"last_name": "Lee"}, {"last_name": "Low"}])["ids"] != []
    assert call(viewer(suite), "set_entries", "Contacts", [{"last_name": "Lee"}]) == {"ids": []}


def test_a_contact_is_the_same_by_name_and_address_alone(suite: Actor) -> None:
    ann = {"first_name": "Ann", "last_name": "Lee", "email1": "Ann@Example.com"}
    first = call(suite, "set_entries", "Contacts", [ann, ann])["ids"]
    assert first[0] == first[1]
    others = call(suite, "set_entries", "Contacts", [{**ann, "email1": "other@example.com"}, {**ann, "first_name": "Bob"}, {"last_name": "Lee"}])[
        "ids"
    ]
    assert len({first[0], *others}) == 4
    assert len(call(suite, "set_entries", "Leads", [ann, ann])["ids"]) == 2


def test_a_page_is_bounded(suite: Actor) -> None:
    call(suite, "set_entries", "Accounts", [{"name": str(number)} for number in range(25)])
    assert call(suite, "get_entry_list", "Accounts")["result_count"] == entries.PAGE
    rest = call(suite, "get_entry_list", "Accounts", "", "", 20, [], [], 10**9)
    assert (rest["result_count"], rest["next_offset"], rest["total_count"]) == (5, 25, 25)
    assert call(suite, "get_entry_list", "Accounts", "", "", 10**9)["result_count"] == 0


def test_users_are_read_and_never_written(suite: Actor) -> None:
    assert call(suite, "get_entry_list", "Users", "users.user_name = 'bob@example.com'", "", 0, ["id"])["total_count"] == 1
    with pytest.raises(Denied):
        call(suite, "set_entry", "Users", {"user_name": "x"})


def test_what_another_tenant_has_is_gone(suite: Actor, charlie: Actor) -> None:
    for name, fields in WRITTEN.items():
        record = made(suite, name, **fields)
        assert isinstance(call(charlie, "get_entry", name, record)["entry_list"][0]["name_value_list"], list)
        assert call(charlie, "get_entries_count", name) == {"result_count": "0"}
        with pytest.raises(Missing):
            call(charlie, "set_entry", name, {"id": record, "deleted": 1})
    assert set(WRITTEN) == set(MODULES) - {"Users"}
