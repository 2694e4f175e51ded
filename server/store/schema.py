"""Bringing the schema up to date: numbered migrations first, then the resource tables as their declarations say.

Resource tables only ever gain: a missing table, column or index is added, nothing is dropped or rewritten. That is what
lets a new resource, or a new field of one, be a single file. Everything else changes by a numbered migration.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from playhouse.migrations import Runner

from server.domain.errors import Conflict
from server.store import database, records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.store.declaration import Resource

MIGRATIONS: Final = Path(__file__).parent / "migrations"


def migrate() -> list[str]:
    """Apply what is pending and return the names; raises Conflict when the database is newer than this program."""
    with database.exclusive():
        runner = Runner(database.db.obj, str(MIGRATIONS))
        refuse_newer(runner.applied())
        applied: list[str] = runner.up()
        # One transaction: with a sync to disk per statement, a first start would take twice as long.
        with database.db.atomic():
            for resource in records.resources():
                _bring_up(resource)
    return applied


def migrate_to(names: Sequence[str]) -> None:
    """Bring an empty database to the schema that these migrations make, so that rows of that time fit. Raises as `migrate`."""
    refuse_newer(names)
    with database.exclusive():
        Runner(database.db.obj, str(MIGRATIONS)).up(max(names))
        with database.db.atomic():
            for resource in records.resources():
                _bring_up(resource)


def revert(target: str) -> list[str]:
    """Undo every migration back through `target`, and return their names; resource tables stay. For going back one release."""
    with database.exclusive():
        undone: list[str] = Runner(database.db.obj, str(MIGRATIONS)).down(target)
    return undone


def pending() -> list[str]:
    """Return the names of migrations not yet applied."""
    applied = applied_names()
    return [name for name in known() if name not in applied]


def known() -> list[str]:
    """Return every migration this program carries, in order."""
    return sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))


def applied_names() -> set[str]:
    """Return what this database says was applied."""
    return set(Runner(database.db.obj, str(MIGRATIONS)).applied())


def refuse_newer(applied: object) -> None:
    """Raise Conflict when the names hold one that this program does not know."""
    newer = sorted(set(applied) - set(known()))  # type: ignore[call-overload]
    if newer:
        raise Conflict(f"The data was written by a newer version (it has '{newer[-1]}'); upgrade this program first.", code="schema_newer")


def _bring_up(resource: Resource) -> None:
    present = {column.name for column in database.db.get_columns(resource.table)} if database.db.table_exists(resource.table) else set()
    if not present:
        database.execute(resource.create_table())
    for name, kind in resource.columns():
        if present and name not in present:
            database.execute(f"ALTER TABLE {resource.table} ADD COLUMN {name} {kind}")
    for statement in resource.create_indexes():
        database.execute(statement)
