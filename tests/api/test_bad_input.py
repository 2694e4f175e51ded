"""Whatever is sent, the answer is the contract's problem document naming what and where, and nothing is half-written."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest

from server.domain.actor import Actor
from server.domain.blanks import UNBLANK, WHITE_SPACE
from server.services import events as events_service
from server.store import database
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client, Reply, path_of
from tests.api.problems import check_problem
from tests.api.routes import description

CONTACTS = "/api/v1/contacts"
DEEP = b'{"custom": ' + b"[" * 500 + b"]" * 500 + b"}"
TOO_DEEP_TO_PARSE = b"[" * 100_000


def refused(reply: Reply, status: int, code: str, *pointers: str) -> None:
    """Check a refusal and what it points at."""
    check_problem(reply)
    assert (reply.status, reply.code) == (status, code), reply.body
    assert reply.pointers == list(pointers)


def count(alice: Persona) -> int:
    """Return how many contacts and events the tenant has."""
    found = database.row(
        "SELECT (SELECT count(*) FROM contacts WHERE tenant_id = ?) + (SELECT count(*) FROM events WHERE tenant_id = ? AND type = 'contact.created')",
        (alice.tenant_id, alice.tenant_id),
    )
    assert found is not None
    return int(found[0])


BODIES: dict[str, tuple[bytes, int, str, tuple[str, ...]]] = {
    "nothing": (b"", 400, "body_missing", ("",)),
    "half an object": (b'{"first_name": "A"', 400, "malformed_json", ()),
    "no JSON": (b"first_name=A", 400, "malformed_json", ()),
    "a comment": (b'{"first_name": "A" /* hello */}', 400, "malformed_json", ()),
    "NaN": (b'{"probability": NaN}', 400, "malformed_json", ()),
    "an infinity": (b'{"probability": -Infinity}', 400, "malformed_json", ()),
    "invalid UTF-8": (b'{"first_name": "\xff"}', 400, "invalid_utf8", ()),
    "UTF-16": ('{"first_name": "A"}'.encode("utf-16"), 400, "invalid_utf8", ()),
    "deep": (DEEP, 400, "too_deep", ()),
    "deeper than a parser goes": (TOO_DEEP_TO_PARSE, 400, "too_deep", ()),
    "duplicate members": (b'{"first_name": "A", "first_name": "B"}', 400, "duplicate_member", ("/first_name",)),
    "duplicate members inside": (b'{"address": {"city": "A", "city": "B"}}', 400, "duplicate_member", ("/city",)),
    "a duplicate that is half a character": (b'{"\\ud800": 1, "\\ud800": 2}', 400, "duplicate_member", ("/?",)),
    "an array": (b"[]", 422, "validation_failed", ("",)),
    "null": (b"null", 422, "validation_failed", ("",)),
    "a number": (b"1", 422, "validation_failed", ("",)),
    "a text": (b'"contact"', 422, "validation_failed", ("",)),
    "NUL": (b'{"first_name": "A\\u0000B"}', 422, "validation_failed", ("/first_name",)),
    "NUL in a name": (b'{"custom": {"a\\u0000b": 1}}', 422, "validation_failed", ("/custom",)),
    "half a character": (b'{"first_name": "\\ud800"}', 422, "validation_failed", ("/first_name",)),
    "half a character in a list": (b'{"tags": ["fine", "\\uDFFF"]}', 422, "validation_failed", ("/tags/1",)),
    "half a character in a name": (b'{"custom": {"\\uD83D": 1}}', 422, "validation_failed", ("/custom",)),
    "a huge integer": (b'{"custom": {"n": 123456789012345678901234567890}}', 422, "validation_failed", ("/custom/n",)),
    "an integer of 10,000 digits": (b'{"custom": {"n": ' + b"9" * 10_000 + b"}}", 422, "number_too_large", ()),
    "a huge exponent": (b'{"custom": {"n": 1e999}}', 422, "validation_failed", ("/custom/n",)),
    "a wrong type": (b'{"first_name": 7}', 422, "validation_failed", ("/first_name",)),
    "an unknown field": (b'{"frist_name": "A"}', 422, "validation_failed", ("/frist_name",)),
    "a field of the envelope": (b'{"id": "con_1"}', 422, "validation_failed", ("/id",)),
    "several faults": (b'{"first_name": 7, "email": "no", "x": 1}', 422, "validation_failed", ("/first_name", "/email", "/x")),
    "no e-mail address": (b'{"email": "a@b"}', 422, "validation_failed", ("/email",)),
    "a company that is not there": (b'{"company_id": "cmp_1"}', 422, "validation_failed", ("/company_id",)),
    "an owner who is not there": (b'{"owner_id": "usr_1"}', 422, "validation_failed", ("/owner_id",)),
    "a custom field that is not declared": (b'{"custom": {"shoe_size": 44}}', 422, "validation_failed", ("/custom/shoe_size",)),
    "an external id that is none": (b'{"external_ids": {"shop": 5}}', 422, "validation_failed", ("/external_ids/shop",)),
    "a system with a slash": (b'{"external_ids": {"a/b": "5"}}', 422, "validation_failed", ("/external_ids/a~1b/[key]",)),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_broken_body_is_named_and_nothing_is_written(alice: Persona, what: str) -> None:
    body, status, code, pointers = BODIES[what]
    refused(alice.client.post(CONTACTS, body), status, code, *pointers)
    assert count(alice) == 0


def test_a_whole_character_beyond_the_basic_plane_is_kept(alice: Persona) -> None:
    reply = alice.client.post(CONTACTS, b'{"first_name": "\\ud83d\\ude00 \\\\ud800"}')
    assert reply.status == 201
    assert reply.json["first_name"] == "\U0001f600 \\ud800"


DEALS: dict[str, tuple[Mapping[str, Any], tuple[str, ...]]] = {
    "missing": ({}, ("/name",)),
    "amount as a number": ({"name": "D", "value": {"amount": 12.34, "currency": "EUR"}}, ("/value/amount",)),
    "amount with an exponent": ({"name": "D", "value": {"amount": "1e3", "currency": "EUR"}}, ("/value/amount",)),
    "amount too long": ({"name": "D", "value": {"amount": "1" * 40, "currency": "EUR"}}, ("/value/amount",)),
    "no currency": ({"name": "D", "value": {"amount": "1.00"}}, ("/value/currency",)),
    "a currency nobody knows": ({"name": "D", "value": {"amount": "1.00", "currency": "QQQ"}}, ("/value/currency",)),
    "no date": ({"name": "D", "close_date": "2026-02-30"}, ("/close_date",)),
    "a date as a number": ({"name": "D", "close_date": 20261120}, ("/close_date",)),
    "a status that is none": ({"name": "D", "status": "wonn"}, ("/status",)),
    "more than certain": ({"name": "D", "probability": 101}, ("/probability",)),
    "a truth where a number belongs": ({"name": "D", "probability": True}, ("/probability",)),
    "too long": ({"name": "D" * 501}, ("/name",)),
}


@pytest.mark.parametrize("what", DEALS)
def test_a_broken_value_is_pointed_at(alice: Persona, what: str) -> None:
    body, pointers = DEALS[what]
    refused(alice.client.post("/api/v1/deals", body), 422, "validation_failed", *pointers)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/json; charset=latin-1", 415),
        ("application/json; charset=", 201),
        ("application/json; charset=UTF-8", 201),
        ("application/vnd.example+json", 201),
        ("APPLICATION/JSON", 201),
        ('application/json; charset="utf-8', 201),
        ("json", 415),
        ("", 415),
        (";;;===", 415),
    ],
)
def test_only_json_in_utf_8_is_understood(alice: Persona, given: str, status: int) -> None:
    reply = alice.client.post(CONTACTS, b"{}", {"Content-Type": given})
    assert reply.status == status, reply.body
    if status == 415:
        refused(reply, 415, "unsupported_media_type")


def test_a_body_without_a_type_is_refused(alice: Persona) -> None:
    head = f"POST {CONTACTS} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {alice.key}\r\nContent-Length: 2\r\n\r\n"
    assert b"HTTP/1.1 415" in alice.client.raw(head.encode() + b"{}")


def test_ten_megabytes_are_refused_and_the_connection_goes_on(alice: Persona) -> None:
    refused(alice.client.post(CONTACTS, b'{"first_name": "' + b"A" * 10_000_000 + b'"}'), 413, "body_too_large")
    assert alice.client.get(CONTACTS).json["data"] == []


def chunked(alice: Persona, parts: list[bytes], **headers: str) -> bytes:
    """Post a body in chunks, without saying how long it is, and return the raw answer."""
    lines = [f"POST {CONTACTS} HTTP/1.1", "Host: a", "Connection: close", f"Authorization: Bearer {alice.key}", "Content-Type: application/json"]
    lines += ["Transfer-Encoding: chunked", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()), "", ""]
    body = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts)
    return alice.client.raw("\r\n".join(lines).encode() + body + b"0\r\n\r\n")


def test_a_body_in_chunks_is_read(alice: Persona) -> None:
    assert b"HTTP/1.1 201" in chunked(alice, [b'{"first', b'_name": "A"}'])


def test_a_body_in_chunks_cannot_be_longer_than_the_limit(alice: Persona) -> None:
    assert b"HTTP/1.1 413" in chunked(alice, [b'{"first_name": "', *[b"A" * 60_000] * 50, b'"}'])


def test_a_gzip_bomb_is_refused_at_the_limit(alice: Persona) -> None:
    bomb = gzip.compress(b'{"first_name": "' + b"A" * 100_000_000 + b'"}')
    assert len(bomb) < 200_000
    reply = alice.client.post(CONTACTS, bomb, {"Content-Encoding": "gzip"})
    refused(reply, 413, "body_too_large")


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_compressed_body_is_read(alice: Persona, encoding: str, pack: Any) -> None:
    assert alice.client.post(CONTACTS, pack(b'{"first_name": "A"}'), {"Content-Encoding": encoding}).json["first_name"] == "A"


def test_a_body_that_is_not_compressed_as_it_says_is_refused(alice: Persona) -> None:
    reply = alice.client.post(CONTACTS, b'{"first_name": "A"}', {"Content-Encoding": "gzip"})
    assert 400 <= reply.status < 500
    check_problem(reply)


QUERIES: dict[str, tuple[str, str, str, str]] = {
    "an unknown field": ("filter[emial][eq]=a", "unknown_filter", "filter[emial]", "'email'"),
    "an unknown operator": ("filter[email][betwen]=a", "unknown_operator", "filter[email][betwen]", "'between'"),
    "an unknown sort": ("sort=-craeted_at", "unknown_sort", "sort", "'created_at'"),
    "an unknown parameter": ("fliter[email]=a", "unknown_parameter", "fliter[email]", "'filter'"),
    "an unknown field of a relation": ("filter[company.nmae][eq]=a", "unknown_filter", "filter[company.nmae]", "'name'"),
    "an unknown custom field": ("filter[custom.size][eq]=a", "unknown_filter", "filter[custom.size]", ""),
    "an unknown member of fields": ("fields=emial", "unknown_field", "fields", "'email'"),
    "an unknown expansion": ("expand=compny", "unknown_expand", "expand", ""),
    "a limit of nothing": ("limit=0", "malformed_limit", "limit", "1 to 200"),
    "a negative limit": ("limit=-1", "malformed_limit", "limit", "1 to 200"),
    "a limit beyond the largest": ("limit=201", "malformed_limit", "limit", "1 to 200"),
    "a huge limit": ("limit=" + "9" * 400, "malformed_limit", "limit", "1 to 200"),
    "a limit that is no number": ("limit=ten", "malformed_limit", "limit", "1 to 200"),
    "a limit in other digits": ("limit=%D9%A3", "malformed_limit", "limit", "1 to 200"),
    "a forged cursor": ("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "invalid_cursor", "", ""),
    "a cursor in no alphabet": ("cursor=%C3%BC%00", "invalid_cursor", "", ""),
    "an endless cursor": ("cursor=" + "A" * 5000, "invalid_cursor", "cursor", ""),
    "a repeated limit": ("limit=1&limit=2", "repeated_parameter", "limit", ""),
    "half a filter": ("filter[email=a", "malformed_filter", "filter[email", ""),
    "a filter without a field": ("filter=a", "malformed_filter", "filter", ""),
    "a NUL": ("filter[email][eq]=%00", "malformed_value", "filter[email][eq]", ""),
    "no date": ("filter[created_at][gt]=yesterday", "invalid_filter", "filter[created_at]", ""),
    "too deep": ("filter" + "[not]" * 6 + "[email][eq]=a", "filter_too_deep", "filter" + "[not]" * 6 + "[email][eq]", ""),
    "too wide": ("&".join(f"filter[or][{n}][email][eq]={n}" for n in range(51)), "filter_too_large", "filter[or][50][email][eq]", ""),
    "like on a time": ("filter[created_at][like]=2026%25", "invalid_filter", "filter[created_at]", ""),
    "a sort by an object": ("sort=address", "unknown_sort", "sort", ""),
}


@pytest.mark.parametrize("what", QUERIES)
def test_a_broken_question_is_named_with_its_near_miss(alice: Persona, what: str) -> None:
    query, code, pointer, hint = QUERIES[what]
    reply = alice.client.get(f"{CONTACTS}?{query}")
    refused(reply, 400, code, *([pointer] if pointer else []))
    assert hint in reply.json["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "filter[probability][gt]=nan",
        "filter[probability][gt]=inf",
        "filter[probability][gt]=1e999",
        "filter[version][eq]=99999999999999999999",
        "filter[version][eq]=1.5",
        "filter[value][eq]=12,5",
        "filter[value][gt]=99999999999999999999",
        "filter[close_date][between]=2026-01-01",
        "filter[created_at][lt]=0001-01-01T00:00:00%2B23:59",
        "filter[created_at][lt]=9999-12-31T23:59:59-23:59",
        "filter[deleted][eq]=maybe",
        "filter[tags][gt]=a",
        "filter[name][null]=perhaps",
    ],
)
def test_a_value_that_cannot_be_compared_is_a_broken_question(alice: Persona, query: str) -> None:
    reply = alice.client.get(f"/api/v1/deals?{query}")
    check_problem(reply)
    assert reply.status == 400 or (reply.status == 200 and "created_at" in query)


@pytest.mark.parametrize("pattern", ["\\", "%\\", "a\\\\\\", "[", "*", "?", "%%%%", "_", "%_\\%"])
@pytest.mark.parametrize("operator", ["like", "ilike"])
def test_no_pattern_breaks_the_database(alice: Persona, pattern: str, operator: str) -> None:
    alice.client.made("contacts", first_name=pattern, last_name="x")
    found = alice.client.get(CONTACTS, query={f"filter[first_name][{operator}]": pattern})
    assert found.status == 200


IDS = [
    "con_1",
    "x" * 5000,
    "con_00000000000000000000000000",
    "..",
    ".",
    "%2e%2e",
    "a%20b",
    "%C3%BC",
    "'; DROP TABLE contacts; --",
    "con_%",
    "%25",
    "*",
]


@pytest.mark.parametrize("identifier", IDS)
@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_an_id_that_is_none_is_not_found(alice: Persona, identifier: str, method: str) -> None:
    target = f"{CONTACTS}/{identifier}".replace(" ", "%20").replace(";", "%3B")
    reply = alice.client.send(method, target, {} if method in {"PATCH", "PUT"} else None)
    assert reply.status in {404, 400}
    check_problem(reply)


@pytest.mark.parametrize("identifier", ["%00", "%ff", "%", "%zz", "%a", "%C3%28", "a%00b", "%u1234"])
def test_a_name_that_is_not_percent_encoded_utf_8_is_refused(alice: Persona, identifier: str) -> None:
    refused(alice.client.get(f"{CONTACTS}/{identifier}"), 400, "malformed_address")
    reply = alice.client.put(f"{CONTACTS}/by-external-id/shop/{identifier}", {"first_name": "A"})
    refused(reply, 400, "malformed_address")
    assert count(alice) == 0


@pytest.mark.parametrize("external_id", ["a b", "a/b", "a%b", "ü", "☃", "a+b", "a?b#c", "..", "%2F", "a&b=c", "\\", "'"])
def test_an_external_id_may_hold_any_character_of_an_address(alice: Persona, external_id: str) -> None:
    target = path_of("contacts", "by-external-id", "shop", external_id)
    created = alice.client.put(target, {"first_name": "A"})
    assert created.status == 201, created.body
    assert created.json["external_ids"] == {"shop": external_id}
    again = alice.client.put(target, {"last_name": "B"})
    assert (again.status, again.json["id"]) == (200, created.json["id"])
    found = alice.client.get(CONTACTS, query={"filter[external_ids.shop][eq]": external_id})
    assert [one["id"] for one in found.json["data"]] == [created.json["id"]]


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/contacts/../keys",
        "/api/v1/contacts/%2e%2e/keys",
        "/api/v1/../../etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/api/v1/contacts%2Fcon_1",
        "/api/v1//contacts",
        "/api/v1/contacts//restore",
        "/" + "a/" * 3000,
        "/api/v1/" + "a" * 8000,
        "/api/v1/nothing%00",
        "/%ff%fe",
    ],
)
def test_no_address_leads_elsewhere(alice: Persona, target: str) -> None:
    reply = alice.client.get(target)
    check_problem(reply)
    assert reply.status in {404, 400}


def test_a_path_with_bytes_beyond_ascii_is_answered_and_logged(alice: Persona) -> None:
    answer = alice.client.raw(
        b"GET /api/v1/\xff\xfe/\xc3\xbc HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer " + alice.key.encode() + b"\r\n\r\n"
    )
    problem = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (problem["status"], problem["instance"]) in {(404, "/api/v1/%FF%FE/%C3%BC"), (400, "")}


@pytest.mark.parametrize("tag", ["garbage", '"1', "1,2", '"1", "2"', 'W/"1" x', "\\", "-1", "é"])
def test_an_if_match_that_is_no_tag_is_refused(alice: Persona, tag: str) -> None:
    made = alice.client.made("contacts")
    reply = alice.client.patch(f"{CONTACTS}/{made['id']}", {"first_name": "A"}, {"If-Match": tag})
    refused(reply, 400, "invalid_if_match")


@pytest.mark.parametrize("tag", ['"2"', '"abc"', '"99999999999999999999999"', 'W/"0"', '"2-00ff"', '""'])
def test_an_if_match_of_another_version_is_stale(alice: Persona, tag: str) -> None:
    made = alice.client.made("contacts")
    reply = alice.client.patch(f"{CONTACTS}/{made['id']}", {"first_name": "A"}, {"If-Match": tag})
    refused(reply, 412, "stale_version")
    assert reply.headers["etag"] == '"1"'


@pytest.mark.parametrize("key", ["", '""', " ", "x" * 256, "\t", "a\xadb"])
def test_an_idempotency_key_that_is_none_is_refused(alice: Persona, key: str) -> None:
    refused(alice.client.post(CONTACTS, {}, {"Idempotency-Key": key}), 400, "invalid_idempotency_key")


def test_headers_nobody_knows_change_nothing(alice: Persona) -> None:
    strange = {"Prefer": "handling=strict, return=minimal", "X-Anything": "\xff", "Range": "bytes=0-1", "Accept": "image/png", "TE": "trailers"}
    assert alice.client.get(CONTACTS, strange).status == 200
    assert alice.client.post(CONTACTS, {"first_name": "A"}, strange).status == 201


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "\xe9"])
def test_a_request_id_that_is_none_is_replaced(alice: Persona, given: str) -> None:
    reply = alice.client.get(CONTACTS, {"X-Request-Id": given})
    assert reply.headers["x-request-id"].startswith("req_")


def test_an_event_that_cannot_be_written_takes_the_record_with_it(alice: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(actor: Actor, *_: Any, **__: Any) -> str:
        raise RuntimeError(actor.id)

    monkeypatch.setattr(events_service, "emit", fail)
    reply = alice.client.post(CONTACTS, {"first_name": "A", "external_ids": {"shop": "1"}})
    refused(reply, 500, "internal_error")
    assert alice.actor.id not in reply.body.decode()
    assert count(alice) == 0
    assert database.row("SELECT 1 FROM external_ids WHERE tenant_id = ?", (alice.tenant_id,)) is None


RAW: dict[str, bytes] = {
    "no request": b"hello\r\n\r\n",
    "a method nobody knows": b"BREW /api/v1/contacts HTTP/1.1\r\nHost: a\r\n\r\n",
    "a bad header": b"GET /api/v1/contacts HTTP/1.1\r\nHost: a\r\nbad header: x\r\n\r\n",
    "a header without a colon": b"GET /api/v1/contacts HTTP/1.1\r\nHost: a\r\nbad\r\n\r\n",
    "a header with a NUL": b"GET /api/v1/contacts HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
    "an over-long line": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "an over-long header": b"GET /api/v1/contacts HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
    "two lengths": b"POST /api/v1/contacts HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length that is none": b"POST /api/v1/contacts HTTP/1.1\r\nHost: a\r\nContent-Length: two\r\n\r\n{}",
    "a negative length": b"POST /api/v1/contacts HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n\r\n{}",
    "length and chunks": b"POST /api/v1/contacts HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an unknown transfer coding": b"POST /api/v1/contacts HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: magic\r\n\r\n{}",
    "another protocol": b"GET /api/v1/contacts SMTP/1.1\r\nHost: a\r\n\r\n",
    "a version to come": b"GET /api/v1/contacts HTTP/7.9\r\nHost: a\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a space in the address": b"GET /api/v1/con tacts HTTP/1.1\r\nHost: a\r\n\r\n",
    "bare line feeds and no end": b"GET /api/v1/contacts HTTP/1.1\nX\n\n",
}


@pytest.mark.criterion("api-8")
@pytest.mark.parametrize("what", RAW)
def test_what_the_parser_refuses_is_a_problem_too(appliance: Appliance, what: str) -> None:
    answer = appliance.anonymous.raw(RAW[what])
    reply = parsed(answer)
    assert 400 <= reply.status < 500, answer[:300]
    check_problem(reply)


@pytest.mark.parametrize("target", [b"http://elsewhere/api/v1/contacts", b"*", b"//evil/api/v1/contacts", b"/api/v1/contacts#x", b"?x=1"])
@pytest.mark.parametrize("method", [b"GET", b"OPTIONS", b"DELETE"])
def test_every_form_of_target_is_answered(appliance: Appliance, target: bytes, method: bytes) -> None:
    answer = appliance.anonymous.raw(method + b" " + target + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    reply = parsed(answer)
    assert reply.status < 500, answer
    if reply.status >= 400:
        check_problem(reply)


def parsed(answer: bytes) -> Reply:
    """Return a raw answer as a reply."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Reply(int(first.split()[1]), headers, body)


