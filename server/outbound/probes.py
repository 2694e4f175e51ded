"""Whether something listens at an address that an operator has set: opened and closed again, nothing is said."""

from __future__ import annotations

import socket
from typing import Final

PATIENCE_SECONDS: Final = 5.0


def problem_reaching(host: str, port: int) -> str | None:
    """Return why nothing could be reached, in words, or None when something answers. The address guard is not asked."""
    try:
        socket.create_connection((host, port), PATIENCE_SECONDS).close()
    except OSError as error:
        return error.strerror or str(error)
    return None
