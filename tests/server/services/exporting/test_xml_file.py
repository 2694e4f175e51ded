"""XML tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from server.services.exporting import xml_file
from server.services.exporting.columns import Column, Table
from server.services.exporting.xml_file import element_name
from tests.server.services.exporting.tables import plain


def test_dotted_columns_are_elements_inside_others_and_blanks_are_left_out() -> None:
    columns = (Column("id", ("id",)), Column("address.city", ("address", "city")), Column("address.country", ("address", "country")))
    table = Table("contacts", "contact", (*columns, Column("ok", ("ok",), "boolean")))
    documents: list[dict[str, Any]] = [{"id": "1", "address": {"city": "A&B", "country": "DE"}, "ok": True}, {"id": "2", "address": None, "ok": None}]
    assert b"".join(xml_file.write(table, [documents])).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<contacts>\n<contact><id>1</id><address><city>A&amp;B</city><country>DE</country></address>'
        "<ok>true</ok></contact>\n<contact><id>2</id></contact>\n</contacts>\n"
    )


def test_any_name_makes_an_element() -> None:
    assert [element_name(name) for name in ("E-Mail Adresse", "1st", "", "ü", "a/b<c>", "..")] == ["E-Mail_Adresse", "_1st", "_", "_", "a_b_c_", "_"]
    assert b"<a_b>1.50</a_b>" in b"".join(xml_file.write(plain("a b"), [[{"a b": Decimal("1.50")}]]))
