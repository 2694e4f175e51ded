"""The document as a promise about every answer: what a test gets from an address that it describes has a status and a body that it describes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import quote

import jsonschema_rs

from server.web import table
from server.web.openapi import document
from server.web.routes import RouteTable

_DOCUMENT: Final = "junction:openapi"


@cache
def _routes() -> RouteTable:
    return table.build()


@cache
def _description() -> dict[str, Any]:
    return document.build(_routes().routes)


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    found = _description()
    for name in part.get("$ref", "#").split("/")[1:]:
        found = found[name]
    return found if "$ref" in part else part


@cache
def _answers(method: str, path: str) -> dict[str, Any]:
    operation = _description()["paths"].get(path, {}).get(method.lower(), {})
    return {status: _resolved(answer) for status, answer in operation.get("responses", {}).items()}


@cache
def _registry() -> jsonschema_rs.Registry:
    # One for all: a validator with the whole document in it takes megabytes.
    return jsonschema_rs.Registry([(_DOCUMENT, _description())], draft=jsonschema_rs.Draft202012)


@cache
def _validator(method: str, path: str, status: str, media_type: str) -> jsonschema_rs.Draft202012Validator | None:
    answer = _description()["paths"][path][method.lower()]["responses"][status]
    if media_type not in _resolved(answer).get("content", {}):
        return None
    way = answer.get("$ref", "#" + "/".join(("", "paths", _escaped(path), method.lower(), "responses", status)))
    place = f"{way}/content/{_escaped(media_type)}/schema"
    return jsonschema_rs.Draft202012Validator({"$ref": f"{_DOCUMENT}{place}"}, registry=_registry())


def _escaped(name: str) -> str:
    """Return a name as it stands in a pointer within an address (RFC 6901, section 6)."""
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~")


def _has(answer: dict[str, Any], media_type: str) -> bool:
    return bool({media_type, "*/*"} & answer.get("content", {}).keys())


def check(method: str, target: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Raise AssertionError for an answer of a described operation that the document does not have."""
    path = target.partition("?")[0]
    found = _routes().find(path)
    if found is None or method not in found[0]:
        return
    route = found[0][method][0]
    answers = _answers(method, route.path)
    if not answers:
        return
    told = f"{method} {route.path}: {status} {body[:500]!r}"
    assert str(status) in answers, f"not described: {told}"
    if not body:
        return
    media_type = headers.get("content-type", "").partition(";")[0]
    assert _has(answers[str(status)], media_type), f"{media_type} is not described: {told}"
    validator = _validator(method, route.path, str(status), media_type)
    if validator is None or not media_type.endswith(("/json", "+json")):
        return
    value = json.loads(body)
    # A list of questions is answered by a list of what the document describes.
    each = value if isinstance(value, list) and route.tag == "GraphQL" else [value]
    faults = [f"{fault.instance_path}: {fault.message[:300]}" for one in each for fault in validator.iter_errors(one)]
    assert not faults, f"{told} {faults[:3]}"
