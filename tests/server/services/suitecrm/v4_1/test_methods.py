"""The table of methods is the contract: their names, the order of their arguments, and who may call without a session."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Limited
from server.services import legacy
from server.services.legacy import NewLegacyPassword
from server.services.suitecrm.v4_1 import methods
from server.services.suitecrm.v4_1.callers import Caller
from server.services.suitecrm.v4_1.faults import INVALID_CALL, INVALID_SESSION, NO_METHOD, Refused
from server.services.suitecrm.v4_1.methods import METHODS, run
from tests.server.services.suitecrm.v4_1.test_sessions import STRANGER

LISTED = [
    "login", "logout", "seamless_login", "get_user_id", "get_server_info", "get_available_modules", "get_module_fields", "get_module_fields_md5",
    "get_entry", "get_entries", "get_entry_list", "get_entries_count", "set_entry", "set_entries", "get_relationships", "set_relationship",
    "set_relationships", "get_modified_relationships", "search_by_module", "set_note_attachment", "get_note_attachment", "set_document_revision",
    "get_document_revision", "get_last_viewed", "get_upcoming_activities", "get_module_layout", "get_module_layout_md5", "get_language_definition",
    "oauth_access", "job_queue_next", "job_queue_cycle", "job_queue_run", "set_campaign_merge",
]  # fmt: skip


def nothing(_caller: Caller) -> None:
    """Count nothing."""


def roomy() -> None:
    """Have room for everything."""


def test_every_method_of_the_contract_is_there() -> None:
    assert sorted(METHODS) == sorted(LISTED)


def test_only_these_need_no_session() -> None:
    assert [name for name, method in METHODS.items() if not method.needs_session] == ["login", "seamless_login", "get_server_info"]


def test_whatever_sets_something_needs_room_on_the_disk() -> None:
    assert [name for name, method in METHODS.items() if method.writes] == [
        name for name in METHODS if name.startswith("set_") and name != "set_campaign_merge"
    ]


def test_a_call_is_counted_before_it_runs(suite: Actor) -> None:
    password = legacy.create_password(suite, NewLegacyPassword(user_id="usr_dora"))["password"]
    session = run(STRANGER, "login", [{"user_name": "dora@example.com", "password": legacy.md5_of(password)}], nothing, roomy)["id"]
    counted: list[tuple[str, str | None]] = []

    def refuse(caller: Caller) -> None:
        counted.append((caller.actor.tenant_id, caller.tier))
        raise Limited

    with pytest.raises(Limited):
        run(STRANGER, "Set_Entry", [session, "Accounts", {"name": "Maple"}], refuse, roomy)
    assert counted == [(suite.tenant_id, "standard")]
    assert run(STRANGER, "get_entries_count", {"session": session, "module_name": "Accounts"}, nothing, roomy) == {"result_count": "0"}


@pytest.mark.usefixtures("suite")
def test_faults_before_anything_runs() -> None:
    for name, given, fault in (("nope", [], NO_METHOD), ("get_entry", [], INVALID_SESSION), ("get_entry", ["x"], INVALID_SESSION)):
        with pytest.raises(Refused) as caught:
            run(STRANGER, name, given, nothing, roomy)
        assert caught.value.fault == fault
    assert run(STRANGER, "get_entry", [""], nothing, roomy) is None


@pytest.mark.parametrize("name", ["oauth_access", "job_queue_next", "set_campaign_merge"])
def test_what_has_no_counterpart_is_refused_by_name(name: str) -> None:
    with pytest.raises(Refused) as caught:
        methods.METHODS[name].run(Caller(STRANGER), {})
    assert caught.value.fault == INVALID_CALL
