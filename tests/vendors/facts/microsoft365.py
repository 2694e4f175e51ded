"""The delta of one mail folder, which the description of Graph that is at hand leaves out. Hand-written."""

from __future__ import annotations

from tests.vendors.facts.writing import ANY, TEXT, integer, listed, operation, record, slice_of

SOURCE = "learn.microsoft.com/graph/api/message-delta (v1.0), read 2026-08"
ROW = {"type": "object", "properties": {"id": TEXT}, "required": ["id"], "additionalProperties": ANY}
PAGE = record({"@odata.context": TEXT, "@odata.nextLink": TEXT, "@odata.deltaLink": TEXT, "value": listed(ROW)}, "@odata.context", "@odata.nextLink",
              "@odata.deltaLink")  # fmt: skip
ASKED = {"$select": TEXT, "$filter": TEXT, "$orderby": TEXT, "$top": integer(1), "$expand": TEXT, "$deltatoken": TEXT, "$skiptoken": TEXT,
         "changeType": TEXT}  # fmt: skip
DELTA = operation(PAGE, query=ASKED)

MESSAGES_DELTA = slice_of(
    "Microsoft Graph, messages of a folder",
    "https://graph.microsoft.com/v1.0",
    SOURCE,
    {"GET /me/mailFolders/{id}/messages/delta": DELTA, "GET /me/mailFolders/{id}/messages/delta()": DELTA},
)