def test_a_body_that_is_waited_for_is_asked_for(alice: Persona) -> None:
    head = f"POST {CONTACTS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {alice.key}\r\nContent-Type: application/json\r\n"
    answer = alice.client.raw(f"{head}Content-Length: 20\r\nExpect: 100-continue\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 100 ")


def test_a_repeated_credential_is_no_way_in(appliance: Appliance, alice: Persona) -> None:
    answer = Client(appliance.links, None).raw(
        f"GET {CONTACTS} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-Key: wrong\r\nX-API-Key: {alice.key}\r\n\r\n".encode()
    )
    assert b"HTTP/1.1 401" in answer


def test_white_space_alone_is_no_text_and_is_taken_away_around_one(alice: Persona) -> None:
    for space in WHITE_SPACE:
        refused(alice.client.post("/api/v1/companies", {"name": "Maple", "tags": [space * 3]}), 422, "validation_failed", "/tags/0")
        refused(alice.client.get(f"/api/v1/search?q={quote(space)}"), 400, "invalid_request", "q")
        upserted = alice.client.put(path_of("companies", "by-external-id", "shop", space), {"name": "Maple"})
        refused(upserted, 422, "validation_failed", "/external_ids/shop")
    around = "\x85 Maple\u2028"
    made = alice.client.made("companies", name=around, external_ids={"shop": around})
    assert (made["name"], made["external_ids"]) == ("Maple", {"shop": "Maple"})
    found = alice.client.put(path_of("companies", "by-external-id", "shop", around), {"domain": "maple.example"})
    assert (found.status, found.json["id"]) == (200, made["id"])


def test_the_document_says_of_texts_what_the_server_measures() -> None:
    document = description()["components"]["schemas"]
    assert document["ClientWrite"]["properties"]["name"]["pattern"] == UNBLANK
    assert "pattern" not in document["SignIn"]["properties"]["password"], "a password is taken as it is"
