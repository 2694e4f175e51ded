"""Documents: files that belong to records, with what the virus scanner found, a small picture, and the way back for what was deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from app.models.columns import Column
from app.pages import records
from app.pages.scans import SCAN, readable
from app.pages.specs import Action, Count, Danger, Filter, Outcome, PageSpec, Picture, Words
from app.pages.upload_dialog import UploadDialog
from app.widgets.fields import Field

ONE: Final = "/documents/{id}"
FIELDS: Final = (
    Field("name", "Name", required=True),
    Field("folder", "Folder", placeholder="Offers"),
    Field("description", "Description"),
    Field("contact_id", "Contact", "pick"),
    Field("company_id", "Company", "pick"),
    Field("deal_id", "Deal", "pick"),
    records.OWNED,
    records.TAGS,
)


VIEW: Final = records.beside(
    records.records(
        "documents",
        ("Documents", "Upload a document"),
        "doc",
        (
            Column("name", "Name", 260, sort="name"),
            Column("folder", "Folder", 130, sort="folder"),
            SCAN,
            Column("content.size", "Size", 90, "bytes"),
            Column("media_type", "Format", 150, "code", sort="media_type"),
            Column("company_id", "Company", 180, "code"),
        ),
        FIELDS,
        filters=(Filter("filter[folder][eq]", "Folder"),),
    ),
    Column("content.file_name", "File"),
    Column("content.scan_detail", "Found"),
    Column("contact_id", "Contact", kind="code"),
    Column("deal_id", "Deal", kind="code"),
    Column("description", "Description"),
    Column("content.uploaded_at", "Uploaded", kind="time"),
)
OWN: Final = (
    Action("content", "Save to file…", f"{ONE}/content", "GET", "download", file="{content[file_name]}", done="Document kept", when=readable),
    Action("replace", "New content", f"{ONE}/content", "PUT", "upload", dialog=UploadDialog, when=lambda row: not records.deleted(row)),
    Action(
        "link",
        "Make a link",
        f"{ONE}/content/link",
        icon="link",
        fields=(Field("expires_in", "Good for so many seconds", "number", default=3600),),
        about="Whoever has the link reads the content until it expires, without signing in.",
        done="Link made",
        shows=Outcome((Column("expires_at", "Expires", kind="time"),), texts=(Words("Address", lambda answer: str(answer["url"])),)),
        when=readable,
    ),
)
TAKEN: Final = Action(
    "remove_content",
    "Take the content away",
    f"{ONE}/content",
    "DELETE",
    "x",
    done="Content taken away",
    when=lambda row: bool(row.get("content")),
    danger=Danger("The file is gone for good. What is said of it stays.", (Count("bytes", "", "content.size"),)),
)
DOCUMENTS: Final = replace(
    VIEW,
    empty="No document yet. Upload one here, or attach it to a record through the API.",
    create=Action("upload", "Upload a document", "/uploads", icon="upload", dialog=UploadDialog),
    also=VIEW.also[1:],
    actions=(OWN[0], *VIEW.actions[:1], *OWN[1:], *VIEW.actions[1:], TAKEN),
    picture=Picture(f"{ONE}/thumbnail?size=256", lambda row: readable(row) and str(row.get("media_type")).startswith("image/")),
)
PAGE: Final = PageSpec(
    "documents",
    "Documents",
    "folder",
    "Contents",
    "Files that belong to this tenant's records, and what the virus scanner found in them.",
    (DOCUMENTS,),
)
