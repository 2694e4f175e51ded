"""`junction init`, `migrate` and `check`: what is done before anything runs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from server.main.invocation import columns, read_secret

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def init(call: Invocation) -> None:
    """Make an appliance in a data folder that has none."""
    from server.domain.errors import Conflict
    from server.main.banner import first_start_lines
    from server.main.preparation import prepare

    password = read_secret(call.operator_password_file, "password") if call.operator_password_file else None
    first = prepare(call.settings, call.operator_email, password).first
    if first is None:
        raise Conflict(f"There is an appliance in {call.settings.data} already.", code="initialised")
    call.answer({"data": str(call.settings.data), **asdict(first)}, first_start_lines(asdict(first), call.settings))


def migrate(call: Invocation) -> None:
    """Apply the migrations that are pending."""
    from server.main.appliance import open_appliance
    from server.services import seals
    from server.store import schema

    open_appliance(call.settings)
    applied = schema.migrate()
    seals.ensure_canary()
    call.answer({"applied": applied}, [f"applied {name}" for name in applied] or ["The database is up to date."])


def check(call: Invocation) -> None:
    """Show every setting in force; secrets are masked."""
    rows = call.settings.describe()
    shown = [(row.name, row.value, "" if row.source == "default" else f"from {row.source}") for row in rows]
    call.answer([{"name": row.name, "value": row.value, "source": row.source, "help": row.help} for row in rows], columns(shown))
