"""The forms of mail accounts make and change every kind of account that the API takes, and no form asks for what the other kind has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from app.pages.acting import changed
from app.pages.mail_accounts import ACCOUNTS, API, API_KEY, APIS
from app.pages.specs import Action
from app.widgets.form import Form

DOCUMENT = json.loads((Path(__file__).parents[3] / "resources" / "openapi.json").read_text("utf-8"))["components"]["schemas"]
ACTIONS: dict[str, Action] = {action.key: action for action in (ACCOUNTS.create, *ACCOUNTS.also, *ACCOUNTS.actions) if action}


def members(schema: dict[str, Any], before: str = "") -> set[str]:
    """Return the members of a document, those inside others with dots."""
    found: set[str] = set()
    for name, one in schema["properties"].items():
        inner = next((part["$ref"].rpartition("/")[2] for part in (one, *one.get("anyOf", ())) if "$ref" in part), None)
        found |= members(DOCUMENT[inner], f"{before}{name}.") if inner else {before + name}
    return found


def test_together_the_forms_ask_for_all_that_an_account_may_have() -> None:
    asked = {field.key for key in ("create", "create_api") for field in ACTIONS[key].fields}
    assert asked == members(DOCUMENT["AccountWrite"]) - {"enabled"}
    assert {field.key for field in (*ACTIONS["edit"].fields, *ACTIONS["edit_api"].fields)} == asked - {"address", "provider"}


def test_an_account_with_a_providers_api_is_entered_and_changed(qtbot: QtBot) -> None:
    form = Form(ACTIONS["create_api"].fields)
    qtbot.addWidget(form)
    given = {
        "name": "SES",
        "address": "shop@example.com",
        "provider": "ses",
        "username": "AKIA1",
        "password": "key",
        "api": {"region": "eu-central-1"},
    }
    form.fill(given)
    assert (form.document(), ACTIONS["create_api"].body, list(APIS)) == (given, {"auth": API_KEY}, ["sendgrid", "ses", "mailgun"])
    row = {**given, "auth": API_KEY, "api": {"region": "eu-central-1", "domain": None, "endpoint": None}, "password": None}
    form = Form(ACTIONS["edit_api"].fields, row)
    qtbot.addWidget(form)
    form.editor("api.region").show("eu-west-1")
    document = form.document()
    assert document is not None
    assert changed(API, row, document) == {"api": {"region": "eu-west-1"}}


def test_each_kind_of_account_has_its_own_form_of_change() -> None:
    shown = {auth: [key for key in ("edit", "edit_api") if ACTIONS[key].fits({"auth": auth})] for auth in ("password", "xoauth2", API_KEY)}
    assert shown == {"password": ["edit"], "xoauth2": ["edit"], API_KEY: ["edit_api"]}
