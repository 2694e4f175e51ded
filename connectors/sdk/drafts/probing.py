"""The cheap call that tells who we are: where vendors use to tell it, else the first listing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from connectors.sdk.drafts.descriptions import UNCHECKED, Description
from connectors.sdk.drafts.listings import Collection
from connectors.sdk.drafts.naming import bare, camel

WHOAMI: Final = ("me", "account", "profile", "whoami", "userinfo", "self", "ping", "user", "status", "info", "auth.test", "@me")
FEW: Final = 2
IDS: Final = ("id", "account_id", "uuid", "team_id", "emailAddress", "email")


def probe_of(description: Description, collections: Sequence[Collection], usual: set[str]) -> dict[str, Any]:
    """Return the probe as a declared resource: its path, and where the account's id stands in the answer, if it does."""
    found = next(iter(_told(description, usual)), None)
    if found is None:
        first = collections[0]
        headers = first.members.get("headers", {})
        size = first.members["pager"].get("size_param", "")
        path = first.members["list"] + (f"{'&' if '?' in first.members['list'] else '?'}{size}={FEW}" if size else "")
        return {"reads": False, "list": path, **({"headers": headers} if headers else {})}
    path, identity = found
    return {"reads": False, "list": re.sub(r"\{([^}]+)\}", lambda one: f"{{{camel(one[1])}}}", path), "id": identity}


def _told(description: Description, usual: set[str]) -> Iterator[tuple[str, str]]:
    for name in WHOAMI:
        for path in description.document["paths"]:
            if bare(path).rsplit("/", 1)[-1].lower() == name and _callable(description, path, usual):
                answer = description.answer(description.document["paths"][path]["get"])
                inner = next((f"{one}.id" for one, schema in description.properties(answer).items() if "id" in schema.get("properties", {})), "")
                yield path, description.first(answer, IDS) or inner


def _callable(description: Description, path: str, usual: set[str]) -> bool:
    """Tell whether a path can be asked with what every call of the vendor needs."""
    if description.operation(path, "get") is None:
        return False
    needed = [one for place in ("query", "header") for one in description.parameters(path, place).values() if one.get("required")]
    return all(str(one["name"]).lower() in UNCHECKED for one in needed) and set(re.findall(r"\{([^}]+)\}", path)) <= usual
