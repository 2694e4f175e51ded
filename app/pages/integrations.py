"""Integrations: the catalogue of connectors with its install forms, and what is installed, how it fares, and what it may do."""

from __future__ import annotations

from typing import Any, Final

from app.models.columns import Column
from app.pages.manifest_forms import DIRECTIONS, POLICIES, change_fields, install_fields, mapping_fields
from app.pages.provider_apps import PROVIDER_APPS
from app.pages.specs import Action, Count, Danger, Document, Filter, ListView, Outcome, PageSpec, Part, Tab, Words, removal
from app.pages.syncs import CONFLICTS, MODE, QUARANTINE, SYNC, SYNCS
from app.pages.vendor_actions import VendorActions
from app.widgets.fields import Field

CATEGORIES: Final = {
    "analytics": "Analytics",
    "automation": "Automation",
    "calendar": "Calendar",
    "commerce": "Commerce",
    "communication": "Communication",
    "crm": "CRM",
    "documents": "Documents",
    "finance": "Finance",
    "hosting": "Hosting",
    "identity": "Identity",
    "marketing": "Marketing",
    "monitoring": "Monitoring",
}
QUALITY: Final = {"platinum": "Platinum", "gold": "Gold", "silver": "Silver", "bronze": "Bronze", "unrated": "Unrated"}
TIER: Final = Column(
    "quality_tier", "Quality", 110, "badge", words=QUALITY, tones={"platinum": "ok", "gold": "ok", "silver": "calm", "bronze": "warning"}
)
STATES: Final = {
    "connected": "Connected",
    "pending_authorization": "Waits for consent",
    "needs_user": "Needs somebody",
    "paused": "Paused",
    "failed": "Failed",
}
TONES: Final = {"connected": "ok", "pending_authorization": "warning", "needs_user": "danger"}
STATE: Final = Column("status", "State", 190, "badge", tones=TONES, words=STATES)

CATALOGUE: Final = ListView(
    label="Catalogue",
    path="/integrations",
    columns=(
        Column("name", "Name", 160),
        Column("category", "Category", 150, "badge", words=CATEGORIES),
        TIER,
        Column("description", "What it does", 420),
        Column("installed", "Installed", 80, "number"),
        Column("rating", "Rating", 70, "number"),
        Column("version", "Version", 80, "code"),
    ),
    filters=(Filter("search", "Search"), Filter("category", "Category", CATEGORIES), Filter("quality_tier", "Quality", QUALITY)),
    facts=(
        Column("description", "What it does"),
        Column("publisher", "Publisher"),
        TIER,
        Column("version", "Version", kind="code"),
        Column("permissions", "What it may do", kind="list"),
        Column("hosts", "Speaks with", kind="list"),
        Column("topics", "Hears of", kind="list"),
        Column("third_party", "Third party", kind="switch"),
        Column("signed_by", "Signed by"),
        Column("documentation_url", "Documentation", kind="code"),
    ),
    tabs=(
        Part(
            "Resources",
            lambda row: row["resources"],
            (
                Column("title", "Name", 130),
                Column("local", "Here", 100),
                Column("reads", "Reads", 70, "switch"),
                Column("writes", "Writes", 130, "list"),
            ),
        ),
        Words("Known gaps", lambda row: "\n\n".join(row["gaps"])),
        Tab(
            "Reviews",
            "/integrations/{key}/reviews",
            (Column("rating", "Rating", 70, "number"), Column("title", "Title", 140), Column("body", "Text", 200)),
        ),
    ),
    empty="No connector is in the catalogue.",
    actions=(
        Action(
            "install",
            "Install",
            "/integrations/{key}/install",
            icon="plug",
            form=install_fields,
            about="What the vendor needs is kept sealed. Where a person has to consent, the browser opens.",
            opens="connect_url",
            done="Installed",
        ),
        Action(
            "review",
            "Write a review",
            "/integrations/{key}/reviews",
            icon="edit",
            fields=(Field("rating", "Rating, 1 to 5", "number", required=True), Field("title", "Title"), Field("body", "Text", "area")),
            done="Review written",
        ),
        removal(
            "/integrations/{key}/reviews",
            "Review removed",
            Danger("Your own review is gone; those of others stay.", (Count("reviews", "/integrations/{key}/reviews"),)),
            label="Remove my review",
        ),
    ),
)


def uncertain(row: dict[str, Any]) -> bool:
    """Tell whether somebody has to consent at the vendor before an installation works."""
    return row["status"] in {"pending_authorization", "needs_user"}


