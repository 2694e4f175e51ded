"""HubSpot's associations, version 4: whom rows lead to, read a page at a time, made and ended one by one.

Reference: developers.hubspot.com/docs/api-reference/crm-associations-v4, read 2026-11. A contact says itself which company is its primary
one; of a deal it has to be asked. What leads nowhere is told as an error inside a 207, which is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from connectors.sdk.errors import Missing, Refused
from connectors.sdk.paths import at
from connectors.sdk.request import ABSENT, Request
from connectors.sdk.values import Asked, Change, Outcome, Page

OWN: Final = "associatedcompanyid"
PLACES: Final[Mapping[str, Mapping[str, str]]] = {
    "contacts": {"companies": f"properties.{OWN}"},
    "deals": {"companies": "associations.companies", "contacts": "associations.contacts"},
}
"""Where in a row's values the ids stand that it leads to, by the noun and that of the others."""
KINDS: Final = {("contacts", "companies"): 1, ("deals", "companies"): 5, ("deals", "contacts"): 3}
"""The type of an association that counts most: with the primary company, and with a deal's contact."""


def led(name: str, values: Mapping[str, Any]) -> dict[str, str | None]:
    """Return whom values lead to, by the others' noun; None to nobody any more, and what they do not speak of is left out."""
    found = {noun: at(values, path, ABSENT) for noun, path in PLACES.get(name, {}).items()}
    return {noun: value for noun, value in found.items() if value is not ABSENT}


def spec(name: str, noun: str) -> list[dict[str, Any]]:
    """Return the type of an association as HubSpot writes it."""
    return [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": KINDS[name, noun]}]


def at_creation(name: str, change: Change) -> list[dict[str, Any]]:
    """Return the associations that a new row is made with."""
    return [{"to": {"id": target}, "types": spec(name, noun)} for noun, target in led(name, change.values).items() if target]


def completed(name: str, wanted: Sequence[str], page: Page) -> Asked[Page]:
    """Return a page whose rows say whom they lead to, primary ones first, as far as that is wanted; one question for each noun."""
    nouns = [noun for noun, path in PLACES.get(name, {}).items() if path in wanted and path.startswith("associations.")]
    inputs = [{"id": row.id} for row in page.rows if row.id]
    found: dict[str, dict[str, list[str]]] = {}
    for noun in nouns if inputs else ():
        asked = Request("POST", f"/crm/v4/associations/{name}/{noun}/batch/read", json={"inputs": inputs}, repeatable=True)
        response = yield replace(asked, scope=f"crm.objects.{noun}.read")
        found[noun] = {str(one["from"]["id"]): in_order(one["to"], KINDS[name, noun]) for one in response.rows("results")}
    rows = [replace(row, values={**row.values, "associations": {noun: of.get(row.id, []) for noun, of in found.items()}}) for row in page.rows]
    return replace(page, rows=rows) if found else page


def in_order(others: Sequence[Mapping[str, Any]], kind: int) -> list[str]:
    """Return the ids of others, those of the kind that counts most first."""
    ranked = sorted((all(each["typeId"] != kind for each in one["associationTypes"]), int(one["toObjectId"])) for one in others)
    return [str(identity) for _, identity in ranked]


def lead(name: str, change: Change, made: Outcome) -> Asked[Outcome]:
    """Make and end the associations that a change speaks of, the new one first; returns the outcome, refused where the other is gone."""
    for noun, target in led(name, change.values).items():
        place, before = f"/crm/v4/objects/{name}/{made.id}/associations/{noun}", change.before.get(PLACES[name][noun])
        try:
            if target:
                yield Request("PUT", f"{place}/{target}", json=spec(name, noun), key=change.key, scope=f"crm.objects.{name}.write")
            if before and before != target:
                yield Request("DELETE", f"{place}/{before}", key=change.key, scope=f"crm.objects.{name}.write")
        except (Missing, Refused) as error:
            return Outcome(change.key, made.id, error=Refused(f"HubSpot did not link it to {noun} {target or before}: {error.detail}"))
    return made
