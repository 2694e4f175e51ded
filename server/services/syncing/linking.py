"""Links between synced records: the vendor's ids become ours on the way in, and ours theirs on the way out, by what the installation has synced.

What a page or a batch leads to is looked up at once, not row by row. A link whose other end is not here, or not at the vendor, stays empty,
and is told as awaited: our ids never leave, and nobody's ids are guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from server.outbound.vendors.values import FieldMap, FieldMaps, identities
from server.services.syncing.fields import Fields, Flat
from server.store import awaited_links, external_records
from server.store import records as stored
from server.store.awaited_links import IN, OUT, Awaited
from server.store.records import by_noun

PEOPLE: Final = "participants"
"""The field whose members are known by their addresses, by whatever contact has such, since calendars know people by nothing else."""

if TYPE_CHECKING:
    from server.services.syncing.connections import Connection
    from server.store.external_records import Link
    from server.store.records import Document


def in_order(maps: Mapping[str, FieldMaps]) -> list[str]:
    """Return the resources as they are declared, but each behind those that it refers to, as far as they do not refer to one another."""
    found: dict[str, None] = {}

    def place(name: str, behind: tuple[str, ...]) -> None:
        for target in (target for one in maps[name].links for target in one.refers):
            if target in maps and target not in (*found, *behind):
                place(target, (*behind, target))
        found[name] = None

    for name in maps:
        if name not in found:
            place(name, (name,))
    return list(found)


@dataclass
class Links:
    """The links of one resource's records. What `meet` and `meet_sent` looked up holds until they look up again."""

    connection: Connection
    name: str
    fields: Fields
    _here: dict[tuple[str, str], str] = field(default_factory=dict, init=False)
    _there: dict[tuple[str, str], str] = field(default_factory=dict, init=False)
    _people: dict[str, str] = field(default_factory=dict, init=False)
    _inward: tuple[FieldMap, ...] = field(init=False)
    _outward: tuple[FieldMap, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Tell the fields that lead somewhere by the way they go."""
        links = self.fields.maps.links
        self._inward = tuple(one for one in links if one.way != "out")
        self._outward = tuple(one for one in links if one.way != "in")

    @cached_property
    def may_await(self) -> bool:
        """Whether anything of this connector refers to anything: where nothing does, nothing waits."""
        return any(maps.links for maps in self.connection.maps.values())

    def meet(self, rows: Sequence[Flat]) -> None:
        """Look up whom these rows lead to: one query for each resource that they lead to."""
        wanted: dict[str, set[str]] = {}
        for one in self._inward:
            ids = {identity for row in rows for identity in identities(row.get(one.local), one.begins)}
            for target in one.refers:
                wanted.setdefault(target, set()).update(ids)
        self._here = {(target, found): local_id for target, ids in wanted.items() for found, local_id in self._leading_to(target, ids).items()}
        addresses = {one["email"] for row in rows for one in row.get(PEOPLE) or () if "email" in one} if PEOPLE in self.fields.paths else ()
        tenant_id, mode, _ = self.connection.place
        self._people = stored.find_by_values(tenant_id, mode, by_noun()["contact"], "email", sorted(addresses)) if addresses else {}

    def _leading_to(self, target: str, ids: set[str]) -> dict[str, str]:
        maps = self.connection.maps.get(target)
        if maps is None or not ids:
            return {}
        return external_records.leading_to(*self.connection.place, target, by_noun()[maps.local].table, sorted(ids))

    def resolve(self, external_id: str, seen: Flat, base: Mapping[str, Any]) -> tuple[Flat, list[Awaited]]:
        """Return what a row says with our ids in its links, and what it waits for.

        Of several ids the one that both sides last agreed on counts, else the first that is here; those before it are awaited.
        """
        found, awaited = dict(seen), []
        if seen.get(PEOPLE):
            found[PEOPLE] = [{**one, "contact_id": self._people.get(one.get("email", ""))} for one in seen[PEOPLE]]
        for one in self._inward:
            if one.local not in seen:
                continue
            candidates = [(identity, self._met(one, identity)) for identity in identities(seen[one.local], one.begins)]
            here = [local_id for _, local_id in candidates if local_id is not None]
            chosen = base[one.local] if base.get(one.local) in here else here[0] if here else None
            found[one.local] = chosen
            for identity, local_id in candidates:
                if local_id is not None:
                    break
                awaited += [Awaited(self.name, IN, external_id, one.local, target, identity, seen[one.local]) for target in one.refers]
        return found, awaited

    def _met(self, one: FieldMap, identity: str) -> str | None:
        return next((found for target in one.refers if (found := self._here.get((target, identity)))), None)

    def count_led(self, values: Mapping[str, Any], base: Mapping[str, Any]) -> int:
        """Return how many links lead to a record that they did not lead to before."""
        return sum(bool(values.get(one.local)) and values[one.local] != base.get(one.local) for one in self._inward)

    def meet_sent(self, documents: Iterable[Document], links: Iterable[Link]) -> None:
        """Look up as what the vendor knows those that these records lead to, and led to when both sides last agreed."""
        held = [*documents, *(link.base for link in links)]
        self._there = {}
        for one in self._outward:
            wanted = sorted({str(value[one.local]) for value in held if value.get(one.local)})
            for target in one.refers if wanted else ():
                known = external_records.known_as(*self.connection.place, target, wanted)
                self._there |= {(target, local_id): external_id for local_id, external_id in known.items()}

    def _as(self, one: FieldMap, local_id: Any) -> str | None:
        return next((found for target in one.refers if (found := self._there.get((target, str(local_id))))), None)

    def for_vendor(self, document: Document) -> tuple[Document, list[Awaited]]:
        """Return a record with the vendor's ids in its links, and those of its links that the vendor cannot be told of yet."""
        found, awaited = dict(document), []
        for one in self._outward:
            value = document.get(one.local)
            known = self._as(one, value) if value else None
            if value and known is None:
                del found[one.local]
                awaited += [Awaited(self.name, OUT, document["id"], one.local, target, str(value)) for target in one.refers]
            else:
                found[one.local] = known
        return found, awaited

    def before(self, link: Link, changed: Iterable[str]) -> dict[str, str]:
        """Return which rows of the vendor's changed links led to when both sides last agreed, by the vendor's path."""
        led = {one.remote: self._as(one, link.base[one.local]) for one in self._outward if one.local in changed and link.base.get(one.local)}
        return {path: identity for path, identity in led.items() if identity}

    def lacking(self, documents: Sequence[Document]) -> dict[str, list[str]]:
        """Return the records of ours that the vendor has to have before these can lead to them, by the resources they may become."""
        self.meet_sent(documents, ())
        found: dict[str, list[str]] = {}
        for one in self._outward:
            ids = dict.fromkeys(str(value) for document in documents if (value := document.get(one.local)) and self._as(one, value) is None)
            for target in one.refers if ids else ():
                found.setdefault(target, []).extend(ids)
        return found

    def note(self, awaited: Mapping[str, Sequence[Awaited]], *, anew: bool) -> None:
        """Write what rows wait for, in the open transaction; `anew` in the place of what they waited for before."""
        place = self.connection.place
        if anew and awaited:
            awaited_links.forget(*place, self.name, IN, list(awaited))
        awaited_links.put(*place, [one for many in awaited.values() for one in many])

    def note_kept(self, local_id: str, values: Mapping[str, Any], base: Mapping[str, Any], asked: Iterable[str]) -> None:
        """Have a record looked at again whose links stayed as they are here although the vendor's lead elsewhere; in the open transaction.

        It waits for nobody but itself, whom the vendor has, so it is sent at the next opportunity.
        """
        kept = [one.local for one in self._outward if one.local not in asked and values.get(one.local) != base.get(one.local)]
        awaited_links.put(*self.connection.place, [Awaited(self.name, OUT, local_id, path, self.name, local_id) for path in kept])

    def unmet(self, link: Link, changed: Iterable[str]) -> set[str]:
        """Return the changed links on which nobody has agreed, since the vendor's lead to what is not here yet: they wait for that."""
        doubtful = {one.local for one in self._outward if one.local in changed and one.local not in link.base}
        return doubtful & awaited_links.paths_of(*self.connection.place, self.name, IN, link.external_id) if doubtful else set()

    def sent(self, external_id: str, paths: Iterable[str]) -> None:
        """Forget what links waited for that lead where ours do now; in the open transaction."""
        for path in {one.local for one in self._outward} & set(paths):
            awaited_links.forget_field(*self.connection.place, self.name, IN, external_id, path)
