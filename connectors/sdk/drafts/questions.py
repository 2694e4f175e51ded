"""What a description leaves open, as sentences that tell the person who finishes a draft what to decide, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.sdk.drafts.descriptions import Description
from connectors.sdk.drafts.listings import Collection
from connectors.sdk.drafts.nouns import noun_of
from connectors.sdk.drafts.paging import SYNC_TOKENS


def questions(
    description: Description, collections: Sequence[Collection], ways: Mapping[str, Mapping[str, Any]], *, left: int, probed: bool
) -> Iterator[str]:
    """Yield the questions, the same for every draft first."""
    yield "Drafted from a description: paging, deletes and field maps are guesses until they were tried on a real account."
    yield "Deletes are found by comparing whole listings once a day: declare `deletes` where the vendor tells them."
    yield "The vendor's limits are not declared: enter them with their source and day."
    yield from _listings(description, collections)
    if left > 0:
        yield f"{left} more {'listing was' if left == 1 else 'listings were'} left out."
    if not description.address or "{" in description.address:
        yield "The address differs between accounts: say in `config` where a person finds it."
    if not probed:
        yield "No call is described that tells who we are: `resources.probe` asks for the first listing instead."
    yield from (f"`auth.{name}` sends the bare key as Authorization: give it a `template`." for name, way in ways.items() if _bare(way))


def _listings(description: Description, collections: Sequence[Collection]) -> Iterator[str]:
    nameless = [one.name for one in collections if not noun_of(one.name, description, one.schema)]
    if nameless:
        yield f"Nothing here is like {', '.join(nameless)}: set `local` and a field map, or leave them out."
    vague = [one.name for one in collections if "rows" in one.open]
    if vague:
        yield f"What {', '.join(vague)} answer with is not described: `rows` and `id` are assumed."
    yield from (f"How {one.name} are paged is not described, but they take `{one.open['paging']}`." for one in collections if "paging" in one.open)
    tokens = {name for one in collections for name in SYNC_TOKENS if name in description.parameters(one.path)}
    if tokens:
        yield f"Changes may be read by `{min(tokens)}`: see the cursor kind `delta_token`."
    asked = sorted({name for one in collections for name in one.asked})
    if asked:
        yield f"A person has to enter {', '.join(asked)}: offer choices with `x-options` where the vendor lists them."


def _bare(way: Mapping[str, Any]) -> bool:
    return way["kind"] == "api_key" and re.fullmatch("authorization", str(way["name"]), re.IGNORECASE) is not None
