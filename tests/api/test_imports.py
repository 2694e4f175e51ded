"""Files come in over the API: looked at, imported, followed, stopped; what is wrong with them is said in the contract's words."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from server.services import jobs
from server.services.jobs import Progress
from server.store import database
from server.worker.jobs import FUNCTIONS
from tests.api.appliance import Appliance, Persona, Personas
from tests.api.client import Client, Reply
from tests.api.problems import check_problem
from tests.server.services.exchange.messy import AMERICAN, GERMAN, STYLES, Style, write_messy

IMPORTS = "/api/v1/imports"
CSV = b"first_name,last_name,email\nAda,Lovelace,ada@example.com\nAlan,Turing,alan@example.com\n"
MEBIBYTE = 1 << 20


def form(file: bytes, **fields: Any) -> tuple[bytes, dict[str, str]]:
    """Return a form with a file and its headers."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value if isinstance(value, str) else json.dumps(value)}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\nContent-Type: text/csv\r\n\r\n'
    return b"".join([*parts, head, file, b"\r\n--edge--\r\n"]), {"Content-Type": "multipart/form-data; boundary=edge"}


def send(client: Client, file: bytes, path: str = IMPORTS, headers: Mapping[str, str] | None = None, **fields: Any) -> Reply:
    """Send a file with its fields as a form."""
    body, given = form(file, **{"resource": "contacts", **fields})
    return client.send("POST", path, body, {**given, **(headers or {})})


def work() -> None:
    """Do every job that is due, as a worker would."""
    while job := jobs.take(("import", "import_undo"), "lease", 60_000):
        jobs.perform(job, Progress(job.id, "lease", jobs.position_of(job), job.done, job.total), FUNCTIONS[job.kind])


def imported(persona: Persona, file: bytes, **fields: Any) -> dict[str, Any]:
    """Import a file to its end and return the import."""
    reply = send(persona.client, file, **fields)
    assert reply.status == 202, reply.body
    work()
    found: dict[str, Any] = persona.client.get(reply.headers["location"]).json
    assert found["state"] in {"completed", "failed"}
    return found


def counts(found: Mapping[str, Any]) -> dict[str, int]:
    """Return what became of the rows, without what is zero."""
    assert found["state"] == "completed", found["error"]
    return {name: count for name, count in found["counts"].items() if count and name not in {"dry_run", "rows"}}


