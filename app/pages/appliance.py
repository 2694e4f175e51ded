"""The appliance as software: version and upgrade, its certificate, backups with the way back, the libraries in it and their licences."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.models.columns import Column
from app.models.remote_table import RemoteTable
from app.pages import overview
from app.pages.context import Context
from app.pages.facts import Facts
from app.pages.specs import Action, Count, Danger, Document, Filter, ListView, Words, removal
from app.system.languages import tr
from app.widgets.table import Table
from app.widgets.text import column, frame

PATH: Final = "/admin/v1/appliance"
VERSION: Final = (
    Column("version", "Version", kind="code"),
    Column("api_version", "API version", kind="code"),
    Column("database", "Database"),
    Column("migrations", "Migrations", kind="number"),
    Column("pending", "Migrations that wait", kind="list"),
    Column("python", "Python", kind="code"),
    Column("system", "System"),
    Column("data_folder", "Data folder", kind="code"),
    Column("public_url", "Public address", kind="code"),
)
CERTIFICATE: Final = (
    Column("certificate.mode", "TLS", kind="badge", tones={"off": "warning", "self-signed": "calm", "files": "ok"}),
    Column("certificate.file", "Certificate", kind="code"),
    Column("certificate.fingerprint", "SHA-256", kind="code"),
    Column("certificate.days_left", "Days left", kind="number"),
    Column("certificate.fault", "Because"),
)
UPGRADE: Final = (
    "Make a backup and wait until it is completed.",
    "Install the new version over this one; the data folder stays where it is.",
    "Start it: waiting migrations are applied before it serves, and an older version refuses a newer database.",
    "To go back, install the old version and restore the backup into an empty data folder.",
)
TLS: Final = (
    "Set server.tls to self-signed to have a certificate made; its fingerprint is what clients compare.",
    "Set server.tls to files, and server.tls_certificate and server.tls_key to a chain and its key in PEM.",
    "Behind a proxy that does TLS, leave it off and name the proxy in server.trusted_proxies.",
)


PARTS: Final = (
    Column("name", "Part", 160, words=overview.PARTS),
    Column("state", "State", 110, "badge"),
    Column("detail", "What", 560),
)


class Health(QWidget):
    """Every part of the appliance, those that need a look first."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.model = RemoteTable(PARTS)
        table = Table(context.look, self.model, [one.width for one in PARTS], tr("Health"))
        self.setLayout(column(frame("card", column(table, margins=(1, 1, 1, 1)))))

    def enter(self) -> None:
        """Read how the parts are."""
        api = self.context.api
        self.context.jobs.run(
            lambda cancellation: overview.components(api.get("/admin/v1/health", cancellation=cancellation)),
            self.model.restart,
            self.context.complain,
            self,
        )


def version_view(context: Context) -> Facts:
    """Return the view of the version and of the way to another."""
    return Facts(context, PATH, VERSION, "To another version", UPGRADE)


def certificate_view(context: Context) -> Facts:
    """Return the view of the certificate and of the ways to encrypt."""
    return Facts(context, PATH, CERTIFICATE, "How to encrypt", TLS)


def way_back(backup: dict[str, Any]) -> str:
    """Return how a backup is restored, as commands for an empty host."""
    if not backup["restore"]:
        return ""
    return "\n".join(
        (
            f"# {tr('On a host with the same or a newer version, with the file and the passphrase:')}",
            str(backup["restore"]),
            "junction serve --data DIR",
        )
    )


BACKUPS: Final = ListView(
    label="Backups",
    path="/admin/v1/backups",
    name="file",
    object="bkp",
    columns=(
        Column("file", "File", 320, "code"),
        Column("state", "State", 100, "badge"),
        Column("cause", "Begun by", 100),
        Column("bytes", "Size", 90, "bytes"),
        Column("rows", "Rows", 90, "number"),
        Column("detail", "Because", 200),
        Column("created_at", "Begun", 120, "time"),
    ),
    facts=(
        Column("state", "State", kind="badge"),
        Column("detail", "Because"),
        Column("file", "File", kind="code"),
        Column("bytes", "Size", kind="bytes"),
        Column("rows", "Rows", kind="number"),
        Column("files", "Files", kind="number"),
        Column("cause", "Begun by"),
        Column("started_at", "Started", kind="time"),
        Column("finished_at", "Finished", kind="time"),
    ),
    tabs=(Words("How to restore", way_back), Document("Everything")),
    empty="No backup yet. Make one here, or have one made every few hours by the setting backup.every_hours; both need backup.passphrase.",
    live=True,
    create=Action("create", "Make a backup", "/admin/v1/backups", icon="archive", done="A backup is being made"),
    actions=(
        Action(
            "content",
            "Keep the file",
            "/admin/v1/backups/{id}/content",
            "GET",
            "download",
            file="{file}",
            done="File kept",
            when=lambda row: bool(row["state"] == "completed"),
        ),
        removal(
            "/admin/v1/backups/{id}",
            "Backup removed",
            Danger("Its file is gone for good. Keep at least one backup elsewhere.", (Count("backups", "/admin/v1/backups"),), typed="id"),
            bulk=True,
            when=lambda row: bool(row["state"] != "running"),
        ),
    ),
)

LICENCES: Final = ListView(
    label="Licences",
    path="/admin/v1/licences",
    columns=(
        Column("name", "Name", 220),
        Column("version", "Version", 110, "code"),
        Column("licence", "Licence", 260),
        Column("home", "Home", 320, "code"),
    ),
    facts=(Column("version", "Version", kind="code"), Column("licence", "Licence"), Column("home", "Home", kind="code")),
    filters=(Filter("search", "Search", held=True),),
    empty="No library is installed beside the appliance.",
)
