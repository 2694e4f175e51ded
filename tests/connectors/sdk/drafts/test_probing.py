"""Who we are is asked where vendors tell it, and with no more than every call needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from connectors.sdk.drafts.descriptions import Description
from connectors.sdk.drafts.listings import Listings
from connectors.sdk.drafts.probing import probe_of

DOCUMENT = json.loads(Path(__file__).with_name("acme.json").read_text(encoding="utf-8"))


def probed(paths: dict[str, Any]) -> dict[str, Any]:
    listings = Listings(Description({**DOCUMENT, "paths": paths}))
    return probe_of(listings.description, listings.best(3), listings.usual)


def test_the_path_and_the_id_are_found_where_vendors_tell_them() -> None:
    assert probed(DOCUMENT["paths"]) == {"reads": False, "list": "/me", "id": "user.id"}


def test_where_nobody_tells_the_first_listing_is_asked() -> None:
    orders = {"/orders": DOCUMENT["paths"]["/orders"]}
    assert probed(orders) == {"reads": False, "list": "/orders?per_page=2"}
    needy = {"parameters": [{"name": "q", "in": "query", "required": True}], **DOCUMENT["paths"]["/me"]}
    assert probed({**orders, "/me": needy})["list"] == "/orders?per_page=2"
    assert probed({**orders, "/others": {}, "/teams/{team}/me": DOCUMENT["paths"]["/me"], "/me": {"post": {}}})["list"] == "/orders?per_page=2"


def test_a_listing_s_headers_go_along_and_few_rows_are_asked_for() -> None:
    get = DOCUMENT["paths"]["/orders"]["get"]
    headed = {**get, "parameters": [{"name": "X-Org", "in": "header", "required": True, "schema": {"type": "string"}}]}
    assert probed({"/orders": {"get": headed}}) == {"reads": False, "list": "/orders", "headers": {"X-Org": "{xOrg}"}}
