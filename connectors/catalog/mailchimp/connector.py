"""Mailchimp Marketing 3.0. Reference: mailchimp.com/developer/marketing/api, read 2026-08."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal
from urllib.parse import parse_qs, urlencode

from connectors.sdk.answers import explain_status
from connectors.sdk.connector import Connector
from connectors.sdk.cursor import ModifiedSince
from connectors.sdk.deletes import ArchivedList, SnapshotDiff
from connectors.sdk.errors import ConnectorError, Later, Missing
from connectors.sdk.pager import Offset
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource, Write
from connectors.sdk.values import Account, Asked, Call, Change, Event, Field, Option, Outcome, Steps, Subscription

MEMBERS = "/lists/{listId}/members"
BY_CHANGE = Request("GET", MEMBERS, {"sort_field": "last_changed", "sort_dir": "ASC"})


class Mailchimp(Connector):
    """The members of one audience."""

    probe = Request("GET", "/")
    resources = {  # noqa: RUF012 - declared once, never changed
        "members": Resource(
            name="members",
            list=BY_CHANGE,
            get=MEMBERS + "/{id}",
            rows="members",
            total="total_items",
            modified="last_changed",
            pager=Offset(1000, "offset", "count"),
            cursor=ModifiedSince("since_last_changed", format="iso_offset"),
            deletes=SnapshotDiff(archive=ArchivedList({"status": "archived"}, narrowed=True)),
            write=Write(create=f"PUT {MEMBERS}/{{id}}", update=f"PATCH {MEMBERS}/{{id}}", delete=f"DELETE {MEMBERS}/{{id}}"),
        )
    }

    def account(self, response: Response) -> Account:
        """Return whose key it is."""
        return Account(str(response.at("account_id")), str(response.at("account_name")))

    def explain(self, request: Request, response: Response) -> ConnectorError | None:
        """Know that a 403 with nothing in it is how too many requests are refused."""
        if response.status == 403 and not response.body:
            return Later("Mailchimp refuses more requests for now.")
        return explain_status(request, response)

    def write(self, resource: Resource, change: Change) -> Asked[Outcome]:
        """Put new members at the name that their address has, so that doing it twice makes one."""
        if change.action == "create":
            values = {**change.values, "status_if_new": self.known["newMemberStatus"]}
            change = replace(change, id=member(str(change.values.get("email_address", ""))), values=values)
        return super().write(resource, change)

    def fields(self, resource: str) -> Steps[Field]:  # noqa: ARG002 - there is only one
        """Yield the audience's merge fields."""
        response = yield Request("GET", f"/lists/{self.known['listId']}/merge-fields", {"count": 1000})
        for row in response.rows("merge_fields"):
            yield Field(f"merge_fields.{row['tag']}", row["name"], row["type"])

    def options(self, field: str) -> Steps[Option]:  # noqa: ARG002 - there is only one
        """Yield the audiences."""
        response = yield Request("GET", "/lists", {"count": 1000})
        for row in response.rows("lists"):
            yield Option(row["id"], row["name"])

    @property
    def hook_url(self) -> str:
        """The address that Mailchimp calls, with the token that proves it."""
        return f"{self.context.hook_url}?{urlencode({'token': self.context.hook_secret})}"

    def subscribe(self) -> Steps[Subscription]:
        """Have the audience call us, unless it does. What the API changes is not told, since that is us."""
        hooks, topics = f"/lists/{self.known['listId']}/webhooks", self.manifest.hook.topics if self.manifest.hook else ()
        response = yield Request("GET", hooks)
        there = [row["id"] for row in response.rows("webhooks") if row.get("url") == self.hook_url]
        if not there:
            wanted = {"url": self.hook_url, "events": dict.fromkeys(topics, True), "sources": {"user": True, "admin": True, "api": False}}
            response = yield Request("POST", hooks, json=wanted)
            there = [response.at("id")]
        yield Subscription(str(there[0]), " ".join(topics))

    def dispose(self, subscriptions: Sequence[Subscription]) -> Steps[Subscription]:
        """Take our address off the audience."""
        for one in subscriptions:
            with suppress(Missing):
                yield Request("DELETE", f"/lists/{self.known['listId']}/webhooks/{one.id}")
            yield one

    def events(self, call: Call) -> Sequence[Event]:
        """Return what a form tells; a changed address is a member that is gone and one that is new."""
        form = {name: values[0] for name, values in parse_qs(call.body.decode(errors="replace")).items()}
        kind, stamp = form.get("type", ""), form.get("fired_at", "")
        gone = form.get("data[old_email]", "") if kind == "upemail" else form.get("data[email]", "") if form.get("data[action]") == "delete" else ""
        came = form.get("data[new_email]", "") if kind == "upemail" else "" if gone else form.get("data[email]", "")
        told: list[tuple[str, Literal["changed", "deleted"]]] = [(gone, "deleted"), (came, "changed")]
        return [Event(f"{kind}:{stamp}:{member(one)}", kind, "members", member(one), action) for one, action in told if one]


def member(address: str) -> str:
    """Return the name of a member: the MD5 of its address in lower case."""
    return hashlib.md5(address.lower().encode(), usedforsecurity=False).hexdigest()
