"""People who do not exist, the same one for the same number: what mock vendors are filled with."""

from __future__ import annotations

FIRST = ("Alice", "Bob", "Charlie", "Dana", "Émile", "Fatima", "Grace", "Héloïse", "Ines", "Jörg")
LAST = ("Adams", "Brown", "Clark", "Davis", "Evans", "Fischer", "García", "Hughes")


def first_name(number: int) -> str:
    return FIRST[number % len(FIRST)]


def last_name(number: int) -> str:
    return LAST[number // len(FIRST) % len(LAST)]


def email(number: int) -> str:
    return f"person{number}@people.example"


def phone(number: int) -> str:
    return f"+4420{number:08d}"


def company(number: int) -> str:
    return f"Company {number % 97}"
