"""Zapier: here we are the API. It subscribes to our hooks, takes their messages, and polls our triggers, of which it lets each id through once.

An address whose Zap was switched off answers 410, which means: do not send here any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.vendors.facts.zapier import FACTS
from tests.vendors.messages import Answer, Call
from tests.vendors.personality import Personality, Slice, route
from tests.vendors.store import Row, Values


class Zapier(Personality):
    key = "zapier"
    host = "hooks.zapier.com"
    descriptions = (Slice(FACTS),)
    required = {"messages": "id"}

    def sample(self, resource: str, number: int) -> Values:
        return {"id": str(number), "body": {}}

    def show(self, resource: str, row: Row) -> Any:
        return row.values

    def authorized(self, call: Call) -> bool:
        return True

    def switched_on(self) -> str:
        """Return the address of a Zap that was just switched on: it is what a subscription names."""
        row = self.store["zaps"].create({})
        return f"https://{self.host}/hooks/standard/1/{row.id}/"

    def switched_off(self, address: str) -> None:
        self.store["zaps"].delete(address.rstrip("/").rpartition("/")[2])

    @route("POST", "/hooks/standard/{account}/{hook}/")
    def take(self, call: Call, account: str, hook: str) -> Answer:
        if self.store["zaps"].get(hook) is None:
            return Answer(410)
        row = self.store["messages"].create({"hook": hook, "body": call.json})
        return Answer.of({"status": "success", "attempt": row.id, "id": row.id, "request_id": row.id})

    def taken(self, address: str) -> list[Any]:
        """Return what a Zap was sent."""
        hook = address.rstrip("/").rpartition("/")[2]
        return [row.values["body"] for row in self.store["messages"].live() if row.values["hook"] == hook]


@dataclass
class Poll:
    """A polling trigger: the first answer only fills its memory, and afterwards a row starts the Zap when its id was never seen."""

    seen: set[str] = field(default_factory=set)
    primed: bool = False

    def fresh(self, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return the rows that start the Zap, oldest first; what comes is to be newest first, each with an id that is text."""
        found = [row for row in rows if self.new(row["id"])]
        self.primed, started = True, self.primed
        return found[::-1] if started else []

    def new(self, row_id: Any) -> bool:
        assert isinstance(row_id, str), "an id may never change its type"
        unseen = row_id not in self.seen
        self.seen.add(row_id)
        return unseen
