"""What `serve` and `init` print on a terminal: where everything is, and what is shown only this once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.system.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.system.settings import Settings

WIDTH: Final = 19
_GROUPS_PER_LINE: Final = 8


def ready_lines(settings: Settings, url: str, reports: Mapping[str, Any]) -> list[str]:
    """Return the whole greeting; `reports` holds what the children told: `prepared`, `ready` and perhaps `demo`."""
    lines = ["", f"  {settings.branding.name} {VERSION} is ready.", ""]
    lines += _table(
        ("API", f"{url}/api/v1"),
        ("API description", f"{url}/openapi.json"),
        ("Administration", f"{url}/admin/v1"),
        ("Health", f"{url}/readyz and {url}/metrics"),
        ("Data folder", str(settings.data)),
    )
    fingerprint = reports["ready"].get("fingerprint")
    if fingerprint:
        lines += ["", *_table(("Certificate", "self-signed, SHA-256"), ("", fingerprint[:47]), ("", fingerprint[48:]))]
    if reports["prepared"].get("first"):
        lines += ["", *first_start_lines(reports["prepared"]["first"], settings)]
    if reports.get("demo"):
        lines += ["", *demo_lines(reports["demo"], url)]
    return [*lines, "", "  Ctrl-C stops it; what is under way is finished first.", ""]


def first_start_lines(first: Mapping[str, Any], settings: Settings) -> list[str]:
    """Return what a first start made; nothing of it is shown again."""
    rows = [("Operator", first["operator_email"])]
    if first["one_time_password"]:
        rows.append(("One-time password", first["one_time_password"]))
    where = settings.crypto.master_key_file
    note = [
        f"The recovery code brings every stored secret back when {where} is lost.",
        "Keep it apart from this machine; 'junction doctor' asks for it until you have typed it back.",
    ]
    lines = ["  Write this down: it is shown only now.", "", *_table(*rows)]
    if not first["recovery_code"]:
        return lines  # A start that was cut off has made the key before; 'junction keys rotate-master' gives a new code.
    return [*lines, *recovery_lines(first["recovery_code"]), "", *(f"  {line}" for line in note)]


def recovery_lines(code: str) -> list[str]:
    """Return a recovery code in lines that can be copied by hand."""
    groups = code.split("-")
    written = ["-".join(groups[start : start + _GROUPS_PER_LINE]) for start in range(0, len(groups), _GROUPS_PER_LINE)]
    return _table(*[("" if index else "Recovery code", line) for index, line in enumerate(written)])


def demo_lines(demo: Mapping[str, Any], url: str) -> list[str]:
    """Return how to reach the demo tenant; its keys are there only when they were just made."""
    rows = [("Demo tenant", f"{demo['name']} ({demo['id']})")]
    if not demo.get("live"):
        return [*_table(*rows, ("Its keys", "were shown at the first start; 'junction key create --tenant Demo' makes another"))]
    rows += [("Live key", demo["live"]), ("Test key", demo["test"])]
    return [*_table(*rows), "", f"  Try: curl -H 'X-API-Key: {demo['live']}' '{url}/api/v1/contacts?limit=3'"]


def _table(*rows: Sequence[str]) -> list[str]:
    return [f"  {label:<{WIDTH}}{text}" for label, text in rows]
