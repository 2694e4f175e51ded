"""A request as a command that sends it again by hand."""

from __future__ import annotations

import shlex
from collections.abc import Mapping


def curl(url: str, headers: Mapping[str, str], body: str | None) -> str:
    """Return the command for a POSIX shell; what was masked is masked in it too."""
    parts = ["curl", "--request", "POST", "--url", url]
    for name, value in headers.items():
        parts += ["--header", f"{name}: {value}"]
    if body is not None:
        parts += ["--data-binary", body]
    return shlex.join(parts)
