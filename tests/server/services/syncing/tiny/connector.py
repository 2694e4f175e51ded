"""The connector of the tiny vendor: read since a moment, by a token that expires, and as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from connectors.sdk.connector import Connector
from connectors.sdk.cursor import DeltaToken, ModifiedSince, Snapshot
from connectors.sdk.deletes import InBand, SnapshotDiff
from connectors.sdk.pager import Keyset
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource
from connectors.sdk.values import Account, Change

BY_ID = Keyset("after", 100)


def save(change: Change, noun: str = "people") -> Request | None:
    """Return the request for a change; a create is no upsert, so its answer must not be lost."""
    if change.action == "create":
        return Request("POST", f"/{noun}", json=change.values, key=change.key)
    if change.action == "delete":
        return Request("DELETE", f"/{noun}/{change.id}", key=change.key)
    return Request("PATCH", f"/{noun}/{change.id}", json=change.values, key=change.key)


def twin(change: Change) -> Request:
    """Return the search for a person who was perhaps made."""
    return Request("GET", "/people", {"mail": str(change.values.get("mail"))})


PEOPLE = Resource(
    name="people",
    list="/people",
    rows="rows",
    total="total",
    get="/people/{id}",
    modified="changed",
    version="version",
    scope="people",
    pager=BY_ID,
    cursor=ModifiedSince("since", format="ms", overlap=1),
    deletes=SnapshotDiff(),
    write=save,
    find=twin,
)


class Tiny(Connector):
    """A vendor of people."""

    probe = Request("GET", "/me", scope="people")
    resources: Mapping[str, Resource] = {
        "people": PEOPLE,
        "firms": replace(PEOPLE, name="firms", list="/firms", get="/firms/{id}", write=partial(save, noun="firms"), find=None),
        "meetings": replace(PEOPLE, name="meetings", list="/meetings", get="/meetings/{id}", write=None, find=None),
        "changes": replace(PEOPLE, name="changes", list="/changes", cursor=DeltaToken("token", "token"), deletes=InBand("gone"), write=None),
        "listed": replace(PEOPLE, name="listed", cursor=Snapshot(), write=None),
    }

    def account(self, response: Response) -> Account:
        """Return whose key it is."""
        return Account(str(response.at("id")), str(response.at("name")), tuple(response.at("scopes")))
