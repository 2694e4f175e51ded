"""`junction new-connector`: draft the folder of a connector; it needs no appliance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from server.outbound import connector_drafts

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def draft(call: Invocation) -> int:
    """Write the folders and say what to do next. Raises Invalid, or Conflict where the connector is there already."""
    project = Path(call.project).resolve()
    files = [str(path.relative_to(project)) for path in connector_drafts.write(call.key, Path(call.spec), project)]
    following = f"Next: mend what manifest.toml guesses (paging, deletes, limits, fields), then run pytest tests/connectors/catalog/{call.key}"
    call.answer({"key": call.key, "files": files}, [*files, following])
    return 0
