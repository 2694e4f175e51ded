"""What things are called whose ids stand in the rows of a list: read once beside the rows, off the thread that draws, and remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from app.client.api import Api, Place, Row
from app.client.cancellation import Cancellation
from app.client.errors import Forbidden, Invalid, Missing
from app.client.references import called, is_asked_by_ids, read_many
from app.models.columns import NAMED, Column, references
from app.system.languages import tr

SEVERAL: Final = 3  # ids from which on they are asked for together, instead of one after the other
MOST: Final = 40  # things that are read one by one for a page of rows; the others keep their ids


class Names:
    """Names by where they are used, where they lie and by id; an id without one is remembered as such."""

    def __init__(self) -> None:
        self._known: dict[tuple[Place | None, str, str], str] = {}

    def fill(self, api: Api, columns: Sequence[Column], rows: Sequence[Row], cancellation: Cancellation) -> None:
        """Put beside the rows what the ids in their columns stand for."""
        wanted = defaultdict[str, set[str]](set)
        for column in columns:
            for home, one in (found for row in rows for found in references(column, row) if found[1] not in column.words):
                wanted[home].add(one)
        for home, ids in wanted.items():
            self._learn(api, home, ids, cancellation)
        self.put(api, columns, rows)

    def put(self, api: Api, columns: Iterable[Column], rows: Sequence[Row]) -> None:
        """Put beside the rows what is known already, and ask for nothing."""
        for column in columns:
            for row in rows:
                found = references(column, row)
                names = [self._known.get((_home(api, home), home, one)) for home, one in found]
                if any(names):
                    row.setdefault(NAMED, {})[column.key] = ", ".join(name or _said(column, one) for name, (_, one) in zip(names, found, strict=True))

    def of(self, api: Api, path: str, one: str, cancellation: Cancellation) -> str:
        """Return what one thing of a list is called; empty where nobody knows."""
        self._learn(api, path, {one}, cancellation)
        return self._known.get((_home(api, path), path, one), "")

    def take(self, api: Api, path: str, rows: Iterable[Row]) -> None:
        """Remember what the rows of a list are called, which was read for something else."""
        for row in rows:
            self._keep(api, path, str(row["id"]), row)

    def _learn(self, api: Api, path: str, ids: set[str], cancellation: Cancellation) -> None:
        lacking = sorted(self._lacking(api, path, ids))
        together = is_asked_by_ids(path)
        if lacking and (together or len(lacking) >= SEVERAL):
            self._ask(api, path, lacking if together else (), partial(read_many, api, path, lacking, cancellation))
        for one in sorted(self._lacking(api, path, ids))[:MOST]:
            self._ask(api, path, [one], partial(_single, api, path, one, cancellation))

    def _ask(self, api: Api, path: str, ids: Sequence[str], read: Callable[[], Iterable[Row]]) -> None:
        """Remember what is read; of these ids nobody is asked again: one that is gone, or not for this user to see, says what there is to say."""
        with suppress(Missing, Forbidden, Invalid):
            self.take(api, path, read())
        for one in self._lacking(api, path, set(ids)):
            self._keep(api, path, one, {})

    def _lacking(self, api: Api, path: str, ids: set[str]) -> set[str]:
        return {one for one in ids if (_home(api, path), path, one) not in self._known}

    def _keep(self, api: Api, path: str, one: str, row: Row) -> None:
        self._known[_home(api, path), path, one] = called(path, row)


def _home(api: Api, path: str) -> Place | None:
    """Return the tenant and mode in which ids are looked for; none where they are the whole appliance's."""
    return None if path.startswith("/admin/") else api.place


def _said(column: Column, one: str) -> str:
    """Return what stands for what has no name: its words, where the column has some, or itself."""
    return tr(column.words[one]) if one in column.words else one


def _single(api: Api, path: str, one: str, cancellation: Cancellation) -> list[Row]:
    return [{**api.get(f"{path}/{one}", cancellation=cancellation), "id": one}]
