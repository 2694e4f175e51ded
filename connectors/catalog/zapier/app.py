"""The app definition that Zapier's command line validates and uploads, made of the OpenAPI document of this appliance.

Triggers are REST hooks: switching a Zap on makes a webhook here, switching it off removes it. Each has a list of recent records, newest
first, for samples, and beside it a polling trigger for Zaps whose appliance cannot be reached all the time; ids are texts and never change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

PLATFORM: Final = "17.9.1"
BASE: Final = "{{bundle.authData.baseUrl}}/api/v1"
NOUNS: Final[Mapping[str, str]] = {
    "contact": "contacts", "company": "companies", "deal": "deals", "activity": "activities", "product": "products", "order": "orders",
    "invoice": "invoices", "payment": "payments",
}  # fmt: skip
VERBS: Final[Mapping[str, str]] = {"created": "New {noun}", "updated": "Updated {noun}", "deleted": "Deleted {noun}"}
FOUND_BY: Final[Mapping[str, str]] = {
    "contact": "email",
    "company": "domain",
    "deal": "name",
    "product": "sku",
    "order": "number",
    "invoice": "number",
}
KINDS: Final[Mapping[str, str]] = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
HOOKED: Final = "const told = bundle.cleanedRequest; return [Object.assign({id: told.data.id}, told.data.record, {event_id: told.id})];"
LISTED: Final = "return z.request({url: bundle.authData.baseUrl + '/api/v1/PATH?limit=50&sort=-created_at'}).then((answer) => answer.json.data);"
CREATED: Final = (
    "const body = {}; for (const [key, value] of Object.entries(bundle.inputData)) {"
    " if (value === undefined || value === null || value === '') continue; const [name, part] = key.split('__');"
    " if (part) { body[name] = Object.assign(body[name] || {}, {[part]: value}); } else { body[name] = value; } }"
    " return z.request({url: bundle.authData.baseUrl + '/api/v1/PATH', method: 'POST', body}).then((answer) => answer.json);"
)
# What is removed is answered with nothing, which the platform takes for a broken answer.
REMOVED: Final = (
    "return z.request({url: bundle.authData.baseUrl + '/api/v1/webhooks/' + bundle.subscribeData.id, method: 'DELETE'}).then(() => ({}));"
)
SEARCHED: Final = (
    "return z.request({url: bundle.authData.baseUrl + '/api/v1/PATH', params: {'filter[FIELD][eq]': bundle.inputData.FIELD}})"
    ".then((answer) => answer.json.data);"
)


def definition(document: Mapping[str, Any], version: str) -> dict[str, Any]:
    """Return the whole app, for the records that the document describes."""
    nouns = {noun: path for noun, path in NOUNS.items() if f"/api/v1/{path}" in document["paths"]}
    triggers = [one for noun, path in nouns.items() for one in triggers_of(document, noun, path)]
    creates = [create_of(document, noun, path) for noun, path in nouns.items()]
    searches = [search_of(document, noun, path) for noun, path in nouns.items() if writable(document, path).get(FOUND_BY.get(noun, ""))]
    return {
        "version": version,
        "platformVersion": PLATFORM,
        "authentication": AUTHENTICATION,
        "requestTemplate": {"headers": {"Authorization": "Bearer {{bundle.authData.apiKey}}", "Accept": "application/json"}},
        "triggers": {one["key"]: one for one in triggers},
        "creates": {one["key"]: one for one in creates},
        "searches": {one["key"]: one for one in searches},
    }


AUTHENTICATION: Final[Mapping[str, Any]] = {
    "type": "custom",
    "fields": [
        {"key": "baseUrl", "label": "Address of the appliance", "type": "string", "required": True, "helpText": "Such as https://crm.example.com"},
        {"key": "apiKey", "label": "API key", "type": "password", "required": True},
    ],
    "test": {"url": f"{BASE}/me", "method": "GET"},
    "connectionLabel": "{{bundle.authData.baseUrl}}",
}


def triggers_of(document: Mapping[str, Any], noun: str, path: str) -> Iterator[dict[str, Any]]:
    """Yield the triggers of a noun: a hook for each thing that happens to it, and a list that is polled."""
    listed = code(LISTED.replace("PATH", path))
    shown = {"performList": listed, "sample": sample(document, path)}
    for verb, label in VERBS.items():
        hook = {"type": "hook", **subscription(f"{noun}.{verb}"), "perform": code(HOOKED), **shown}
        yield entry(f"{noun}_{verb}", noun, label.format(noun=words(noun)), f"Triggers when a {words(noun)} is {verb}.", hook)
    polled = {"type": "polling", "perform": listed, "sample": shown["sample"]}
    yield entry(f"{noun}_polled", noun, f"New {words(noun)} (polled)", f"Looks for new {words(noun)} records from time to time.", polled)


def subscription(event: str) -> dict[str, Any]:
    """Return how a Zap that is switched on makes a webhook, and how it is removed when it is switched off."""
    made = {"name": f"Zapier: {event}", "url": "{{bundle.targetUrl}}", "events": [event]}
    return {
        "performSubscribe": {"url": f"{BASE}/webhooks", "method": "POST", "body": made},
        "performUnsubscribe": code(REMOVED),
    }


def create_of(document: Mapping[str, Any], noun: str, path: str) -> dict[str, Any]:
    """Return the action that creates a record."""
    operation = {
        "inputFields": list(writable(document, path).values()),
        "perform": code(CREATED.replace("PATH", path)),
        "sample": sample(document, path),
    }
    return entry(f"create_{noun}", noun, f"Create {words(noun).capitalize()}", f"Creates a {words(noun)}.", operation)


def search_of(document: Mapping[str, Any], noun: str, path: str) -> dict[str, Any]:
    """Return the search for a record by what it is known by."""
    field = FOUND_BY[noun]
    asked = [{"key": field, "label": words(field).capitalize(), "type": "string", "required": True}]
    operation = {"inputFields": asked, "perform": code(SEARCHED.replace("PATH", path).replace("FIELD", field)), "sample": sample(document, path)}
    return entry(f"find_{noun}", noun, f"Find {words(noun).capitalize()}", f"Finds a {words(noun)} by its {words(field)}.", operation)


def entry(key: str, noun: str, label: str, description: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Return one trigger, action or search."""
    return {"key": key, "noun": words(noun).capitalize(), "display": {"label": label, "description": description}, "operation": operation}


