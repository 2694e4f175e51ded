"""Many rows as one parameter come out of the database as they went in."""

from __future__ import annotations

from server.store import database, given


def test_rows_come_out_with_their_kinds(opened: str) -> None:
    many = [["a", 1, 1.5, None], ["b 'quoted' %?", 2**40, 0.1, "x"], ['{"json": [1]}', -1, 2.0, "\u00fc\u4e2d"]]
    sql = f"SELECT id, count, share, note FROM {given.table('id text, count bigint, share double precision, note text')} ORDER BY count"  # noqa: S608
    assert [list(row) for row in database.rows(sql, (given.rows(many),))] == sorted(many, key=lambda row: row[1])  # type: ignore[arg-type, return-value]


def test_no_rows_are_no_rows(opened: str) -> None:
    assert database.rows(f"SELECT id FROM {given.table('id text')}", (given.rows([]),)) == []  # noqa: S608
