"""Records of a tenant: what its CRM holds, found and sorted by the server, imported from and exported to files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from app.models.columns import Column
from app.pages.export_wizard import ExportWizard
from app.pages.import_wizard import ImportWizard
from app.pages.resources import TYPES
from app.pages.revealing import encrypted, revealing
from app.pages.scans import SCAN, readable
from app.pages.specs import OWNER, Action, Count, Danger, Document, Filter, ListView, Of, PageSpec, Part, Row, Tab
from app.widgets.fields import Field

CREATED: Final = Column("created_at", "Created", 120, "time", sort="created_at")
ENVELOPE: Final = (
    Column("owner_id", "Belongs to", kind="code", names="/users"),
    CREATED,
    Column("updated_at", "Changed", kind="time"),
    Column("external_ids", "Ids elsewhere", kind="json"),
)
PLACE: Final = (
    Column("address.line1", "Street"),
    Column("address.postal_code", "Postal code"),
    Column("address.city", "City"),
    Column("address.country", "Country"),
)
OWNED: Final = Field("owner_id", "Belongs to", "pick")
TAGS: Final = Field("tags", "Tags", "lines", placeholder="customer")
LIFECYCLES: Final = {"lead": "Lead", "opportunity": "Opportunity", "customer": "Customer"}
STATES: Final = {"open": "Open", "won": "Won", "lost": "Lost"}
KINDS: Final = {"call": "Call", "meeting": "Meeting", "task": "Task", "note": "Note", "email": "E-mail"}
ADDRESS: Final = (
    Field("address.line1", "Street"),
    Field("address.postal_code", "Postal code"),
    Field("address.city", "City"),
    Field("address.country", "Country", placeholder="DE"),
)
ALSO: Final = (
    Action("import", "Import…", "/imports", icon="upload", dialog=ImportWizard),
    Action("export", "Export…", "/exports", icon="download", dialog=ExportWizard),
)


def deleted(row: Row) -> bool:
    """Tell whether a record was deleted, and can be brought back."""
    return bool(row.get("deleted_at"))


def records(
    resource: str,
    labels: tuple[str, str],
    prefix: str,
    columns: Sequence[Column],
    fields: Sequence[Field],
    *,
    name: str = "name",
    filters: Sequence[Filter] = (),
    tabs: Sequence[Tab | Part] = (),
) -> ListView:
    """Return the view of one kind of record; all of them can be made, changed, deleted and brought back.

    `labels` are what they are called, and what making one is; `name` what one is called by.
    """
    one = f"/{resource.replace(OWNER, '{type}')}/{{id}}"
    gone = Filter("filter[deleted][eq]", "Deleted", {"true": "deleted only"}, void="hidden")
    return ListView(
        label=labels[0],
        path=f"/{resource}",
        object=prefix,
        name=name,
        columns=(*columns, CREATED),
        facts=(*columns, *ENVELOPE),
        filters=(Filter("filter[search]", "Search"), *filters, gone),
        tabs=(*tabs, Document("Everything")),
        empty="No records yet. Import a file, or create one here or through the API.",
        sort="-created_at",
        declares=f"/fields/{resource}",
        also=ALSO,
        create=Action("create", labels[1], f"/{resource}", icon="plus", fields=tuple(fields), done="Record created"),
        actions=(
            Action("edit", "Edit", one, "PATCH", "edit", fields=tuple(fields), edits=True, merges=True, done="Record changed"),
            Action(
                "delete",
                "Delete",
                one,
                "DELETE",
                "trash",
                done="Record deleted",
                undo=f"{one}/restore",
                bulk=True,
                when=lambda row: not deleted(row),
                danger=Danger(
                    "It can be brought back for thirty days.",
                    tuple(Count(tab.label.lower(), tab.path) for tab in tabs if isinstance(tab, Tab)),
                    typed="id",
                ),
            ),
            Action("restore", "Bring back", f"{one}/restore", icon="replay", done="Record is back", bulk=True, when=deleted),
            Action("reveal", "Reveal…", f"{one}/reveal", icon="eye", dialog=revealing(f"{one}/reveal"), when=lambda row: bool(encrypted(row))),
        ),
    )


def beside(view: ListView, *facts: Column) -> ListView:
    """Return a view with more to read beside a record."""
    own = len(view.facts) - len(ENVELOPE)
    return replace(view, facts=(*view.facts[:own], *facts, *ENVELOPE))


TIMELINE: Final = (Column("object", "Kind", 90, "badge"), Column("title", "What", 200), Column("at", "At", 110, "time"))

FILES: Final = (Column("name", "Name", 180), Column("folder", "Folder", 90), Column("content.size", "Size", 80, "bytes"))

CONTACTS: Final = records(
    "contacts",
    ("Contacts", "New contact"),
    "con",
    (
        Column("first_name", "First name", 90, sort="first_name"),
        Column("last_name", "Last name", 100, sort="last_name"),
        Column("email", "E-mail", 230, sort="email"),
        Column("company_id", "Company", 150),
        Column("phone", "Phone", 150, "code"),
        Column("lifecycle", "Lifecycle", 110, "badge", words=LIFECYCLES),
    ),
    (
        Field("first_name", "First name"),
        Field("last_name", "Last name"),
        Field("email", "E-mail", placeholder="ada@example.com"),
        Field("phone", "Phone"),
        Field("title", "Title"),
        Field("company_id", "Company", "pick"),
        Field("lifecycle", "Lifecycle", placeholder="lead"),
        Field("source", "Source"),
        OWNED,
        *ADDRESS,
        TAGS,
    ),
    name="first_name last_name",
    filters=(Filter("filter[lifecycle][eq]", "Lifecycle", LIFECYCLES),),
    tabs=(Tab("Timeline", "/contacts/{id}/timeline", TIMELINE), Tab("Documents", "/documents?filter[contact_id][eq]={id}", FILES)),
)
COMPANIES: Final = records(
    "companies",
    ("Companies", "New company"),
    "cmp",
    (
        Column("name", "Name", 190, sort="name"),
        Column("domain", "Domain", 210, "code", sort="domain"),
        Column("industry", "Industry", 100, sort="industry"),
        Column("phone", "Phone", 146, "code"),
        Column("address.city", "City", 80),
        Column("tags", "Tags", 140, "list"),
    ),
    (
        Field("name", "Name", required=True),
        Field("domain", "Domain", placeholder="example.com"),
        Field("industry", "Industry"),
        Field("phone", "Phone"),
        OWNED,
        *ADDRESS,
        TAGS,
    ),
    tabs=(Tab("Timeline", "/companies/{id}/timeline", TIMELINE), Tab("Documents", "/documents?filter[company_id][eq]={id}", FILES)),
)
DEALS: Final = records(
    "deals",
    ("Deals", "New deal"),
    "deal",
    (
        Column("name", "Name", 230, sort="name"),
        Column("value", "Value", 130, "money"),
        Column("stage", "Stage", 130, sort="stage"),
        Column("status", "State", 90, "badge", sort="status"),
        Column("probability", "Chance %", 90, "number", sort="probability"),
        Column("close_date", "Closes", 110, "day", sort="close_date"),
        Column("pipeline", "Pipeline", 110),
    ),
    (
        Field("name", "Name", required=True),
        Field("value.amount", "Value", placeholder="1200.00"),
        Field("value.currency", "Currency", placeholder="EUR"),
        Field("stage", "Stage"),
        Field("pipeline", "Pipeline"),
        Field("status", "State", "choice", choices=STATES, default="open"),
        Field("close_date", "Closes", "date", placeholder="2026-12-31"),
        Field("company_id", "Company", "pick"),
        Field("contact_id", "Contact", "pick"),
        OWNED,
        TAGS,
    ),
    filters=(Filter("filter[status][eq]", "State", STATES),),
    tabs=(Tab("Timeline", "/deals/{id}/timeline", TIMELINE), Tab("Documents", "/documents?filter[deal_id][eq]={id}", FILES)),
)
PARTICIPANT: Final = (
    Field("contact_id", "Contact", "pick"),
    Field("name", "Name"),
    Field("email", "E-mail", placeholder="ada@example.com"),
    Field("role", "Role", placeholder="organizer"),
)
PARTICIPANTS: Final = Part(
    "Participants",
    lambda row: row.get("participants") or (),
    (Column("contact_id", "Contact", 110), Column("name", "Name", 110), Column("email", "E-mail", 160), Column("role", "Role", 80)),
)
ACTIVITIES: Final = records(
    "activities",
    ("Activities", "New activity"),
    "act",
    (
        Column("type", "Type", 100, "badge", sort="type", tones={"call": "ok", "meeting": "warning", "task": "calm", "note": "calm", "email": "ok"}),
        Column("subject", "Subject", 280, sort="subject"),
        Column("due_at", "Due", 130, "time", sort="due_at"),
        Column("done", "Done", 80, "switch", sort="done"),
        Column("starts_at", "Begins", 130, "time", sort="starts_at"),
    ),
    (
        Field("type", "Type", "choice", required=True, choices=KINDS, default="task"),
        Field("subject", "Subject", required=True),
        Field("body", "Text", "area"),
        Field("due_at", "Due", "time", placeholder="2026-12-01 09:00"),
        Field("starts_at", "Begins", "time", placeholder="2026-12-01 09:00"),
        Field("ends_at", "Ends", "time", placeholder="2026-12-01 10:00"),
        Field("done", "Done", "switch"),
        Field("contact_id", "Contact", "pick"),
        Field("company_id", "Company", "pick"),
        Field("deal_id", "Deal", "pick"),
        OWNED,
        Field("participants", "Participants", "rows", fields=PARTICIPANT),
        TAGS,
    ),
    name="subject",
    tabs=(PARTICIPANTS,),
    filters=(Filter("filter[type][eq]", "Type", KINDS),),
)
PRODUCTS: Final = records(
    "products",
    ("Products", "New product"),
    "prd",
    (
        Column("name", "Name", 240, sort="name"),
        Column("sku", "Number", 140, "code", sort="sku"),
        Column("price", "Price", 130, "money"),
        Column("unit", "Unit", 100),
        Column("active", "Active", 90, "switch", sort="active"),
    ),
    (
        Field("name", "Name", required=True),
        Field("sku", "Number"),
        Field("description", "Description", "area"),
        Field("price.amount", "Price"),
        Field("price.currency", "Currency", placeholder="EUR"),
        Field("unit", "Unit"),
        Field("active", "Active", "switch", default=True),
    ),
)
BUYER: Final = (Field("company_id", "Company", "pick"), Field("contact_id", "Contact", "pick"), OWNED)
ITEMS: Final = Field(
    "items",
    "Items",
    "rows",
    fields=(
        Field("product_id", "Product", "pick"),
        Field("description", "Description"),
        Field("quantity", "Quantity", "number", default=1),
        Field("unit_price.amount", "Price", placeholder="19.00"),
        Field("unit_price.currency", "Currency", placeholder="EUR"),
    ),
)
LINES: Final = Part(
    "Items",
    lambda row: row.get("items") or (),
    (
        Column("product_id", "Product", 120),
        Column("description", "Description", 150),
        Column("quantity", "Quantity", 70, "number"),
        Column("unit_price", "Price", 100, "money"),
    ),
)
ORDERS: Final = records(
    "orders",
    ("Orders", "New order"),
    "ord",
    (
        Column("number", "Number", 140, "code", sort="number"),
        Column("status", "State", 110, "badge", sort="status"),
        Column("total", "Total", 140, "money"),
        Column("ordered_at", "Ordered", 130, "time", sort="ordered_at"),
        Column("company_id", "Company", 190),
    ),
    (Field("number", "Number", required=True), *BUYER, ITEMS),
    name="number",
    tabs=(LINES,),
)
INVOICES: Final = records(
    "invoices",
    ("Invoices", "New invoice"),
    "inv",
    (
        Column("number", "Number", 140, "code", sort="number"),
        Column("status", "State", 110, "badge", sort="status"),
        Column("total", "Total", 140, "money"),
        Column("issued_on", "Issued", 120, "day", sort="issued_on"),
        Column("due_on", "Due", 120, "day", sort="due_on"),
        Column("company_id", "Company", 190),
    ),
    (
        Field("number", "Number", required=True),
        *BUYER,
        Field("order_id", "Order", "pick"),
        Field("due_on", "Due", "date", placeholder="2026-12-31"),
        ITEMS,
    ),
    name="number",
    tabs=(LINES,),
)
PAYMENTS: Final = records(
    "payments",
    ("Payments", "New payment"),
    "pay",
    (
        Column("reference", "Reference", 150, "code", sort="reference"),
        Column("status", "State", 110, "badge", sort="status"),
        Column("amount", "Amount", 140, "money"),
        Column("method", "Method", 120, sort="method"),
        Column("paid_at", "Paid", 130, "time", sort="paid_at"),
        Column("invoice_id", "Invoice", 160),
    ),
    (
        Field("reference", "Reference"),
        Field("amount.amount", "Amount", required=True),
        Field("amount.currency", "Currency", required=True, placeholder="EUR"),
        Field("method", "Method"),
        Field("invoice_id", "Invoice", "pick"),
        Field("order_id", "Order", "pick"),
    ),
    name="reference",
)

OBJECTS: Final = replace(
    records(
        f"objects/{OWNER}",
        ("Other objects", "New record"),
        "obj",
        (Column("id", "Id", 240, "code", sort="id"), Column("tags", "Tags", 120, "list")),
        (TAGS,),
        name="",
    ),
    of=Of("Object type", TYPES, "label", "name", empty="There is no object type yet. The page Data model makes one."),
)
CONTENT_FACTS: Final = (Column("content.file_name", "File"), SCAN)
CONTENT: Final = Action(
    "content",
    "Save to file…",
    "/activities/{id}/content",
    "GET",
    "download",
    file="{content[file_name]}",
    done="File kept",
    when=readable,
)
COMPANY: Final = Column("company_id", "Company")
CONTACT: Final = Column("contact_id", "Contact")
DEAL: Final = Column("deal_id", "Deal")
ORDER: Final = Column("order_id", "Order")
LISTS: Final = (
    beside(CONTACTS, Column("title", "Title"), Column("tags", "Tags", kind="list"), Column("source", "Source"), *PLACE),
    beside(COMPANIES, PLACE[0], PLACE[1], PLACE[3]),
    beside(DEALS, COMPANY, CONTACT, Column("tags", "Tags", kind="list")),
    replace(
        beside(ACTIVITIES, Column("body", "Text"), CONTACT, COMPANY, DEAL, *CONTENT_FACTS),
        actions=(*ACTIVITIES.actions, CONTENT),
    ),
    beside(PRODUCTS, Column("description", "Description")),
    beside(ORDERS, CONTACT),
    beside(INVOICES, CONTACT, ORDER),
    beside(PAYMENTS, ORDER),
)
PAGE: Final = PageSpec(
    "records",
    "Records",
    "database",
    "Contents",
    "What this tenant's CRM holds; the server searches and sorts.",
    (*LISTS, OBJECTS),
)
