"""Every resource can be imported: its fields are offered, found by the names people use, and converted to what it accepts."""

import pytest

from server.services import records
from server.services.exchange.conventions import Convention
from server.services.exchange.fields import hints_of
from server.services.exchange.mapper import Mapper
from server.services.exchange.mapping import FieldHint, suggest
from server.services.exchange.row import Row
from server.services.exchange.synonyms import STRONG
from server.store.declaration import Resource
from server.store.records import by_plural, resources

TEXTS = {
    "text": "Größe 5",
    "reference": "con_1",
    "email": "Carol <CAROL@example.com>",
    "phone": "+49\u00a0221 \u2013 12345",
    "domain": "https://www.Example.com/de?x=1",
    "currency": "€",
    "integer": "1.234",
    "decimal": "12,5 %",
    "money": "1.234,56 €",
    "boolean": "ja",
    "date": "31.12.2026",
    "datetime": "31.12.2026 14:30",
    "list": "VIP; Messe",
    "object": "[]",
}
GERMAN = Convention(decimal_comma=True, time_zone="Europe/Berlin")


def _plural(resource: Resource) -> str:
    return resource.plural


@pytest.mark.parametrize("resource", resources(), ids=_plural)
def test_what_is_converted_is_what_the_resource_accepts(resource: Resource) -> None:
    hints = [hint for hint in hints_of(resource) if hint.name != "external_ids"]
    mapping = {hint.name: hint.name for hint in hints} | {"Shop": "external_ids.shop"}
    mapper = Mapper(mapping, hints_of(resource), dict.fromkeys(mapping, GERMAN))
    cells = {hint.name: (hint.choices[-1].upper() if hint.choices else TEXTS[hint.kind]) for hint in hints} | {"Shop": "17"}
    body, errors = mapper.apply(Row(2, dict(cells)))
    assert errors == []
    document = records.validate(resource, body)
    assert document["external_ids"] == {"shop": "17"}
    assert document["tags"] == ["VIP", "Messe"]
    assert all(document[name] not in (None, "") for name in resource.fields if name not in resource.read_only)


@pytest.mark.parametrize("resource", resources(), ids=_plural)
def test_every_field_is_suggested_for_its_own_name_and_for_its_first_synonym(resource: Resource) -> None:
    for hint in hints_of(resource):
        for column in (hint.name, *STRONG.get(hint.name, ())[:1]):
            assert suggest([column], hints_of(resource), {})[column].field == hint.name


def test_the_synonyms_are_of_fields_that_exist() -> None:
    names = {hint.name for resource in resources() for hint in hints_of(resource)}
    assert STRONG.keys() - names - {"full_name", "value.currency"} == set()


def test_hints_tell_what_is_required_and_what_can_be_chosen() -> None:
    hints = {hint.name: hint for hint in hints_of(by_plural()["deals"])}
    assert hints["name"] == FieldHint("name", "text", required=True)
    assert hints["status"].choices == ("open", "won", "lost")
    assert not hints["status"].required


def test_custom_fields_are_offered_with_their_types() -> None:
    declared = [("size", "choice", True, '["S", "M"]'), ("revenue", "number", False, None)]
    hints = hints_of(by_plural()["companies"], declared)
    assert FieldHint("custom.size", "enum", required=True, choices=("S", "M")) in hints
    assert FieldHint("custom.revenue", "decimal") in hints