ONE: Final = "/installations/{id}"
KEPT: Final = (Count("contacts", "/contacts"), Count("companies", "/companies"), Count("deals", "/deals"))
TESTED: Final = Outcome(
    facts=(
        Column("ok", "Works", kind="switch"),
        Column("detail", "Because"),
        Column("remedy", "What helps"),
        Column("account.name", "Account"),
        Column("missing_scopes", "Permissions that are missing", kind="list"),
        Column("clock_skew_seconds", "Clock differs by seconds", kind="number"),
        Column("duration_ms", "Took", kind="duration"),
    )
)
INSTALLATIONS: Final = ListView(
    label="Installations",
    path="/installations",
    object="ins",
    columns=(
        Column("name", "Name", 180),
        Column("integration", "Connector", 150, names="/integrations"),
        STATE,
        Column("error.detail", "Because", 240),
        Column("account.name", "Account", 140),
        Column("last_synced_at", "Last sync", 110, "time"),
        Column("connector_version", "Version", 80, "code"),
    ),
    filters=(Filter("status", "State", STATES), Filter("integration", "Connector")),
    facts=(
        STATE,
        Column("error.detail", "Because"),
        Column("error.remedy", "What helps"),
        Column("integration", "Connector", names="/integrations"),
        Column("account.name", "Account"),
        Column("permissions", "What it may do", kind="list"),
        Column("sync_interval", "Seconds between syncs", kind="number"),
        Column("config.direction", "Direction", words=DIRECTIONS),
        Column("config.conflict_policy", "When both sides changed, take", words=POLICIES),
        Column("last_synced_at", "Last sync", kind="time"),
        Column("last_event_at", "Last event", kind="time"),
        Column("connector_version", "Version", kind="code"),
        Column("latest_version", "Newest version", kind="code"),
        Column("hook_url", "The vendor calls", kind="code"),
    ),
    tabs=(
        Tab("Syncs", f"{ONE}/syncs", SYNC),
        Tab(
            "Faults",
            f"{ONE}/errors",
            (Column("detail", "What", 220), Column("occurrences", "Times", 70, "number"), Column("last_at", "Last", 100, "time")),
        ),
        Document("Mappings", "mappings"),
        Document("Everything"),
    ),
    empty="Nothing is installed yet. Choose a connector of the catalogue.",
    live=True,
    actions=(
        Action(
            "authorise",
            "Authorise in the browser",
            f"{ONE}/reauthorize",
            icon="external",
            body={"return_url": None},
            opens="authorize_url",
            done="The browser shows the vendor's consent",
            when=uncertain,
        ),
        Action(
            "sync",
            "Sync now",
            f"{ONE}/sync",
            icon="refresh",
            fields=(MODE,),
            done="Sync begun",
            job=True,
            when=lambda row: row["status"] == "connected",
        ),
        Action(
            "ask",
            "Ask the vendor",
            f"{ONE}/actions",
            icon="send",
            dialog=VendorActions,
            when=lambda row: row["status"] in {"connected", "failed"},
        ),
        Action("test", "Test the connection", f"{ONE}/test", icon="check", done="Connection tested", shows=TESTED),
        Action(
            "edit", "Edit", ONE, "PATCH", "edit", form=change_fields, reads="/integrations/{integration}", edits=True, done="Installation changed"
        ),
        Action(
            "mappings",
            "Edit mappings",
            ONE,
            "PATCH",
            "columns",
            form=mapping_fields,
            reads="/integrations/{integration}",
            edits=True,
            about="Our field, then the vendor's, one pair on each line. What is not named keeps the connector's own mapping.",
            done="Mappings changed",
        ),
        Action("import", "Read everything anew", f"{ONE}/import", icon="download", body={"resources": None}, done="Import begun", job=True),
        Action(
            "export",
            "Send everything",
            f"{ONE}/export",
            icon="upload",
            body={"resources": None},
            done="Export begun",
            job=True,
            danger=Danger("Every record that the vendor does not have as it is here is written there.", KEPT),
        ),
        Action(
            "pause",
            "Pause",
            f"{ONE}/pause",
            icon="pause",
            done="Installation paused",
            when=lambda row: row["status"] in {"connected", "failed", "needs_user"},
            undo=f"{ONE}/resume",
            danger=Danger("Nothing is read or sent until it goes on. What it knows stays.", (Count("syncs", f"{ONE}/syncs"),)),
        ),
        Action("resume", "Resume", f"{ONE}/resume", icon="play", done="Installation resumed", when=lambda row: row["status"] == "paused"),
        Action(
            "upgrade",
            "Move to a version",
            f"{ONE}/upgrade",
            icon="arrow-right",
            fields=(
                Field("version", "Version", placeholder="1.2.0", help="Empty: the newest."),
                Field("pin", "Pin", "switch", placeholder="Stay at it"),
            ),
            done="Version changed",
        ),
        Action(
            "remove",
            "Uninstall",
            ONE,
            "DELETE",
            "trash",
            done="Uninstalled",
            danger=Danger(
                "Its webhooks at the vendor and its credentials are taken away. Records stay here.",
                (Count("syncs", f"{ONE}/syncs"), Count("records set aside", f"{ONE}/quarantine"), Count("conflicts", f"{ONE}/conflicts")),
            ),
        ),
    ),
)

CONSENTS: Final = ListView(
    label="Consents",
    path="/connector-credentials",
    name="account_name",
    columns=(
        Column("provider", "Provider", 130),
        Column("account_name", "Account", 200),
        Column("kind", "Kind", 110, "badge"),
        Column("state", "State", 120, "badge"),
        Column("reason", "Because", 220),
        Column("expires_at", "Expires", 120, "time"),
        Column("updated_at", "Changed", 120, "time"),
    ),
    facts=(
        Column("provider", "Provider"),
        Column("account_name", "Account"),
        Column("account_id", "Account at the provider", kind="code"),
        Column("state", "State", kind="badge"),
        Column("reason", "Because"),
        Column("scopes", "Scopes", kind="list"),
        Column("installations", "Installations", kind="list"),
        Column("expires_at", "Expires", kind="time"),
        Column("created_at", "Created", kind="time"),
    ),
    empty="Nobody consented to anything at a vendor yet.",
)

PAGE: Final = PageSpec(
    "integrations",
    "Integrations",
    "plug",
    "Traffic",
    "Other systems that this tenant is connected with, and what is kept the same on both sides.",
    (CATALOGUE, INSTALLATIONS, SYNCS, QUARANTINE, CONFLICTS, CONSENTS, PROVIDER_APPS),
)
