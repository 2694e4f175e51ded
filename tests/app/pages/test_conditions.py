"""Conditions that somebody puts together: what can be asked of which field, how it reads, and what the appliance is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pytest

from app.models.columns import Column
from app.pages.conditions import KINDS, WAYS, asked, fits, subjects, told
from app.pages.records import ACTIVITIES, CONTACTS, DEALS, LISTS, OBJECTS
from app.pages.specs import ListView
from app.system.arrangements import Condition
from server.domain.actor import Actor
from server.store.records import by_plural
from tests.app.pages.test_declared import declared
from tests.server.crm import index, listed, made

USER = "usr_06gvun05q5shjem08apc5mnssc"
DECLARED = [
    declared("note", label="Note"),
    declared("size", "choice", options=["S", "M"]),
    declared("seats", "number"),
    declared("passport", "encrypted"),
]


def parameters(spec: ListView, *conditions: Condition, either: bool = False, fields: Sequence[dict[str, Any]] = DECLARED) -> list[tuple[str, str]]:
    """Return the query that a list asks."""
    return [(wanted.query, wanted.pattern.format(value)) for wanted, value in asked(subjects(spec, fields), conditions, either=either)]


def test_a_field_is_asked_by_what_it_holds() -> None:
    found = subjects(LISTS[0], DECLARED)
    kinds = {key: subject.kind for key, subject in found.items()}
    assert {kinds[key] for key in ("email", "phone", "title", "custom.note")} == {"text"}
    assert (kinds["tags"], kinds["created_at"], kinds["custom.size"], kinds["custom.seats"]) == ("list", "time", "choice", "number")
    assert (kinds["lifecycle"], kinds["custom.passport"]) == ("choice", "encrypted")
    assert (kinds["company_id"], kinds["owner_id"], found["owner_id"].home) == ("reference", "owner", "/users")
    assert not {"external_ids", "id"} & set(kinds)
    assert {key: subject.kind for key, subject in subjects(DEALS, ()).items()}.items() >= {
        ("value", "number"),
        ("status", "choice"),
        ("close_date", "date"),
    }
    assert subjects(ACTIVITIES, ())["done"].choices == {"true": "Yes", "false": "No"}
    assert subjects(OBJECTS, [declared("plate", resource="objects/vehicle")])["plate"].name == "plate"


def test_conditions_become_one_parameter_each_whatever_they_are_about() -> None:
    both = Condition("email", "contains", "a"), Condition("email", "contains", "b")
    assert parameters(CONTACTS, *both) == [("filter[and][0][email][ilike]", "%a%"), ("filter[and][1][email][ilike]", "%b%")]
    assert parameters(CONTACTS, *both, either=True)[1] == ("filter[or][1][email][ilike]", "%b%")
    assert parameters(CONTACTS, both[0], either=True) == [("filter[and][0][email][ilike]", "%a%")]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("email", "begins", "50%_\\"), ("filter[and][0][email][ilike]", "50\\%\\_\\\\%")),
        (Condition("email", "is", "{}"), ("filter[and][0][email][eq]", "{}")),
        (Condition("title", "one_of", "a, b\\ ,,c"), ("filter[and][0][title][in]", "a,b\\\\,c")),
        (Condition("created_at", "since", "2026-11-20"), ("filter[and][0][created_at][gte]", "2026-11-20T00:00:00Z")),
        (Condition("company_id", "says", "acme"), ("filter[and][0][company.search][eq]", "acme")),
        (Condition("company_id", "empty"), ("filter[and][0][company_id][null]", "true")),
        (Condition("owner_id", "this", USER), ("filter[and][0][owner_id][eq]", USER)),
        (Condition("owner_id", "not_this", USER), ("filter[and][0][owner_id][ne]", USER)),
        (Condition("custom.passport", "filled"), ("filter[and][0][custom.passport][null]", "false")),
    ],
)
def test_a_value_is_sent_as_the_appliance_reads_it(condition: Condition, expected: tuple[str, str]) -> None:
    assert parameters(LISTS[0], condition) == [expected]


def test_records_are_found_by_the_very_thing_they_refer_to(alice: Actor) -> None:
    company = made(alice, "company", name="Acme Werke")["id"]
    for name, of in (("Ann", company), ("Bob", None)):
        made(alice, "contact", first_name=name, company_id=of)

    def names(way: str) -> list[str]:
        ((name, value),) = parameters(CONTACTS, Condition("company_id", way, company))
        return [record["first_name"] for record in listed(alice, "contact", f"{name}={value}")]

    assert (names("this"), names("not_this")) == (["Ann"], ["Bob"])


def test_a_condition_reads_as_a_sentence_in_the_words_of_its_choices() -> None:
    found = subjects(CONTACTS, DECLARED)
    assert told(found["lifecycle"], Condition("lifecycle", "is", "lead")) == "Lifecycle is Lead"
    assert told(found["custom.note"], Condition("custom.note", "empty")) == "Note is empty"


def test_what_was_kept_and_means_nothing_here_does_not_count() -> None:
    found = subjects(CONTACTS, DECLARED)
    assert fits(found.get("email"), Condition("email", "contains", "a"))
    for broken in (
        Condition("custom.gone", "contains", "a"),
        Condition("email", "more", "1"),
        Condition("email", "no_such", "1"),
        Condition("email", "contains", " "),
        Condition("created_at", "since", "yesterday"),
        Condition("custom.seats", "is", "many"),
        Condition("owner_id", "this", "Ada"),
    ):
        assert not fits(found.get(broken.field), broken)


VALUES = {"text": "a", "choice": "S", "switch": "true", "number": "1", "time": "2026-11-20", "date": "2026-11-20", "list": "a", "reference": "acme"}


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.path.strip("/"))
def test_every_condition_on_every_field_is_one_that_the_appliance_takes(alice: Actor, spec: ListView) -> None:
    found = subjects(spec, ())
    every = [
        Condition(key, way, USER if WAYS[way].picks else VALUES[one.kind] if WAYS[way].asks else "")
        for key, one in found.items()
        for way in KINDS[one.kind]
    ]
    assert all(fits(found[one.field], one) for one in every)
    for condition in every:
        query = "&".join(f"{name}={quote(value)}" for name, value in parameters(spec, condition, fields=()))
        listed(alice, by_plural()[spec.path.strip("/")], query)


def test_several_conditions_find_what_all_or_one_of_them_say(alice: Actor) -> None:
    company = made(alice, "company", name="Acme Werke")["id"]
    for name, title, of in (("Ann", "Boss", company), ("Bob", "Boss", None), ("Cid", None, company)):
        made(alice, "contact", first_name=name, title=title, company_id=of)
    index()
    wanted = Condition("title", "is", "Boss"), Condition("company_id", "says", "werke")

    def names(*, either: bool) -> str:
        query = "&".join(f"{name}={quote(value)}" for name, value in parameters(LISTS[0], *wanted, either=either))
        return " ".join(sorted(record["first_name"] for record in listed(alice, "contact", query)))

    assert (names(either=False), names(either=True)) == ("Ann", "Ann Bob Cid")


def test_what_lies_in_a_file_or_in_many_values_is_nothing_to_ask_about() -> None:
    spec = ListView(
        "Documents", "/documents", (Column("content.size", "Size", 1, "bytes"), Column("content.file_name", "File"), Column("x", "X", kind="json"))
    )
    assert subjects(spec, ()) == {}
