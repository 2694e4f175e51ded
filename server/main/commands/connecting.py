"""`junction new-connector` drafts the folder of a connector, `junction zapier-app` prints our definition; neither needs an appliance."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from server.outbound import app_definitions, connector_drafts
from server.web import table
from server.web.openapi import document

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def draft(call: Invocation) -> int:
    """Write the folders and say what to do next. Raises Invalid, or Conflict where the connector is there already."""
    project = Path(call.project).resolve()
    files = [str(path.relative_to(project)) for path in connector_drafts.write(call.key, Path(call.spec), project)]
    decide = connector_drafts.questions(project / "connectors" / "catalog" / call.key)
    following = ["", "To decide in manifest.toml:", *(f"  - {one}" for one in decide), "", f"Then run: pytest tests/connectors/catalog/{call.key}"]
    call.answer({"key": call.key, "files": files, "decide": decide}, [*files, *following])
    return 0


def zapier_app(_call: Invocation) -> int:
    """Print the app definition."""
    sys.stdout.write(json.dumps(app_definitions.zapier(document.build(table.build().routes)), indent=2, ensure_ascii=False) + "\n")
    return 0
