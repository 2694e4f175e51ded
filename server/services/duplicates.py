"""Duplicates of contacts and companies: groups of records that share what only one of a kind should have.

Every record is kept under the keys that a duplicate of it would share, so finding groups is one walk over an index and
never compares everything with everything. What is shown is compared again, record by record, as it is now.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel

from server.domain import cursors
from server.domain import duplicates as rules
from server.domain.events import MERGEABLE_NOUNS
from server.domain.permissions import permit
from server.services import pages, vaults
from server.store import duplicates, records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Actor
    from server.store.declaration import Resource
    from server.store.records import Document

NOUNS: Final = frozenset(MERGEABLE_NOUNS)
MOST_SHOWN: Final = 20
# The kinds of keys in the order of what they prove; a group shows up under the first key that all of its records share.
_ORDER: Final = {"email": "1", "domain": "2", "name": "3", "phone": "4", "company": "5"}


class DuplicateGroup(BaseModel):
    """Records that look like one; `records` holds the oldest of them, `count` says how many there are."""

    object: Literal["duplicate_group"]
    score: float
    reasons: list[str]
    count: int
    records: list[dict[str, Any]]


def keys_of(document: Document) -> set[str]:
    """Return the keys of a record as they are stored: short, of one length, and without what they were made of."""
    return {_ORDER[key.partition(":")[0]] + blake2b(key.encode(), digest_size=12).hexdigest() for key in rules.candidate_keys(document)}


def keep(tenant_id: str, mode: str, noun: str, keys: Mapping[str, set[str]]) -> None:
    """Make these the keys of records, given by id."""
    duplicates.put(tenant_id, mode, noun, keys)


def list_page(actor: Actor, resource: Resource, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return groups of duplicates, what is most surely one first, and the cursor of the next page."""
    permit(actor, f"{resource.scope}:read")
    key, scope = vaults.cursor_key(), pages.scope_of(actor, "duplicates", resource.plural)
    after = cursors.decode(key, scope, cursor)[0] if cursor else ""
    groups: list[dict[str, Any]] = []
    while len(groups) < limit:
        shared = duplicates.shared(actor.tenant_id, actor.mode, resource.noun, after, limit - len(groups))
        groups += _groups(actor, resource, dict(shared))
        if not shared:
            return groups, None
        after = shared[-1][0]
    more = duplicates.shared(actor.tenant_id, actor.mode, resource.noun, after, 1)
    return groups, cursors.encode(key, scope, [after]) if more else None


def _groups(actor: Actor, resource: Resource, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    members = duplicates.members(actor.tenant_id, actor.mode, resource.noun, list(counts), MOST_SHOWN)
    wanted = sorted({object_id for some in members.values() for object_id in some})
    there = records.find_many(actor.tenant_id, actor.mode, resource, wanted)
    found = []
    for key, object_ids in members.items():
        documents = [there[object_id] for object_id in object_ids if object_id in there]
        if len(documents) > 1 and min(set.intersection(*map(keys_of, documents)), default="") == key:
            found.append(_shown(documents, max(counts[key] - len(object_ids), 0) + len(documents)))
    return found


def _shown(documents: Sequence[Document], count: int) -> dict[str, Any]:
    first, *others = documents
    reasons = [reason for reason in rules.WEIGHTS if all(reason in rules.reasons(first, other) for other in others)]
    score = min(rules.score(first, other) for other in others)
    return {"object": "duplicate_group", "score": round(score, 3), "reasons": reasons, "count": count, "records": list(documents)}
