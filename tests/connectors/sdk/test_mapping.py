"""Field maps lose nothing that goes both ways, and tell what they cannot map."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sdk.mapping import FieldMap, FieldMaps, MappingProblem, identities, parse_field, read_maps

MAPS = FieldMaps(
    "people",
    "contact",
    (
        FieldMap("email", "emails.0.value", "lower", required=True),
        FieldMap("first_name", "names.0.givenName"),
        FieldMap("address.city", "addresses.0.city"),
        FieldMap("lifecycle", "stage", choices={"lead": "L", "customer": "C"}),
        FieldMap("created", "meta.created", "time", way="in"),
        FieldMap("source", "origin", way="out"),
    ),
    {"kind": "person"},
)
CONTACTS = st.fixed_dictionaries(
    {"email": st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.example", fullmatch=True)},
    optional={
        "first_name": st.none() | st.text(),
        "address": st.fixed_dictionaries({"city": st.text()}),
        "lifecycle": st.sampled_from(["lead", "customer"]),
    },
)


@given(CONTACTS)
def test_what_is_mapped_out_comes_back(contact: dict[str, object]) -> None:
    assert MAPS.to_local(MAPS.to_remote(contact)) == contact


def test_directions_and_constants_are_kept() -> None:
    assert MAPS.to_remote({"email": "A@b.example", "created": "x", "source": "web"}) == {
        "emails": [{"value": "a@b.example"}],
        "origin": "web",
        "kind": "person",
    }
    assert MAPS.to_local({"emails": [{"value": "a@b.example"}], "meta": {"created": 1795176000}, "origin": "web"}) == {
        "email": "a@b.example",
        "created": "2026-11-20T12:00:00.000Z",
    }


def test_only_what_changed_is_sent() -> None:
    contact = {"email": "a@b.example", "first_name": "Alice", "address": {"city": "Bath"}}
    assert MAPS.to_remote(contact, ["first_name"]) == {"names": [{"givenName": "Alice"}], "kind": "person"}
    assert MAPS.to_remote(contact, ["address"]) == {"addresses": [{"city": "Bath"}], "kind": "person"}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({}, "email"),
        ({"emails": [{"value": ""}]}, "email"),
        ({"emails": [{"value": "a"}], "stage": "?"}, "lifecycle"),
        ({"emails": [{"value": {}}]}, "email"),
        ({"emails": [{"value": "a"}], "meta": {"created": "soon"}}, "created"),
    ],
)
def test_what_cannot_be_mapped_names_the_field(row: dict[str, object], field: str) -> None:
    with pytest.raises(MappingProblem) as raised:
        MAPS.to_local(row)
    assert raised.value.field == field


def test_the_users_own_entries_replace_add_and_leave_out() -> None:
    maps = MAPS.with_entries({"first_name": "nick", "custom.size": {"remote": "size", "convert": "integer"}, "address.city": None})
    assert maps.to_remote({"first_name": "Al", "custom": {"size": "7"}, "address": {"city": "Bath"}}) == {"nick": "Al", "size": 7, "kind": "person"}


@pytest.mark.parametrize("entry", [{"remote": "x", "convert": "magic"}, {"remot": "x"}, {"remote": "x", "to": "y"}])
def test_a_wrong_entry_is_refused(entry: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"magic|convert|remot|to"):
        parse_field("x", entry)


def test_what_the_vendor_does_not_have_is_what_rows_here_have_by_default() -> None:
    maps = FieldMaps("events", "activity", (FieldMap("subject", "summary"),), defaults={"type": "meeting", "subject": "(no title)"})
    assert maps.to_local({"summary": ""}) == {"type": "meeting", "subject": "(no title)"}
    assert maps.to_local({"summary": "Roof"}) == {"type": "meeting", "subject": "Roof"}
    assert maps.to_remote({"type": "meeting", "subject": "Roof"}) == {"summary": "Roof"}


def test_a_folder_without_maps_has_none(tmp_path: Path) -> None:
    assert read_maps(tmp_path) == {}


def test_the_vendor_is_offered_only_the_rows_that_are_told() -> None:
    maps = FieldMaps("events", "activity", (), only={"type": ["meeting", "call"], "address.city": "Bath"})
    assert maps.offers({"type": "call", "address": {"city": "Bath"}})
    assert not maps.offers({"type": "task", "address": {"city": "Bath"}})
    assert not maps.offers({"type": "meeting"})
    assert FieldMaps("events", "activity", ()).offers({})
    people = FieldMaps("people", "contact", (), never={"lifecycle": "lead"})
    assert people.offers({"lifecycle": None})
    assert not people.offers({"lifecycle": "lead"})
    assert not maps.with_entries({"subject": "summary"}).offers({})


def test_what_is_offered_is_declared_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text('[events]\nlocal = "activity"\nonly = { type = "meeting" }\nnever = { done = true }\n')
    maps = read_maps(tmp_path)["events"]
    assert (maps.only, maps.never) == ({"type": "meeting"}, {"done": True})


def test_a_field_refers_to_one_or_several_resources_and_goes_on_doing_so_from_another_path() -> None:
    maps = FieldMaps("people", "contact", (parse_field("company_id", {"remote": "firm", "refers": "firms"}),))
    assert maps.links[0].refers == ("firms",)
    assert maps.with_entries({"company_id": "employer"}).links == (FieldMap("company_id", "employer", refers=("firms",)),)
    assert maps.with_entries({"company_id": None}).links == ()
    assert parse_field("contact_id", {"remote": "WhoId", "refers": ["contacts", "leads"]}).refers == ("contacts", "leads")


def test_a_map_that_refers_to_what_has_no_map_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text('[people]\nlocal = "contact"\n[people.fields]\ncompany_id = { remote = "firm", refers = "firms" }\n')
    with pytest.raises(ValueError, match=r"people\.company_id: `refers` names firms"):
        read_maps(tmp_path)


@pytest.mark.parametrize(("value", "ids"), [(None, []), ("", []), (7, ["7"]), ("7", ["7"]), (["7", 8, None], ["7", "8"]), ([], [])])
def test_the_ids_of_a_link_are_texts(value: object, ids: list[str]) -> None:
    assert identities(value) == ids
