"""Makes believable messy contact lists of any length, streaming, the same for the same seed, and says what an import of them must come to.

    expected = write_messy(tmp_path / "contacts.csv", rows=10_000, style=GERMAN, seed=7)

Every tenth row or so is spoilt or odd in one way of a real export; a spoilt row is spoilt in one way only, so that the counts are exact.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST = (
    *("Jürgen", "Anna", "Björn", "Zoë", "Müge", "Óscar", "Inès", "Paul", "Chloé"),
    *("Sören", "Käthe", "Luis", "Mia", "Noah", "Émile", "Ruth", "Fatma", "Jan"),
)
LAST = (
    *("Müller", "Groß", "García", "Lefèvre", "Schäfer", "Nuñez", "Weiß", "Dupont"),
    *("Köhler", "Smith", "Peña", "Brandt", "Öztürk", "Meyer", "Ibáñez", "Roux"),
)
PLACES = (("Köln", "50667"), ("Düsseldorf", "40213"), ("Zürich", "8001"), ("Málaga", "29005"), ("Besançon", "25000"), ("Graz", "08010"))
FIRMS = ("Groß & Söhne GmbH", "Café Núñez, S.L.", 'Bäckerei "Zur Mühle"', "Lefèvre SARL", "Öl; Gas; Wärme AG", "Smith Ltd.")


@dataclass(frozen=True)
class Style:
    """How one program exports: its header, encoding, delimiter and habits of writing."""

    name: str
    header: tuple[str, ...]
    encoding: str
    delimiter: str
    newline: str
    decimal_comma: bool
    date: str
    prefix: str = ""


GERMAN_HEADER = ("Vorname", "Nachname", "E-Mail", "Telefon", "Firma", "Straße", "PLZ", "Ort", "Umsatz", "Kunde seit", "Newsletter", "Notiz")
ENGLISH_HEADER = (
    "First Name",
    "Last Name",
    "Email Address",
    "Phone",
    "Company",
    "Street",
    "Zip",
    "City",
    "Revenue",
    "Customer since",
    "Newsletter",
    "Note",
)
GERMAN = Style("german", GERMAN_HEADER, "cp1252", ";", "\r\n", decimal_comma=True, date="%d.%m.%Y")
EXCEL = Style("excel", GERMAN_HEADER, "utf-8-sig", ";", "\r\n", decimal_comma=True, date="%d.%m.%Y", prefix="sep=;\r\n")
AMERICAN = Style("american", ENGLISH_HEADER, "utf-8", ",", "\n", decimal_comma=False, date="%m/%d/%Y")
BRITISH = Style("british", ENGLISH_HEADER, "utf-8-sig", ",", "\r\n", decimal_comma=False, date="%d/%m/%Y")
TABBED = Style("tabbed", ENGLISH_HEADER, "utf-16", "\t", "\r\n", decimal_comma=False, date="%Y-%m-%d")
STYLES = (GERMAN, EXCEL, AMERICAN, BRITISH, TABBED)


@dataclass
class Expected:
    """What reading and converting the file must come to; `errors` counts refused rows by the kind of spoiling."""

    records: int = 0  # rows with content, broken ones too
    good: int = 0
    emails: set[str] = field(default_factory=set)  # of good rows: the contacts that an upsert by email leaves
    blank: int = 0
    quoted_newlines: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)  # where the refused rows start

    @property
    def distinct(self) -> int:
        """Return how many contacts an upsert by email makes of the good rows."""
        return len(self.emails)

    @property
    def refused(self) -> int:
        """Return how many rows are refused."""
        return sum(self.errors.values())


def write_messy(path: Path, rows: int, style: Style = GERMAN, seed: int = 1) -> Expected:
    """Write a list of `rows` records; memory grows only by the set of emails."""
    rng = random.Random(seed)
    expected = Expected()
    with path.open("w", encoding=style.encoding, newline="") as stream:
        sheet = _Sheet(stream, style)
        for number in range(rows):
            _write_one(sheet, expected, rng, number)
        sheet.blank(2)
    return expected


class _Sheet:
    """The file under way, and the line it stands at."""

    def __init__(self, stream: TextIO, style: Style) -> None:
        self.stream, self.style = stream, style
        self.writer = csv.writer(stream, delimiter=style.delimiter, lineterminator=style.newline)
        stream.write(style.prefix)
        self.line = 1 + style.prefix.count("\n")
        self.row(list(style.header))

    def row(self, cells: list[str]) -> int:
        start = self.line
        self.writer.writerow(cells)
        self.line += 1 + sum(cell.count("\n") for cell in cells)
        return start

    def raw(self, text: str) -> int:
        start = self.line
        self.stream.write(text + self.style.newline)
        self.line += 1
        return start

    def blank(self, count: int) -> None:
        for _ in range(count):
            self.raw("")


def _write_one(sheet: _Sheet, expected: Expected, rng: random.Random, number: int) -> None:
    cells = _contact(sheet.style, rng, number)
    expected.records += 1
    if rng.random() < 0.01:
        sheet.blank(1)
        expected.blank += 1
    if rng.random() < 0.04:
        kind = rng.choice(sorted(SPOILERS))
        expected.errors[kind] = expected.errors.get(kind, 0) + 1
        expected.lines.append(SPOILERS[kind](sheet, cells))
        return
    _make_odd(cells, rng, expected)
    sheet.row(cells)
    expected.good += 1
    expected.emails.add(_bare(cells[2]))


def _contact(style: Style, rng: random.Random, number: int) -> list[str]:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    city, postal_code = rng.choice(PLACES)
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1990, 2026)
    date = style.date.replace("%d", f"{day:02}").replace("%m", f"{month:02}").replace("%Y", str(year))
    amount = f"{rng.randint(0, 9_999_999) / 100:,.2f}"
    amount = amount.translate(str.maketrans(",.", ".,")) if style.decimal_comma else amount
    email = f"contact{number}@example.com"
    phone = f"+49 221 {rng.randint(100_000, 9_999_999)}"
    flag = rng.choice(("ja", "nein") if style.decimal_comma else ("yes", "no"))
    return [first, last, email, phone, rng.choice(FIRMS), f"Hauptstraße {rng.randint(1, 200)}", postal_code, city, amount, date, flag, ""]


def _make_odd(cells: list[str], rng: random.Random, expected: Expected) -> None:
    """Write a good row as people do: stray spaces, shouting, wrapped addresses, notes of several lines, a contact that came before."""
    oddity = rng.random()
    if oddity < 0.05 and expected.emails:
        cells[2] = f"contact{rng.randrange(expected.records)}@example.com"
    elif oddity < 0.08:
        cells[2] = f"{cells[0]} {cells[1]} <{cells[2]}>"
    elif oddity < 0.11:
        cells[2] = cells[2].replace("example.com", "Example.COM ")
    elif oddity < 0.15:
        cells[:2] = [f"  {cells[0]} ", f"{cells[1]}\u00a0"]
    elif oddity < 0.19:
        cells[11] = f'Rief an; will "bald"\nzurückrufen, Tel. {cells[3]}\n\nSonst: Mail'
        expected.quoted_newlines += 1
    elif oddity < 0.22:
        cells[3] = cells[8] = cells[9] = ""


def _bare(email: str) -> str:
    return email.rpartition("<")[2].rstrip("> ").lower()


def _spoil_cell(position: int, text: str) -> Callable[[_Sheet, list[str]], int]:
    def spoil(sheet: _Sheet, cells: list[str]) -> int:
        cells[position] = text
        return sheet.row(cells)

    return spoil


def _extra_cells(sheet: _Sheet, cells: list[str]) -> int:
    return sheet.row([*cells, "unexpected", "cells"])


def _short_row(sheet: _Sheet, cells: list[str]) -> int:
    return sheet.row(cells[:5])


def _stray_quote(sheet: _Sheet, cells: list[str]) -> int:
    """Open a quote that nobody closes."""
    cells[4] = cells[5] = "plain"
    return sheet.raw(sheet.style.delimiter.join([f'"{cells[0]}', *cells[1:]]))


SPOILERS: dict[str, Callable[[_Sheet, list[str]], int]] = {
    "bad_email": _spoil_cell(2, "not an address"),
    "no_domain": _spoil_cell(2, "carol@"),
    "bad_date": _spoil_cell(9, "31.02.2024"),
    "bad_number": _spoil_cell(8, "viel"),
    "bad_flag": _spoil_cell(10, "vielleicht"),
    "nul_character": _spoil_cell(11, "a\0b"),
    "too_many_cells": _extra_cells,
    "too_few_cells": _short_row,
    "stray_quote": _stray_quote,
}
