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
        "performUnsubscribe": {"url": f"{BASE}/webhooks/{{{{bundle.subscribeData.id}}}}", "method": "DELETE"},
    }


def create_of(document: Mapping[str, Any], noun: str, path: str) -> dict[str, Any]:
    """Return the action that creates a record."""
    fields = writable(document, path)
    asked = [{"key": name, "label": words(name).capitalize(), "type": KINDS[kind], "required": False} for name, kind in fields.items()]
    body = {name: f"{{{{bundle.inputData.{name}}}}}" for name in fields}
    made = {"url": f"{BASE}/{path}", "method": "POST", "body": body, "removeMissingValuesFrom": {"body": True, "params": True}}
    operation = {"inputFields": asked, "perform": made, "sample": sample(document, path)}
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


def writable(document: Mapping[str, Any], path: str) -> dict[str, str]:
    """Return the plain fields that a new record takes, with their types."""
    body = document["paths"][f"/api/v1/{path}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema = document["components"]["schemas"][body["$ref"].rsplit("/", 1)[-1]]
    kinds = {name: kind_of(one) for name, one in schema["properties"].items()}
    return {name: kind for name, kind in kinds.items() if kind in KINDS}


def kind_of(schema: Mapping[str, Any]) -> str:
    """Return the type of a field, nothing for what is no plain value."""
    options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    found = schema.get("type", options[0].get("type", "") if len(options) == 1 else "")
    return next((one for one in found if one != "null"), "") if isinstance(found, list) else str(found)


def words(name: str) -> str:
    """Return a name in words."""
    return re.sub(r"_+", " ", name)