def code(source: str) -> dict[str, Any]:
    """Return a function as the definition holds it."""
    return {"source": source, "args": ["z", "bundle"]}


def sample(document: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the example of a record that the document gives."""
    answer = document["paths"][f"/api/v1/{path}"]["post"]["responses"]["201"]
    found: dict[str, Any] = answer["content"]["application/json"]["example"]
    return found


def writable(document: Mapping[str, Any], path: str) -> dict[str, dict[str, Any]]:
    """Return what is asked for a new record, by key: its plain fields, and `value__currency` for the members of its objects."""
    body = document["paths"][f"/api/v1/{path}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    whole = named(document, body["$ref"])
    found: dict[str, dict[str, Any]] = {}
    for name, schema in whole["properties"].items():
        needed, inner = name in whole.get("required", ()), the_one(schema).get("$ref")
        object_of = named(document, inner) if inner else {}
        for part, rules in object_of.get("properties", {}).items():
            ask(found, f"{name}__{part}", rules, needed=needed and part in object_of.get("required", ()))
        ask(found, name, schema, needed=needed)
    return found


def ask(found: dict[str, dict[str, Any]], key: str, schema: Mapping[str, Any], *, needed: bool) -> None:
    """Add the field that asks for a plain value; nothing for others."""
    kind = KINDS.get(kind_of(schema))
    if kind is not None:
        choices = {"choices": the_one(schema)["enum"]} if "enum" in the_one(schema) else {}
        found[key] = {"key": key, "label": words(key).capitalize(), "type": kind, "required": needed, **choices}


def named(document: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    """Return the schema that a reference names."""
    found: Mapping[str, Any] = document["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return found


def the_one(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a schema is besides null; nothing where it may be several things."""
    if "anyOf" not in schema:
        return schema
    options: list[Mapping[str, Any]] = [one for one in schema["anyOf"] if one.get("type") != "null"]
    return options[0] if len(options) == 1 else {}


def kind_of(schema: Mapping[str, Any]) -> str:
    """Return the type of a field, nothing for what is no plain value."""
    found = the_one(schema).get("type", "")
    return next((one for one in found if one != "null"), "") if isinstance(found, list) else str(found)


def words(name: str) -> str:
    """Return a name in words."""
    return re.sub(r"_+", " ", name)
