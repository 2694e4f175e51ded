"""The methods of v4_1 as a table: each with the names of its arguments in their order, and the function that answers.

The names are the contract: clients give arguments by place or by name. What SuiteCRM has and means nothing here is in the table
too, and is refused by its name instead of being unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.services.suitecrm.v4_1 import attachments, describing, entries, finding, relationships, sessions
from server.services.suitecrm.v4_1.arguments import bind
from server.services.suitecrm.v4_1.callers import Caller, Given
from server.services.suitecrm.v4_1.faults import INVALID_CALL, NO_METHOD, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Actor

    Admit = Callable[[Caller], None]
    NeedRoom = Callable[[], None]


class Method(NamedTuple):
    """One method; `arguments` does not name the session, which comes first where one is needed. One that `writes` needs room on the disk."""

    run: Callable[[Caller, Given], Any]
    arguments: str = ""
    needs_session: bool = True
    writes: bool = False


def _refuse(_caller: Caller, _given: Given) -> None:
    raise Refused(INVALID_CALL)


METHODS: Final = {
    # Sessions.
    "login": Method(sessions.login, "user_auth application_name name_value_list", needs_session=False),
    "logout": Method(sessions.logout),
    "seamless_login": Method(sessions.seamless_login, "session", needs_session=False),
    "get_user_id": Method(sessions.get_user_id),
    "get_server_info": Method(sessions.get_server_info, needs_session=False),
    "oauth_access": Method(_refuse),
    # Records.
    "get_entry": Method(entries.get_entry, "module_name id select_fields link_name_to_fields_array track_view"),
    "get_entries": Method(entries.get_entries, "module_name ids select_fields link_name_to_fields_array track_view"),
    "get_entry_list": Method(
        entries.get_entry_list,
        "module_name query order_by offset select_fields link_name_to_fields_array max_results deleted favorites",
    ),
    "get_entries_count": Method(entries.get_entries_count, "module_name query deleted"),
    "set_entry": Method(entries.set_entry, "module_name name_value_list track_view", writes=True),
    "set_entries": Method(entries.set_entries, "module_name name_value_lists", writes=True),
    # Relationships.
    "get_relationships": Method(
        relationships.get_relationships,
        "module_name module_id link_field_name related_module_query related_fields related_module_link_name_to_fields_array deleted order_by"
        " offset limit",
    ),
    "set_relationship": Method(
        relationships.set_relationship, "module_name module_id link_field_name related_ids name_value_list delete", writes=True
    ),
    "set_relationships": Method(
        relationships.set_relationships, "module_names module_ids link_field_names related_id_lists name_value_lists delete_array", writes=True
    ),
    "get_modified_relationships": Method(
        relationships.get_modified_relationships,
        "module_name related_module_name from_date to_date offset max_results deleted module_user_id select_fields relationship_name deletion_date",
    ),
    # What there is.
    "get_available_modules": Method(describing.get_available_modules, "filter"),
    "get_module_fields": Method(describing.get_module_fields, "module_name fields"),
    "get_module_fields_md5": Method(describing.get_module_fields_md5, "modules"),
    "get_module_layout": Method(describing.get_module_layout, "modules types views acl_check md5"),
    "get_module_layout_md5": Method(describing.get_module_layout_md5, "modules types views acl_check"),
    "get_language_definition": Method(describing.get_language_definition, "modules md5"),
    # Finding.
    "search_by_module": Method(
        finding.search_by_module, "search_string modules offset max_results assigned_user_id select_fields unified_search_only favorites"
    ),
    "get_last_viewed": Method(finding.get_last_viewed, "modules"),
    "get_upcoming_activities": Method(finding.get_upcoming_activities),
    # Files.
    "set_note_attachment": Method(attachments.set_note_attachment, "note", writes=True),
    "get_note_attachment": Method(attachments.get_note_attachment, "id"),
    "set_document_revision": Method(attachments.set_document_revision, "document_revision", writes=True),
    "get_document_revision": Method(attachments.get_document_revision, "id"),
    # What has no counterpart here.
    "job_queue_next": Method(_refuse),
    "job_queue_cycle": Method(_refuse),
    "job_queue_run": Method(_refuse),
    "set_campaign_merge": Method(_refuse),
}


def run(actor: Actor, name: str, given: Any, admit: Admit, need_room: NeedRoom) -> Any:
    """Run a method for whoever its session stands for. Raises what `fault_of` can tell.

    `admit` counts the call for its tenant; whom it never hears of is counted by the address. `need_room` raises Full when nothing may be
    written. An empty session answers null, no more.
    """
    method = METHODS.get(name.strip().lower())
    if method is None:
        raise Refused(NO_METHOD)
    names = (["session"] if method.needs_session else []) + method.arguments.split()
    arguments = bind(names, given)
    if not method.needs_session:
        return method.run(Caller(actor), arguments)
    session = arguments.pop("session")
    if session == "":
        return None
    caller = sessions.find(actor, session)
    admit(caller)
    if method.writes:
        need_room()
    return method.run(caller, arguments)
