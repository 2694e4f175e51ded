"""`junction openapi`: print what the API is, for generators of clients and for comparison with the last release."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from server.web import table
from server.web.openapi import document

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def describe(_call: Invocation) -> int:
    """Print the OpenAPI 3.1 document; it needs no appliance."""
    sys.stdout.write(document.render(table.build().routes, indented=True).decode())
    return 0
