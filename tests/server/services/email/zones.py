"""Zones as an owner would write them: from the records that a sending domain is shown with."""

from __future__ import annotations

from typing import Any

DOMAIN = "example.test"


def pasted(found: dict[str, Any], *more: str) -> str:
    """Return the lines of a zone in which every record of a domain is pasted, its findings' records included."""
    records = [found["ownership"], *(key["record"] for key in found["dkim"] if key["state"] != "retired")]
    records += [record for finding in found["findings"] for record in finding["records"]]
    lines = {record["zone_line"] for record in records if record["name"].endswith(found["name"])}
    return "\n".join([*sorted(lines), *more])
