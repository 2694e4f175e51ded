"""SuiteCRM's legacy interface over HTTP: its methods as old clients call them, and what it answers to everything else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from server.services import legacy
from server.services.suitecrm.modules import MODULES
from server.services.suitecrm.v4_1.methods import METHODS
from server.store import database
from tests.api.appliance import Appliance
from tests.api.v4_1 import ADDRESS, FORM, Legacy, Login, fault, login, signed_in

ADDRESSES = (
    "/service/v4_1/rest.php", "/service/v4_1", "/service/v4_1/", "/legacy/service/v4_1/rest.php", "/legacy/service/v4_1", "/service/v4/rest.php",
    "/service/v4", "/service/v4_1/rest.php?get_user_id",
)  # fmt: skip


@pytest.fixture(autouse=True)
def forgiven(appliance: Appliance) -> None:
    """Forget failed sign-ins: all of these tests come from one address."""
    database.run("DELETE FROM lockouts")


@pytest.fixture
def person(appliance: Appliance) -> Login:
    """Return somebody with an application password in a fresh tenant."""
    return login(appliance)


@pytest.fixture(scope="module")
def resident(appliance: Appliance) -> Login:
    """Return somebody for tests that leave nothing behind."""
    return login(appliance)


@pytest.fixture
def crm(appliance: Appliance, person: Login) -> Legacy:
    """Return a client of theirs that has signed in."""
    return signed_in(appliance, person)


@pytest.mark.criterion("api-6")
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_answers(appliance: Appliance, resident: Login, address: str) -> None:
    there = signed_in(appliance, resident, address)
    assert there.call("seamless_login") == 1
    assert there.call("get_user_id") == there.named("get_user_id")


@pytest.mark.criterion("api-6")
def test_a_login_tells_who_it_is_by_md5_and_by_the_plain_password(appliance: Appliance, person: Login) -> None:
    there = Legacy(appliance.anonymous)
    hashed = there.checked(there.send("login", [{"user_name": person.name, "password": person.md5}, "tests", [{"name": "language", "value": "x"}]]))
    plain = {"user_auth": {"user_name": person.name.upper(), "password": person.password, "encryption": "PLAIN"}, "application": "tests"}
    open_text = there.checked(there.send("login", plain))
    for found in (hashed, open_text):
        assert found["module_name"] == "Users"
        assert found["name_value_list"]["user_name"] == {"name": "user_name", "value": person.name}
        assert found["name_value_list"]["user_is_admin"]["value"] is True
        mine = Legacy(appliance.anonymous, found["id"])
        assert mine.call("get_user_id") == found["name_value_list"]["user_id"]["value"]
    assert hashed["id"] != open_text["id"]


@pytest.mark.criterion("api-7")
@pytest.mark.parametrize(
    "auth",
    [
        {},
        {"password": "RIGHT"},
        {"user_name": "NAME"},
        {"user_name": "NAME", "password": "not the password"},
        {"user_name": "NAME", "password": "not the password", "encryption": "PLAIN"},
        {"user_name": "nobody@example.com", "password": "RIGHT"},
        {"user_name": "NAME", "password": "OPEN"},
        {"user_name": "NAME", "password": "RIGHT", "encryption": "PLAIN"},
        {"user_name": ["NAME"], "password": {"a": "RIGHT"}},
    ],
)
def test_a_wrong_login_is_fault_10_and_repeats_nothing(appliance: Appliance, resident: Login, auth: dict[str, Any]) -> None:
    person = resident
    words = {"NAME": person.name, "RIGHT": person.md5, "OPEN": person.password}
    given = {name: words.get(value, value) if isinstance(value, str) else value for name, value in auth.items()}
    there = Legacy(appliance.anonymous)
    reply = there.send("login", {"user_auth": given, "application_name": "tests"})
    assert fault(there.checked(reply)) == 10
    assert not any(secret.encode() in reply.body for secret in ("not the password", person.md5, person.password))


def test_nobody_comes_in_where_it_is_switched_off(appliance: Appliance, person: Login, crm: Legacy) -> None:
    legacy.put(person.actor, enabled=False)
    reply = crm.send("login", [{"user_name": person.name, "password": person.md5}, "tests"])
    assert fault(reply.json) == 10
    assert fault(crm.call("get_user_id")) == 11
    legacy.put(person.actor, enabled=True)
    assert isinstance(crm.call("get_user_id"), str)


def test_a_session_ends_by_logout_and_with_its_password(appliance: Appliance, person: Login, crm: Legacy) -> None:
    assert crm.call("logout") is None
    assert (fault(crm.call("get_user_id")), crm.call("seamless_login")) == (11, 0)
    other = signed_in(appliance, person)
    legacy.delete_password(person.actor, legacy.list_passwords(person.actor)[0]["id"])
    assert fault(other.call("get_user_id")) == 11


def test_sessions_are_kept_as_hashes_and_every_sign_in_is_audited(appliance: Appliance, person: Login, crm: Legacy) -> None:
    kept = database.rows("SELECT digest FROM tokens WHERE tenant_id = ? AND kind = 'legacy_session'", (person.tenant_id,))
    assert len(kept) == 1
    assert crm.session not in kept[0][0]
    crm.send("login", [{"user_name": person.name, "password": "wrong"}, "tests"])
    crm.call("logout")
    actions = database.rows("SELECT action FROM audit WHERE tenant_id = ? AND action LIKE 'legacy_session%' ORDER BY position", (person.tenant_id,))
    assert [action for (action,) in actions] == ["legacy_session.created", "legacy_session.refused", "legacy_session.ended"]


@pytest.mark.parametrize("session", ["x", "0" * 40, None, [], {}, 7, True])
def test_a_session_that_is_none_is_fault_11(appliance: Appliance, session: Any) -> None:
    there = Legacy(appliance.anonymous, session)
    assert fault(there.call("get_entry_list", "Contacts")) == 11


def test_an_empty_session_answers_null(appliance: Appliance) -> None:
    assert Legacy(appliance.anonymous, "").call("get_user_id") is None


def test_anybody_is_told_what_is_served(appliance: Appliance) -> None:
    found = Legacy(appliance.anonymous).checked(Legacy(appliance.anonymous).send("get_server_info", []))
    assert found["flavor"] == "CE"
    assert {"version", "suitecrm_version", "gmt_time"} <= set(found)


@pytest.mark.parametrize("method", ["", "nope", "__class__", "get_entry; drop", "x" * 1000])
def test_an_unknown_method_is_told_as_php_does(appliance: Appliance, method: str) -> None:
    found = Legacy(appliance.anonymous, "x").call(method)
    assert (found["number"], found["name"]) == ("-1", "An Undefined Error - invalid_call occurred")


HOSTILE: tuple[Any, ...] = (
    [], {}, "", "null", "7", '"text"', "[[[]]]", '{"a": {"b": []}}', "[1", "{", '["\\u0000"]', "[NaN]", '{"a": 1, "a": 2}', "[" * 100 + "]" * 100,
    list("abcdefghijkl"), [{"a": [1, {"b": None}]}] * 9, [[[1]]] * 9, [None] * 9, [True] * 9, [-1] * 9, [10**18] * 9,
    ["Contacts", *["\U0001f600'--"] * 9],
)  # fmt: skip


@pytest.mark.criterion("api-6")
@pytest.mark.parametrize("method", sorted(METHODS))
def test_no_arguments_break_a_method(appliance: Appliance, resident: Login, method: str) -> None:
    crm = signed_in(appliance, resident)
    for hostile in HOSTILE:
        database.run("DELETE FROM lockouts")
        given = [crm.session, *hostile] if isinstance(hostile, list) else {"session": crm.session} if isinstance(hostile, dict) else hostile
        reply = crm.send(method, given)
        assert reply.status == 200, (hostile, reply.body)
        assert reply.headers["content-type"] == "application/json; charset=UTF-8"


@pytest.mark.criterion("api-6")
def test_named_arguments_may_come_in_any_order_with_strangers_among_them(crm: Legacy) -> None:
    crm.made("Contacts", last_name="Lee")
    found = crm.checked(
        crm.send(
            "get_entry_list",
            {
                "max_results": 1,
                "my_own": {"deep": []},
                "select_fields": ["last_name"],
                "module_name": "Contacts",
                "session": crm.session,
                "Favorites": "",
            },
        )
    )
    assert [one["name_value_list"] for one in found["entry_list"]] == [{"last_name": {"name": "last_name", "value": "Lee"}}]
    by_order = {"a": crm.session, "b": "Contacts", "c": "contacts.last_name = 'Lee'", "d": "", "e": 0, "f": ["id"]}
    assert crm.checked(crm.send("get_entry_list", by_order))["result_count"] == 1


def test_a_form_in_parts_and_an_address_alone_are_read_too(appliance: Appliance, crm: Legacy) -> None:
    parts = {"method": "get_user_id", "input_type": "JSON", "rest_data": json.dumps([crm.session])}
    body = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items()) + "--x--\r\n"
    mine = crm.call("get_user_id")
    assert appliance.anonymous.send("POST", ADDRESS, body.encode(), {"Content-Type": "multipart/form-data; boundary=x"}).json == mine
    assert appliance.anonymous.get(f"{ADDRESS}?{urlencode(parts)}").json == mine
    assert appliance.anonymous.send("POST", f"{ADDRESS}?{urlencode(parts)}", b"", FORM).json == mine


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"method=%zz", "application/x-www-form-urlencoded", 200),
        (b"method=\xff", "application/x-www-form-urlencoded", 200),
        (b"method=login&rest_data=%00", "application/x-www-form-urlencoded", 200),
        (b"method=login&rest_data=%22%5Cu0000%22", "application/x-www-form-urlencoded", 200),
        (b"a=1&" * 500, "application/x-www-form-urlencoded", 200),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x", 200),
        (b"no parts", "multipart/form-data", 200),
        (b"\xff\xfe", 'multipart/form-data; boundary="', 200),
        (b'--x\r\nContent-Disposition: form-data; name="method"\r\n\r\n\xff\r\n--x--', "multipart/form-data; boundary=x", 200),
        (b"{}", "application/json", 415),
        (b"x" * 3_000_000, "application/x-www-form-urlencoded", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_a_fault(appliance: Appliance, body: bytes, kind: str, status: int) -> None:
    reply = appliance.anonymous.send("POST", ADDRESS, body, {"Content-Type": kind})
    assert reply.status == status
    assert fault(reply.json) in {"-1", 10, 1001}


@pytest.mark.criterion("api-6")
def test_a_record_is_made_read_changed_and_deleted(crm: Legacy) -> None:
    account = crm.made("Accounts", name="Maple & Söhne", industry="Banking")
    values = [{"name": "last_name", "value": "O'Brien"}, {"name": "email1", "value": "A@B.example"}, {"name": "account_id", "value": account}]
    made = crm.call("set_entry", "Contacts", [*values, {"name": "unknown", "value": "x"}])
    assert made["entry_list"]["last_name"] == {"name": "last_name", "value": "O'Brien"}
    links = [{"name": "accounts", "value": ["name"]}, {"name": "email_addresses", "value": ["email_address"]}, {"name": "nowhere", "value": []}]
    found = crm.call("get_entry", "Contacts", made["id"], ["last_name", "account_name", "nothing"], links)
    assert found["entry_list"][0]["name_value_list"] == {
        "last_name": {"name": "last_name", "value": "O'Brien"},
        "account_name": {"name": "account_name", "value": "Maple & Söhne"},
    }
    assert found["relationship_list"] == [
        [
            {"name": "accounts", "records": [{"name": {"name": "name", "value": "Maple & Söhne"}}]},
            {"name": "email_addresses", "records": [{"email_address": {"name": "email_address", "value": "a@b.example"}}]},
        ]
    ]
    crm.call("set_entry", "Contacts", {"id": made["id"], "title": {"name": "title", "value": "Dr"}})
    assert crm.call("get_entry", "Contacts", made["id"])["entry_list"][0]["name_value_list"]["title"]["value"] == "Dr"
    crm.call("set_entry", "Contacts", {"id": made["id"], "deleted": 1})
    gone = crm.call("get_entry", "Contacts", made["id"])["entry_list"][0]
    assert [one["name"] for one in gone["name_value_list"]] == ["warning", "deleted"]


@pytest.mark.criterion("api-6")
def test_entries_come_with_wrapped_relations_and_several_at_once(crm: Legacy) -> None:
    account = crm.made("Accounts", name="Maple")
    ids = [crm.made("Contacts", last_name=name, account_id=account) for name in ("A", "B")]
    links = [{"name": "accounts", "value": ["name"]}]
    wrapped = {"link_list": [{"name": "accounts", "records": [{"link_value": {"name": {"name": "name", "value": "Maple"}}}]}]}
    several = crm.call("get_entries", "Contacts", [*ids, "missing"], ["last_name"], links)
    assert [one["id"] for one in several["entry_list"]] == [*ids, "missing"]
    assert several["relationship_list"] == [wrapped, wrapped]
    page = crm.call("get_entry_list", "Contacts", "", "contacts.last_name DESC", 0, ["last_name"], links, 1, 0)
    assert (page["result_count"], page["total_count"], page["next_offset"], page["entry_list"][0]["id"]) == (1, 2, 1, ids[1])
    assert page["relationship_list"] == [wrapped]
    rest = crm.call("get_entry_list", "Contacts", "", "contacts.last_name DESC", 1, ["last_name"], {}, 20, 0)
    assert (rest["next_offset"], [one["id"] for one in rest["entry_list"]], rest["relationship_list"]) == (2, ids[:1], [])


def test_a_page_has_twenty_entries_unless_told_otherwise(crm: Legacy) -> None:
    crm.call("set_entries", "Accounts", [[{"name": "name", "value": str(number)}] for number in range(21)])
    assert crm.call("get_entry_list", "Accounts")["result_count"] == 20
    assert crm.call("get_entries_count", "Accounts", "", 0) == {"result_count": "21"}


def test_several_entries_are_written_together_or_not_at_all(crm: Legacy) -> None:
    twin = {"first_name": "Ann", "last_name": "Lee", "email1": "ann@example.com"}
    first = crm.call("set_entries", "Contacts", [twin])["ids"]
    again = crm.call("set_entries", "Contacts", [twin, {**twin, "last_name": "Low"}])["ids"]
    assert again[0] == first[0] != again[1]
    assert fault(crm.call("set_entries", "Contacts", [{"last_name": "Fine"}, {"last_name": "Bad", "email1": "no address"}])) == 1001
    assert crm.call("get_entries_count", "Contacts", "", 0) == {"result_count": "2"}


def test_deleted_records_are_seen_when_asked_for(crm: Legacy) -> None:
    kept, gone = crm.made("Accounts", name="A"), crm.made("Accounts", name="B")
    crm.call("set_entry", "Accounts", {"id": gone, "deleted": "1"})
    assert [one["id"] for one in crm.call("get_entry_list", "Accounts")["entry_list"]] == [kept]
    both = crm.call("get_entry_list", "Accounts", "", "accounts.name", 0, ["deleted"], [], 20, 1)["entry_list"]
    assert [(one["id"], one["name_value_list"]["deleted"]["value"]) for one in both] == [(kept, "0"), (gone, "1")]
    assert crm.call("get_entries_count", "Accounts", "accounts.deleted = 1", 0) == {"result_count": "1"}


@pytest.mark.criterion("api-6")
def test_relationships_are_made_listed_and_ended(crm: Legacy) -> None:
    contact, account = crm.made("Contacts", last_name="Lee"), crm.made("Accounts", name="Maple")
    deals = [crm.made("Opportunities", name=name, amount="1", date_closed="2026-12-01", sales_stage="Prospecting") for name in "ab"]
    assert crm.call("set_relationship", "Contacts", contact, "opportunities", deals) == {"created": 1, "failed": 0, "deleted": 0}
    assert crm.call("set_relationship", "Accounts", account, "contacts", [contact], [], 0) == {"created": 1, "failed": 0, "deleted": 0}
    query = "opportunities.name <> 'a'"
    found = crm.call("get_relationships", "Contacts", contact, "opportunities", query, ["name"], [{"name": "contacts", "value": ["id"]}], 0)
    assert [(one["id"], one["name_value_list"]["name"]["value"]) for one in found["entry_list"]] == [(deals[1], "b")]
    assert found["relationship_list"][0]["link_list"][0]["records"] == [{"link_value": {"id": {"name": "id", "value": contact}}}]
    ordered = crm.call("get_relationships", "Contacts", contact, "opportunities", "", ["name"], [], 0, "opportunities.name DESC", 0, 1)
    assert [one["id"] for one in ordered["entry_list"]] == [deals[1]]
    both = [["Contacts", "Contacts"], [contact, "missing"], ["opportunities", "opportunities"], [deals[:1], deals], [], [1, 1]]
    assert crm.call("set_relationships", *both) == {"created": 0, "failed": 1, "deleted": 1}
    assert crm.call("get_relationships", "Contacts", contact, "opportunities", "", ["id"], [], 0)["entry_list"][0]["id"] == deals[1]


def test_a_relationship_of_several_is_made_with_all_of_them_or_none(crm: Legacy) -> None:
    contact = crm.made("Contacts", last_name="Lee")
    deal = crm.made("Opportunities", name="a", amount="1", date_closed="2026-12-01", sales_stage="Prospecting")
    assert crm.call("set_relationship", "Contacts", contact, "opportunities", [deal, "missing"]) == {"created": 0, "failed": 1, "deleted": 0}
    assert crm.call("get_relationships", "Contacts", contact, "opportunities", "", ["id"], [], 0)["entry_list"] == []


@pytest.mark.criterion("api-6")
def test_modules_and_fields_are_described(crm: Legacy) -> None:
    modules = {one["module_key"]: one for one in crm.call("get_available_modules", "all")["modules"]}
    assert list(modules) == list(MODULES)
    assert {one["action"]: one["access"] for one in modules["Users"]["acls"]} == {
        "edit": False, "delete": False, "list": True, "view": True, "import": False, "export": True,
    }  # fmt: skip
    fields = crm.call("get_module_fields", "Opportunities")
    assert fields["module_fields"]["sales_stage"]["options"]["Closed Won"] == {"name": "Closed Won", "value": "Closed Won"}
    assert (fields["module_fields"]["name"]["required"], fields["link_fields"]["contacts"]["module"]) == (1, "Contacts")
    assert list(crm.call("get_module_fields", "Contacts", ["last_name"])["module_fields"]) == ["last_name"]
    assert set(crm.call("get_module_fields_md5", ["Contacts", "Leads"])) == {"Contacts", "Leads"}
    assert "default" in crm.call("get_module_layout", ["Contacts"], ["default"], ["list", "edit"])["Contacts"]
    assert "Contacts" in crm.call("get_module_layout_md5", ["Contacts"], ["default"], ["list"])["md5"]
    assert crm.call("get_language_definition", ["Contacts"])["Contacts"]["LBL_LAST_NAME"] == "Last Name"
    lists = crm.named("get_language_definition", modules=["app_list_strings"], MD5=False)["app_list_strings"]
    assert lists["moduleList"]["Contacts"] == "Contacts"
    assert lists["call_status_dom"]["Held"] == "Held"
    assert lists["sales_stage_dom"]["Prospecting"] == "Prospecting"
    for method in ("get_module_fields", "get_entry_list", "set_entry"):
        assert fault(crm.call(method, "Nothing")) == 20


@pytest.mark.criterion("api-6")
def test_a_search_finds_by_the_beginnings_of_words(crm: Legacy) -> None:
    crm.made("Contacts", first_name="Ann", last_name="Lee", email1="ann@example.com")
    crm.made("Contacts", first_name="Bob", last_name="Lee")
    crm.made("Accounts", name="Lee & Sons")

    def found(text: str, *rest: Any) -> list[int]:
        return [len(one["records"]) for one in crm.call("search_by_module", text, ["Contacts", "Accounts"], 0, 10, *rest)["entry_list"]]

    assert (found("lee"), found("ann lee"), found("ann@"), found("%"), found("_"), found("\\")) == ([2, 1], [1, 0], [1, 0], [0, 0], [0, 0], [0, 0])
    assert found("lee", crm.call("get_user_id")) == [0, 0]


def test_what_is_to_be_done_and_what_was_changed_is_told(crm: Legacy) -> None:
    me = crm.call("get_user_id")
    task = crm.made("Tasks", name="Do", date_due="2037-01-01 12:00:00", assigned_user_id=me)
    crm.made("Tasks", name="Done", date_due="2037-01-01 12:00:00", assigned_user_id=me, status="Completed")
    crm.made("Calls", name="Past", date_start="2020-01-01 12:00:00", assigned_user_id=me)
    assert crm.call("get_upcoming_activities") == [{"id": task, "module": "Tasks", "date_due": "2037-01-01 12:00:00", "summary": "Do"}]
    since = ["Users", "Tasks", "2020-01-01 00:00:00", "2037-01-01 00:00:00", 0, 10, 0, me, ["name"]]
    changed = crm.call("get_modified_relationships", *since)
    assert (changed["result_count"], changed["next_offset"], changed["error"]["number"]) == (2, 2, 0)
    assert crm.call("get_last_viewed", ["Contacts"]) == []


def test_another_tenant_finds_nothing(appliance: Appliance, crm: Legacy) -> None:
    contact, account = crm.made("Contacts", last_name="Secret"), crm.made("Accounts", name="Secret")
    other = signed_in(appliance)
    gone = other.call("get_entry", "Contacts", contact)["entry_list"][0]["name_value_list"]
    assert isinstance(gone, list)
    assert other.call("get_entry_list", "Contacts")["total_count"] == 0
    assert fault(other.call("set_entry", "Contacts", {"id": contact, "title": "x"})) == 51
    assert other.call("set_relationship", "Accounts", account, "contacts", [contact])["failed"] == 1
    assert fault(other.call("get_relationships", "Accounts", account, "contacts", "", [], [], 0)) == 51
    assert other.call("search_by_module", "secret", ["Contacts"], 0, 5)["entry_list"][0]["records"] == []


def test_a_viewer_reads_and_a_password_limits_what_may_be_done(appliance: Appliance, person: Login, crm: Legacy) -> None:
    contact = crm.made("Contacts", last_name="Lee")
    viewer = signed_in(appliance, login(appliance, person.tenant_id, "viewer"))
    assert viewer.call("get_entry_list", "Contacts")["total_count"] == 1
    assert fault(viewer.call("set_entry", "Contacts", {"id": contact, "title": "x"})) == 40
    assert viewer.call("set_entries", "Contacts", [{"last_name": "x"}]) == {"ids": []}
    limited = signed_in(appliance, login(appliance, person.tenant_id, "owner", scopes=["companies:read"]))
    assert (fault(limited.call("get_entry_list", "Contacts")), fault(limited.call("get_entry_list", "Accounts"))) == (40, None)
    assert fault(limited.call("set_entry", "Accounts", {"name": "x"})) == 40


def test_a_call_is_counted_and_logged_for_its_tenant(appliance: Appliance, person: Login, crm: Legacy) -> None:
    reply = crm.send("get_user_id", [crm.session])
    assert int(reply.headers["x-ratelimit-limit"]) > 1_000_000
    database.run("UPDATE tenants SET tier = 'tiny' WHERE id = ?", (person.tenant_id,))
    database.run(
        "INSERT INTO tiers (name, limits, version, created_at, updated_at) VALUES ('tiny', ?, 1, 0, 0) ON CONFLICT (name) DO NOTHING",
        ('[{"requests": 1, "period": "hour"}]',),
    )
    crm.send("get_user_id", [crm.session])
    refused = crm.send("get_user_id", [crm.session])
    assert (refused.status, fault(refused.json), int(refused.headers["retry-after"]) > 0) == (429, 60, True)
    assert quote(crm.session) not in refused.body.decode()


def test_a_name_that_failed_too_often_waits_and_hears_how_long(appliance: Appliance, person: Login) -> None:
    there = Legacy(appliance.anonymous)
    replies = [there.send("login", [{"user_name": person.name, "password": "wrong"}, "tests"]) for _ in range(6)]
    assert {fault(reply.json) for reply in replies} == {10}
    assert (replies[0].status, replies[-1].status) == (200, 429)
    assert int(replies[-1].headers["retry-after"]) >= 1