def refusals(persona: Persona, found: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the downloaded rows that were refused."""
    reply = persona.client.get(f"{IMPORTS}/{found['id']}/errors")
    assert (reply.status, reply.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    text = reply.body.decode("utf-8-sig")
    delimiter = next((mark for mark in "\t;" if mark in text.splitlines()[0]), ",")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def listed(persona: Persona, plural: str = "contacts") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = persona.client.get(f"/api/v1/{plural}?limit=200&sort=created_at").json["data"]
    return found


def refused(reply: Reply, status: int, code: str) -> Reply:
    check_problem(reply)
    assert (reply.status, reply.code) == (status, code), reply.body
    return reply


def test_a_file_becomes_a_job_that_is_followed_to_its_end(alice: Persona) -> None:
    reply = send(alice.client, CSV)
    begun = reply.json
    assert (reply.status, begun["state"], begun["object"]) == (202, "pending", "import")
    assert reply.headers["location"] == f"{IMPORTS}/{begun['id']}"
    assert begun["mapping"] == {"first_name": "first_name", "last_name": "last_name", "email": "email"}
    work()
    done = alice.client.get(f"{IMPORTS}/{begun['id']}").json
    assert (done["done"], done["total"], done["file_name"], counts(done)) == (2, 2, "people.csv", {"created": 2})
    assert {one["email"] for one in listed(alice)} == {"ada@example.com", "alan@example.com"}
    assert [one["id"] for one in alice.client.get(IMPORTS).json["data"]] == [begun["id"]]
    assert alice.client.get(f"/api/v1/jobs/{begun['id']}").json["kind"] == "import"


def test_a_file_may_be_the_whole_body(alice: Persona) -> None:
    reply = alice.client.send("POST", f"{IMPORTS}?resource=contacts&on_match=skip&match=email", CSV, {"Content-Type": "text/csv"})
    assert (reply.status, reply.json["options"]["on_match"]) == (202, "skip")


def test_a_preview_tells_what_would_be_done_with_each_column(alice: Persona) -> None:
    table = "Vorname;E-Mail;Umsatz;Foo\nJürgen;j@example.com;1.234,50;x\n".encode("cp1252")
    seen = send(alice.client, table, f"{IMPORTS}/preview")
    assert seen.status == 200
    found = {one["name"]: one for one in seen.json["columns"]}
    assert found["E-Mail"]["suggestion"]["field"] == "email"
    assert found["E-Mail"]["suggestion"]["reason"]
    assert found["Vorname"]["samples"] == ["Jürgen"]
    assert found["Foo"]["suggestion"] is None
    assert {one["what"]: one["value"] for one in seen.json["findings"]}["delimiter"] == ";"
    assert seen.json["problems"] == []
    assert send(alice.client, table, f"{IMPORTS}?preview=true").json == seen.json
    assert alice.client.get(IMPORTS).json["data"] == []


def test_a_preview_names_what_stands_in_the_way(alice: Persona) -> None:
    seen = send(alice.client, CSV, f"{IMPORTS}/preview", mapping={"email": "e_mail"}).json
    assert [(one["pointer"], one["code"]) for one in seen["problems"]] == [("/mapping/email", "unknown_field")]


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "a target that is no field": ({"mapping": {"email": "e_mail"}}, "bad_mapping", "/mapping/email"),
    "a column that is not there": ({"mapping": {"mail": "email"}}, "bad_mapping", "/mapping/mail"),
    "two columns for one field": ({"mapping": {"email": "email", "first_name": "email"}}, "bad_mapping", "/mapping/first_name"),
    "a mapping that is no object": ({"mapping": "[1]"}, "validation_failed", "/mapping"),
    "a mapping that is no JSON": ({"mapping": "{"}, "validation_failed", "/mapping"),
    "columns that say nothing": ({"file": b"a,b\n1,2\n"}, "bad_mapping", "/mapping"),
    "a resource nobody knows": ({"resource": "contract"}, "unknown_resource", "/resource"),
    "an option nobody knows": ({"options": {"dryrun": True}}, "validation_failed", "/options/dryrun"),
    "a field nobody knows": ({"surprise": "1"}, "validation_failed", "/surprise"),
    "a match by what has no column": ({"options": {"match": "external_id:hubspot"}}, "bad_match", "/options/match"),
    "a match by what cannot be found by": ({"options": {"match": "last_name"}}, "bad_match", "/options/match"),
    "a time zone that is none": ({"options": {"time_zone": "Mars/Olympus"}}, "validation_failed", "/options/time_zone"),
    "a currency that is none": ({"options": {"currency": "XXXX"}}, "validation_failed", "/options/currency"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_asked_for_wrongly_is_refused_and_nothing_is_kept(appliance: Appliance, alice: Persona, what: str) -> None:
    fields, code, pointer = WRONG[what]
    reply = refused(send(alice.client, **{"file": CSV, **fields}), 422, code)
    assert pointer in reply.pointers
    assert alice.client.get(IMPORTS).json["data"] == []
    assert list((appliance.settings.folder.files / "imports" / "arriving").iterdir()) == []


def bomb() -> bytes:
    """Return a workbook whose sheet unpacks to far more than an honest one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<row>" + b" " * 64 * MEBIBYTE)
    return packed.getvalue()


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>
<contacts><contact><email>&b;</email></contact><contact><email>&b;</email></contact></contacts>"""
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><contacts><contact><email>a</email></contact></contacts>'
NO_TABLES: dict[str, tuple[bytes, str]] = {
    "nothing": (b" \n", "empty_file"),
    "a letter": (b"Dear customer\nthank you for your letter\nyours\n", "not_a_table"),
    "a page": (b"<!doctype html><html><body>Sign in</body></html>", "not_a_table"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_a_table"),
    "a header alone": (b"first_name,email\n", "no_rows"),
    "a zip bomb": (bomb(), "dangerous_workbook"),
    "half a workbook": (b"PK\x03\x04 and then nothing", "unreadable_workbook"),
    "entities in entities": (LAUGHS, "dangerous_xml"),
    "an entity outside": (OUTSIDE, "dangerous_xml"),
    "broken XML": (b"<contacts><contact><email>a@x.io</contact></contacts>", "unreadable_xml"),
    "a JSON document": (b'[{"email": "a@x.io"}]', "not_a_table"),
}


@pytest.mark.parametrize("what", NO_TABLES)
def test_what_is_no_table_is_refused_by_name(alice: Persona, what: str) -> None:
    file, code = NO_TABLES[what]
    refused(send(alice.client, file), 422, code)
    assert alice.client.get(IMPORTS).json["data"] == []


def test_a_body_that_is_no_form_or_no_file_is_refused(alice: Persona) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=edge"}
    refused(alice.client.send("POST", IMPORTS, b"nonsense", kind), 400, "malformed_body")
    refused(alice.client.send("POST", IMPORTS, b"--edge--\r\n", kind), 422, "validation_failed")
    refused(alice.client.send("POST", IMPORTS, b"x", {"Content-Type": "multipart/form-data"}), 400, "malformed_body")
    refused(alice.client.post(IMPORTS, {"resource": "contacts"}), 415, "unsupported_media_type")
    refused(alice.client.send("POST", IMPORTS, b"", {"Content-Type": "text/csv"}), 400, "body_missing")
    refused(alice.client.send("POST", IMPORTS, CSV, {"Content-Type": "text/csv"}), 422, "validation_failed")
    twice = form(CSV, resource="contacts")[0].replace(b"--edge--", b'--edge\r\nContent-Disposition: form-data; name="resource"\r\n\r\nx\r\n--edge--')
    refused(alice.client.send("POST", IMPORTS, twice, kind), 400, "duplicate_member")


def test_rows_that_cannot_be_read_are_refused_one_by_one(alice: Persona) -> None:
    table = b"first_name,email\nA,a@x.io\nB\0B,b@x.io\n" + b"C" * 10 * MEBIBYTE + b",c@x.io\nD,d@x.io\nE,nobody\n"
    found = imported(alice, table)
    assert counts(found) == {"created": 2, "refused": 3}
    rows = refusals(alice, found)
    assert [(row["row"], row["column"]) for row in rows] == [("3", "first_name"), ("4", ""), ("6", "email")]
    assert "NUL" in rows[0]["reason"]
    assert "not an email address" in rows[2]["reason"]


def test_refused_rows_cannot_become_formulas(alice: Persona) -> None:
    found = imported(alice, b'first_name,email\n"=HYPERLINK(""http://x"")",=cmd|calc\n+1,@SUM(A1)\n')
    for row in refusals(alice, found):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_refused_rows_name_the_column_that_a_rule_of_the_api_refuses(alice: Persona) -> None:
    table = f"First Name,Email,Place\nA,a@x.io,{'x' * 300}\n".encode()
    found = imported(alice, table, mapping={"First Name": "first_name", "Email": "email", "Place": "address.city"})
    [row] = refusals(alice, found)
    assert (row["row"], row["column"]) == ("2", "Place")
    assert "200" in row["reason"]


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_a_messy_list_comes_to_exact_counts(alice: Persona, tmp_path: Path, style: Style) -> None:
    rows = 10_000 if style is GERMAN else 1_000
    expected = write_messy(tmp_path / "messy.csv", rows, style)
    kinds = (("revenue", "number"), ("since", "date"), ("newsletter", "boolean"))
    for name, kind in kinds:
        assert alice.client.post("/api/v1/fields/contacts", {"name": name, "type": kind}).status == 201
    fields = ["first_name", "last_name", "email", "phone", "company_id", "address.line1", "address.postal_code", "address.city"]
    mapping = dict(zip(style.header, [*fields, *(f"custom.{name}" for name, _ in kinds), "title"], strict=True))
    options = {"match": "email", "create_companies": True, "dates": "month_first" if style is AMERICAN else "day_first"}
    found = imported(alice, (tmp_path / "messy.csv").read_bytes(), mapping=mapping, options=options)
    result = counts(found)
    assert found["counts"]["rows"] == expected.records
    assert result["refused"] == expected.refused
    assert result["created"] == expected.distinct
    assert result["updated"] + result.get("unchanged", 0) == expected.good - expected.distinct
    assert [int(row["row"]) for row in refusals(alice, found)] == expected.lines
    assert rows_of(alice, "contacts") == expected.distinct
    assert rows_of(alice, "events", "AND type = 'contact.created'") == expected.distinct


def rows_of(persona: Persona, table: str, rest: str = "") -> int:
    found = database.row(f"SELECT COUNT(*) FROM {table} WHERE tenant_id = ? {rest}", (persona.tenant_id,))  # noqa: S608 - names of our own
    return int(found[0]) if found else 0


def workbook() -> bytes:
    made = Workbook()
    for row in (["first_name", "email", "Ort"], ["Ada", "ada@example.com", "Köln"], ["Alan", "nobody", "Bonn"]):
        made.worksheets[0].append(row)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


FORMATS: dict[str, bytes] = {
    "CSV": "first_name,email,Ort\nAda,ada@example.com,Köln\nAlan,nobody,Bonn\n".encode(),
    "XLSX": workbook(),
    "JSON lines": '{"first_name":"Ada","email":"ada@example.com","Ort":"Köln"}\n{"first_name":"Alan","email":"nobody","Ort":"Bonn"}\n'.encode(),
    "XML": "<people><person><first_name>Ada</first_name><email>ada@example.com</email><Ort>Köln</Ort></person>"
    "<person><first_name>Alan</first_name><email>nobody</email><Ort>Bonn</Ort></person></people>".encode(),
}


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_comes_to_the_same(alice: Persona, format_name: str) -> None:
    found = imported(alice, FORMATS[format_name])
    assert counts(found) == {"created": 1, "refused": 1}
    [made] = listed(alice)
    assert (made["first_name"], made["email"], made["address"]["city"]) == ("Ada", "ada@example.com", "Köln")
    assert refusals(alice, found)[0]["email"] == "nobody"


def test_a_later_row_changes_what_an_earlier_one_made(alice: Persona) -> None:
    found = imported(alice, b"first_name,email,phone\nAda,ada@x.io,\nAda,ADA@x.io,+49 30 1234\n", options={"match": "email"})
    assert counts(found) == {"created": 1, "updated": 1}
    [made] = listed(alice)
    assert (made["phone"], made["version"]) == ("+49 30 1234", 2)


def test_the_same_file_again_changes_nothing(alice: Persona) -> None:
    imported(alice, CSV)
    assert counts(imported(alice, CSV)) == {"unchanged": 2}
    assert counts(imported(alice, CSV, options={"on_match": "skip"})) == {"skipped": 2}
    again = imported(alice, CSV, options={"on_match": "error"})
    assert counts(again) == {"refused": 2}
    assert "already" in refusals(alice, again)[0]["reason"]
    assert counts(imported(alice, CSV, options={"match": None})) == {"created": 2}


def test_rows_find_their_records_by_the_id_of_another_system(alice: Persona) -> None:
    mapping = {"Name": "name", "Shop ID": "external_ids.shop"}
    options = {"match": "external_id:shop"}
    first = imported(alice, b"Name,Shop ID\nAcme,1\nBeta,2\n", resource="companies", mapping=mapping, options=options)
    second = imported(alice, b"Name,Shop ID\nAcme Ltd,1\nGamma,3\n", resource="companies", mapping=mapping, options=options)
    assert (counts(first), counts(second)) == ({"created": 2}, {"created": 1, "updated": 1})
    assert sorted(one["name"] for one in listed(alice, "companies")) == ["Acme Ltd", "Beta", "Gamma"]


def test_blank_cells_leave_fields_alone_unless_they_are_to_clear_them(alice: Persona) -> None:
    alice.client.made("contacts", first_name="Ada", email="ada@x.io", phone="+49 30 1234")
    table = b"email,first_name,phone\nada@x.io,Ada,\n"
    assert counts(imported(alice, table)) == {"unchanged": 1}
    assert counts(imported(alice, table, options={"clear_blanks": True})) == {"updated": 1}
    assert listed(alice)[0]["phone"] is None


def test_companies_and_contacts_are_referred_to_by_name_domain_or_address(alice: Persona) -> None:
    acme = alice.client.made("companies", name="Acme", domain="acme.example")
    for _ in range(2):
        alice.client.made("companies", name="Twins")
    mapping = {"email": "email", "Firma": "company_id"}
    table = b"email,Firma\na@x.io,Acme\nb@x.io,ACME.example\nc@x.io,Nobody\nd@x.io,Twins\n"
    found = imported(alice, table, mapping=mapping)
    assert counts(found) == {"created": 2, "refused": 2}
    assert {one["company_id"] for one in listed(alice)} == {acme["id"]}
    reasons = {row["Firma"]: row["reason"] for row in refusals(alice, found)}
    assert "no company" in reasons["Nobody"]
    assert "more than one" in reasons["Twins"]
    deals = imported(alice, b"name,contact\nBig,A@x.io\n", resource="deals", mapping={"name": "name", "contact": "contact_id"})
    assert counts(deals) == {"created": 1}


def test_companies_are_made_on_the_way_when_asked_for(alice: Persona) -> None:
    mapping = {"email": "email", "Firma": "company_id"}
    table = b"email,Firma\na@x.io,Acme\nb@x.io,Acme\nc@x.io,beta.example\n"
    found = imported(alice, table, mapping=mapping, options={"create_companies": True})
    assert counts(found) == {"created": 3, "companies_created": 2}
    assert {one["name"]: one["domain"] for one in listed(alice, "companies")} == {"Acme": None, "beta.example": "beta.example"}


def test_a_dry_run_writes_nothing(alice: Persona) -> None:
    found = imported(alice, CSV + b"X,Y,nobody\n", options={"dry_run": True})
    assert counts(found) == {"created": 2, "refused": 1}
    assert listed(alice) == []
    assert rows_of(alice, "events") == rows_of(alice, "events", "AND type NOT LIKE 'contact.%' AND type <> 'import.completed'")
    assert len(refusals(alice, found)) == 1


def test_a_waiting_import_is_stopped_and_an_ended_one_cannot_be(alice: Persona) -> None:
    begun = send(alice.client, CSV).json
    path = f"{IMPORTS}/{begun['id']}"
    refused(alice.client.get(f"{path}/errors"), 409, "import_not_begun")
    assert alice.client.post(f"{path}/cancel").json["state"] == "cancelled"
    work()
    assert listed(alice) == []
    refused(alice.client.post(f"{path}/cancel"), 409, "job_finished")


def test_only_who_may_write_what_is_imported_imports_it(appliance: Appliance, personas: Personas) -> None:
    refused(send(personas.bob.client, CSV), 403, "insufficient_role")
    tenant_id = personas.alice.tenant_id
    lacking = appliance.persona("narrow", tenant_id, scopes=("imports:write", "companies:write"))
    reply = refused(send(lacking.client, CSV), 403, "insufficient_scope")
    assert reply.json["scope"] == "contacts:write"
    other = appliance.persona("narrow", tenant_id, scopes=("contacts:write",))
    assert refused(send(other.client, CSV), 403, "insufficient_scope").json["scope"] == "imports:write"
    both = appliance.persona("narrow", tenant_id, scopes=("imports:write", "contacts:write"))
    assert send(both.client, CSV).status == 202
    refused(send(both.client, CSV, options={"create_companies": True}), 403, "insufficient_scope")
    work()


def test_imports_of_another_tenant_are_not_there(personas: Personas) -> None:
    found = imported(personas.alice, CSV)
    for path in ("", "/errors"):
        refused(personas.charlie.client.get(f"{IMPORTS}/{found['id']}{path}"), 404, "not_found")
    refused(personas.charlie.client.post(f"{IMPORTS}/{found['id']}/cancel"), 404, "not_found")
    assert personas.charlie.client.get(IMPORTS).json["data"] == []
    assert listed(personas.charlie) == []


def test_an_idempotency_key_imports_a_file_once(alice: Persona) -> None:
    key = {"Idempotency-Key": "import-1"}
    first, second = send(alice.client, CSV, headers=key), send(alice.client, CSV, headers=key)
    assert (first.status, second.body, second.headers["idempotency-replayed"]) == (202, first.body, "true")
    refused(send(alice.client, CSV + b"X,Y,x@y.io\n", headers=key), 422, "idempotency_key_reused")
    assert len(alice.client.get(IMPORTS).json["data"]) == 1


def test_the_sandbox_keeps_its_imports_to_itself(appliance: Appliance, alice: Persona) -> None:
    sandbox = appliance.persona("alice-test", alice.tenant_id, mode="test")
    assert counts(imported(sandbox, CSV)) == {"created": 2}
    assert (listed(alice), alice.client.get(IMPORTS).json["data"]) == ([], [])


def test_an_import_is_taken_back_and_the_report_says_what_became_of_each_record(alice: Persona) -> None:
    found = imported(alice, CSV)
    address = f"{IMPORTS}/{found['id']}"
    [ada] = [one for one in listed(alice) if one["first_name"] == "Ada"]
    alice.client.patch(f"/api/v1/contacts/{ada['id']}", {"title": "Countess"})
    reply = alice.client.post(f"{address}/undo")
    assert (reply.status, reply.json["kind"]) == (202, "import_undo")
    work()
    job = alice.client.get(reply.headers["location"]).json
    assert job["result"] == {"import_id": found["id"], "deleted": 1, "restored": 0, "kept": 1, "gone": 0}
    assert [one["first_name"] for one in listed(alice)] == ["Ada"]
    kept = alice.client.get(f"{address}/changes", query={"outcome": "kept"}).json["data"]
    assert [(one["id"], one["line"], one["reason"]) for one in kept] == [(ada["id"], 2, "It was changed since.")]
    first = alice.client.get(f"{address}/changes", query={"limit": 1}).json
    rest = alice.client.get(f"{address}/changes", query={"limit": 1, "cursor": first["next_cursor"]}).json
    assert {one["outcome"] for one in first["data"] + rest["data"]} == {"kept", "deleted"}
    refused(alice.client.post(f"{address}/undo"), 409, "already_undone")
    refused(alice.client.get(f"{address}/changes", query={"outcome": "lost"}), 400, "invalid_request")
