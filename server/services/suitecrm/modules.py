"""SuiteCRM's modules on our records, as a table: every field of theirs with its place in ours, and every link between them.

What has no field of its own here lies in a custom field, which is declared when a tenant lets SuiteCRM's clients in, so the
native API shows it too. A field that the tenant declared itself appears as `<name>_c`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from server.domain.filters import Condition
from server.services.suitecrm import forms
from server.services.suitecrm.activity_places import Addresses, Duration, Parent, Progress
from server.services.suitecrm.declaration import Field, Link, Module, at, custom, to
from server.services.suitecrm.ids import outside
from server.services.suitecrm.places import (
    LEAD,
    Amount,
    Computed,
    NameOf,
    OfContent,
    Stage,
    name_test,
    whole_name,
)
from server.store.resources import activities, companies, contacts, deals, documents

if TYPE_CHECKING:
    from server.services.suitecrm.ids import View
    from server.store.records import Document

_NOTHING: Final = Computed(lambda _document, _view: "")
_BASE_CURRENCY: Final = "-99"
FURTHER: Final = "further_contacts"
"""Where those whom a record is about besides its contact lie."""
# What several people may take part in. A task or note is one person's.
_SHARED: Final = frozenset({"calls", "meetings", "emails", "documents"})
_DELETED: Final = Computed(
    lambda document, _view: "1" if "deleted_at" in document else "0",
    tests=lambda _actor, operator, value: forms.BOOLEAN.test(("deleted",), operator, value),
)
_LEAD_SOURCES: Final = (
    "Cold Call", "Existing Customer", "Self Generated", "Employee", "Partner", "Public Relations", "Direct Mail", "Conference", "Trade Show",
    "Web Site", "Word of mouth", "Email", "Campaign", "Other",
)  # fmt: skip
_INDUSTRIES: Final = (
    "Apparel", "Banking", "Biotechnology", "Chemicals", "Communications", "Construction", "Consulting", "Education", "Electronics", "Energy",
    "Engineering", "Entertainment", "Environmental", "Finance", "Government", "Healthcare", "Hospitality", "Insurance", "Machinery",
    "Manufacturing", "Media", "Not For Profit", "Recreation", "Retail", "Shipping", "Technology", "Telecommunications", "Transportation",
    "Utilities", "Other",
)  # fmt: skip
_SALES_STAGES: Final = (
    "Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Id. Decision Makers", "Perception Analysis", "Proposal/Price Quote",
    "Negotiation/Review", "Closed Won", "Closed Lost",
)  # fmt: skip
_ACCOUNT_TYPES: Final = (
    "Analyst", "Competitor", "Customer", "Integrator", "Investor", "Partner", "Press", "Prospect", "Reseller", "Other",
)  # fmt: skip

_ADDRESS: Final = (
    ("street", "line1", 150), ("street_2", "line2", 150), ("city", "city", 100), ("state", "region", 100), ("postalcode", "postal_code", 20),
    ("country", "country", 100),
)  # fmt: skip

_ENVELOPE: Final = (
    Field("id", "id", Computed(lambda document, _view: outside(document["id"], document.get("external_ids")), ("id",)), required=True),
    at("date_entered", "datetime", "created_at", writable=False),
    at("date_modified", "datetime", "updated_at", writable=False),
    Field("modified_user_id", "id", _NOTHING, related="Users"),
    Field("modified_by_name", "relate", _NOTHING, id_name="modified_user_id", related="Users"),
    Field("created_by", "id", _NOTHING, related="Users"),
    Field("created_by_name", "relate", _NOTHING, id_name="created_by", related="Users"),
    Field("deleted", "bool", _DELETED),
)
_ASSIGNED: Final = (
    to("assigned_user_id", "Users", "user", "owner_id"),
    Field("assigned_user_name", "relate", NameOf("owner_id", "user"), id_name="assigned_user_id", related="Users"),
)


def _revision_id(document: Document, _view: View) -> str:
    """Return the id of the file that a document has now."""
    return outside(document["content"]["id"]) if document.get("content") else ""


def _address(prefix: str, place: str) -> tuple[Field, ...]:
    """Return the fields of one postal address, at a path or, where that is empty, in custom fields."""
    return tuple(
        at(f"{prefix}_address_{part}", "varchar", f"{place}.{ours}" if place else f"custom.{prefix}_address_{part}", length=length)
        for part, ours, length in _ADDRESS
    )


def _account() -> tuple[Field, ...]:
    return (
        to("account_id", "Accounts", "company", "company_id"),
        Field("account_name", "relate", NameOf("company_id", "company"), id_name="account_id", related="Accounts"),
    )


def _contact() -> tuple[Field, ...]:
    return (
        to("contact_id", "Contacts", "contact", "contact_id"),
        Field("contact_name", "relate", NameOf("contact_id", "contact"), id_name="contact_id", related="Contacts"),
    )


_PARENT: Final = (
    Field("parent_type", "parent_type", Parent("type"), options=("Accounts", "Contacts", "Leads", "Opportunities")),
    Field("parent_id", "id", Parent("id")),
    Field("parent_name", "parent", Parent("name"), id_name="parent_id"),
)
_PERSON: Final = (
    custom("salutation", "enum", options=("Mr.", "Ms.", "Mrs.", "Miss", "Dr.", "Prof.")),
    at("first_name", "varchar", "first_name", length=100),
    at("last_name", "varchar", "last_name", length=100, required=True),
    Field("name", "fullname", Computed(whole_name, ("last_name",), lambda _actor, operator, value: name_test((), operator, value))),
    Field("full_name", "fullname", Computed(whole_name, ("last_name",), lambda _actor, operator, value: name_test((), operator, value))),
    at("title", "varchar", "title", length=100),
    custom("department", length=255),
    custom("description", "text"),
    at("email1", "email", "email"),
    custom("email2", "email"),
    at("phone_work", "phone", "phone", length=40),
    custom("phone_mobile", "phone", length=100),
    custom("phone_home", "phone", length=100),
    custom("phone_other", "phone", length=100),
    custom("phone_fax", "phone", length=100),
    custom("do_not_call", "bool"),
    at("lead_source", "enum", "source", options=_LEAD_SOURCES),
    custom("birthdate", "date"),
    custom("assistant"),
    custom("assistant_phone", "phone", length=100),
    custom("website", "url"),
    custom("campaign_id"),
    *_address("primary", "address"),
    *_address("alt", ""),
)


def _subject(kind: str = "name") -> tuple[Field, ...]:
    """Return the fields that every activity has."""
    return (at("name", kind, "subject", length=500, required=True), at("description", "text", "body"))


def _status(default: str, *done: str, others: tuple[str, ...] = ()) -> Field:
    return Field("status", "enum", Progress(done, default), options=(default, *others, *done))


def _fields(*groups: tuple[Field, ...]) -> dict[str, Field]:
    return {found.name: found for group in (_ENVELOPE, *groups) for found in group}


def _links(*links: Link) -> dict[str, Link]:
    return {link.name: link for link in (*links, Link("assigned_user_link", "Users", "owner_id", ours=True))}


def _activities_of(reference: str) -> tuple[Link, ...]:
    """Return the links to the activities and documents that refer to a record by a field."""
    names = (("calls", "Calls"), ("meetings", "Meetings"), ("tasks", "Tasks"), ("notes", "Notes"), ("emails", "Emails"), ("documents", "Documents"))
    return tuple(Link(name, module, reference, further=FURTHER if reference == "contact_id" and name in _SHARED else "") for name, module in names)


_OF_ACTIVITY: Final = (
    Link("contacts", "Contacts", "contact_id", ours=True, further=FURTHER),
    Link("leads", "Leads", "contact_id", ours=True, further=FURTHER),
    Link("accounts", "Accounts", "company_id", ours=True),
    Link("opportunities", "Opportunities", "deal_id", ours=True),
    Link("opportunity", "Opportunities", "deal_id", ours=True),
    Link("contact", "Contacts", "contact_id", ours=True),
)


def _activity(name: str, single: str, kind: str, *groups: tuple[Field, ...]) -> Module:
    fields = _fields(_subject(), *groups, _PARENT, _contact(), _account(), _ASSIGNED)
    links = _OF_ACTIVITY if name.lower() in _SHARED else tuple(replace(link, further="") for link in _OF_ACTIVITY)
    return Module(name, single, activities.RESOURCE, fields, _links(*links), Condition(("type",), "eq", kind), {"type": kind})


def _addresses(role: str, *names: str) -> tuple[Field, ...]:
    """Return the fields of one role, under each of the names that SuiteCRM has for them."""
    return tuple(Field(name, "varchar", Addresses(role)) for name in names)


def _symbol(currency: str) -> str:
    return {"EUR": "€", "GBP": "£", "JPY": "¥", "USD": "$"}.get(currency, currency)


_TIMES: Final = (
    at("date_start", "datetimecombo", "starts_at", required=True),
    at("date_end", "datetimecombo", "ends_at"),
    custom("reminder_time", "int"),
    custom("email_reminder_time", "int"),
    Field("duration_hours", "int", Duration("hours")),
    Field("duration_minutes", "int", Duration("minutes")),
)

ACCOUNTS: Final = Module(
    "Accounts",
    "Account",
    companies.RESOURCE,
    _fields(
        (
            at("name", "name", "name", length=150, required=True),
            custom("description", "text"),
            custom("account_type", "enum", options=_ACCOUNT_TYPES),
            at("industry", "enum", "industry", options=_INDUSTRIES),
            custom("annual_revenue", length=100),
            at("phone_office", "phone", "phone", length=40),
            custom("phone_alternate", "phone", length=100),
            custom("phone_fax", "phone", length=100),
            custom("website", "url"),
            custom("email1", "email"),
            custom("employees", length=10),
            custom("ownership", length=100),
            custom("rating", length=100),
            custom("ticker_symbol", length=10),
            custom("sic_code", length=10),
            custom("campaign_id"),
            *_address("billing", "address"),
            *_address("shipping", ""),
        ),
        _ASSIGNED,
    ),
    _links(
        Link("contacts", "Contacts", "company_id"),
        Link("leads", "Leads", "company_id"),
        Link("opportunities", "Opportunities", "company_id"),
        *_activities_of("company_id"),
    ),
)
CONTACTS: Final = Module(
    "Contacts",
    "Contact",
    contacts.RESOURCE,
    _fields(_PERSON, _account(), _ASSIGNED),
    _links(
        Link("accounts", "Accounts", "company_id", ours=True),
        Link("opportunities", "Opportunities", "contact_id", further=FURTHER),
        *_activities_of("contact_id"),
    ),
    Condition(("lifecycle",), "ne", LEAD),
)
LEADS: Final = Module(
    "Leads",
    "Lead",
    contacts.RESOURCE,
    _fields(
        _PERSON,
        (
            at("status", "enum", "custom.lead_status", options=("New", "Assigned", "In Process", "Converted", "Recycled", "Dead")),
            custom("status_description", "text"),
            custom("converted", "bool"),
            custom("lead_source_description", "text"),
            custom("refered_by", length=100),
            custom("opportunity_name"),
            custom("opportunity_amount", length=50),
            to("account_id", "Accounts", "company", "company_id"),
            at("account_name", "varchar", "custom.lead_account_name"),
            custom("account_description", "text"),
        ),
        _ASSIGNED,
    ),
    _links(Link("accounts", "Accounts", "company_id", ours=True), *_activities_of("contact_id")),
    Condition(("lifecycle",), "eq", LEAD),
    {"lifecycle": LEAD},
)
OPPORTUNITIES: Final = Module(
    "Opportunities",
    "Opportunity",
    deals.RESOURCE,
    _fields(
        (
            at("name", "name", "name", length=50, required=True),
            custom("description", "text"),
            Field("amount", "currency", Amount("value", forms.AMOUNT), required=True),
            Field("amount_usdollar", "currency", Computed(Amount("value", forms.AMOUNT).read, ("value", "amount"))),
            Field("currency_id", "id", Computed(lambda _document, _view: _BASE_CURRENCY)),
            Field("currency_symbol", "varchar", Computed(lambda document, _view: _symbol((document["value"] or {}).get("currency", "")))),
            Field("currency_name", "relate", Computed(lambda document, _view: (document["value"] or {}).get("currency", "")), id_name="currency_id"),
            at("date_closed", "date", "close_date", required=True),
            Field("sales_stage", "enum", Stage(), required=True, options=_SALES_STAGES),
            at("probability", "int", "probability"),
            custom("opportunity_type", "enum", options=("Existing Business", "New Business")),
            custom("lead_source", "enum", options=_LEAD_SOURCES),
            custom("next_step", length=100),
            custom("campaign_id"),
        ),
        _account(),
        _contact(),
        _ASSIGNED,
    ),
    _links(
        Link("accounts", "Accounts", "company_id", ours=True),
        Link("contacts", "Contacts", "contact_id", ours=True, further=FURTHER),
        Link("leads", "Leads", "contact_id", ours=True, further=FURTHER),
        *_activities_of("deal_id"),
    ),
)
CALLS: Final = _activity(
    "Calls",
    "Call",
    "call",
    (*_TIMES, _status("Planned", "Held", others=("Not Held",)), custom("direction", "enum", options=("Inbound", "Outbound"))),
)
MEETINGS: Final = _activity(
    "Meetings",
    "Meeting",
    "meeting",
    (*_TIMES, _status("Planned", "Held", others=("Not Held",)), custom("location", length=50), custom("join_url", "url")),
)
TASKS: Final = _activity(
    "Tasks",
    "Task",
    "task",
    (
        at("date_start", "datetimecombo", "starts_at"),
        at("date_due", "datetimecombo", "due_at"),
        _status("Not Started", "Completed", others=("In Progress", "Pending Input", "Deferred")),
        custom("priority", "enum", options=("High", "Medium", "Low")),
    ),
)
_FILE_NAME: Final = Field("filename", "file", OfContent(("custom", "filename"), forms.TEXT, member="file_name"))
NOTES: Final = _activity(
    "Notes",
    "Note",
    "note",
    (
        _FILE_NAME,
        Field("file_mime_type", "varchar", OfContent(("custom", "file_mime_type"), forms.TEXT, member="media_type"), length=100),
        custom("portal_flag", "bool"),
    ),
)
EMAILS: Final = _activity(
    "Emails",
    "Email",
    "email",
    (
        at("date_sent_received", "datetime", "starts_at"),
        at("date_sent", "datetime", "starts_at"),
        *_addresses("from", "from_addr", "from_addr_name"),
        *_addresses("to", "to_addrs", "to_addrs_names"),
        *_addresses("cc", "cc_addrs", "cc_addrs_names"),
        *_addresses("bcc", "bcc_addrs", "bcc_addrs_names"),
        custom("description_html", "text"),
        at("type", "enum", "custom.email_type", options=("out", "archived", "draft", "inbound", "campaign")),
        at("status", "enum", "custom.email_status", options=("archived", "closed", "draft", "read", "replied", "sent", "send_error", "unread")),
        custom("message_id"),
    ),
)
DOCUMENTS: Final = Module(
    "Documents",
    "Document",
    documents.RESOURCE,
    _fields(
        (
            at("document_name", "name", "name", length=255, required=True),
            at("name", "name", "name", length=255),
            at("description", "text", "description"),
            at("category_id", "enum", "folder"),
            at("file_mime_type", "varchar", "media_type"),
            _FILE_NAME,
            custom("status_id", "enum", options=("Active", "Draft", "FAQ", "Expired", "Under Review", "Pending")),
            custom("active_date", "date"),
            custom("exp_date", "date"),
            custom("revision", length=100),
            Field("document_revision_id", "id", Computed(_revision_id)),
            custom("doc_type", "enum", options=("Sugar",)),
            custom("subcategory_id", "enum"),
        ),
        _ASSIGNED,
    ),
    _links(
        Link("accounts", "Accounts", "company_id", ours=True),
        Link("contacts", "Contacts", "contact_id", ours=True, further=FURTHER),
        Link("opportunities", "Opportunities", "deal_id", ours=True),
    ),
)
USERS: Final = Module(
    "Users",
    "User",
    None,
    _fields(
        (
            at("user_name", "user_name", "email", writable=False, required=True),
            at("first_name", "varchar", "first_name", writable=False),
            at("last_name", "varchar", "last_name", writable=False),
            at("name", "fullname", "name", writable=False),
            at("full_name", "fullname", "name", writable=False),
            at("email1", "email", "email", writable=False),
            at("status", "enum", "state", writable=False, options=("Active", "Inactive")),
            at("employee_status", "enum", "state", writable=False, options=("Active", "Inactive")),
            at("is_admin", "bool", "is_admin", writable=False),
            at("title", "varchar", "role", writable=False),
        )
    ),
    {},
)

MODULES: Final = {
    module.name: module for module in (ACCOUNTS, CONTACTS, LEADS, OPPORTUNITIES, CALLS, MEETINGS, TASKS, NOTES, EMAILS, DOCUMENTS, USERS)
}
"""Every module by its name, in the order in which clients are told."""
