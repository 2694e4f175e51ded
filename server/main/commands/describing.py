"""`junction openapi`: the API described, from the route table of this program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from server.web import table
from server.web.openapi import document

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def openapi(_call: Invocation) -> None:
    """Print the OpenAPI 3.1 document; no data folder is needed."""
    sys.stdout.buffer.write(document.render(table.build().routes, indented=True).rstrip() + b"\n")
    sys.stdout.buffer.flush()
