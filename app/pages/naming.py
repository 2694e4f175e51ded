"""What things are called whose ids stand in the rows of a list: read once beside the rows, off the thread that draws, and remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from app.client.api import Api, Place, Row
from app.client.cancellation import Cancellation
from app.client.errors import Refused
from app.models.columns import NAMED, Column, reach

# What a list calls its things by, where that is not their name.
LABELS: Final[Mapping[str, str]] = {"/users": "email", "/admin/v1/users": "email", "/contacts": "first_name last_name"}
SEVERAL: Final = 3  # ids from which on a whole page of their list is read, instead of one after the other
MOST: Final = 40  # things that are read one by one for a page of rows; the others keep their ids


class Names:
    """Names by where they are used, where they lie and by id; an id without one is remembered as such."""

    def __init__(self) -> None:
        self._known: dict[tuple[Place | None, str, str], str] = {}

    def fill(self, api: Api, columns: Iterable[Column], rows: Sequence[Row], cancellation: Cancellation) -> None:
        """Put beside the rows what the ids in their columns stand for."""
        wanted = [column for column in columns if column.names]
        for column in wanted:
            self._learn(api, column.names, {str(found) for row in rows if (found := reach(row, column.key))}, cancellation)
        self.put(api, wanted, rows)

    def put(self, api: Api, columns: Iterable[Column], rows: Sequence[Row]) -> None:
        """Put beside the rows what is known already, and ask for nothing."""
        for column in columns:
            for row in rows if column.names else ():
                name = self._known.get((_home(api, column.names), column.names, str(reach(row, column.key))))
                if name:
                    row.setdefault(NAMED, {})[column.key] = name

    def take(self, api: Api, path: str, rows: Sequence[Row]) -> None:
        """Remember what the rows of a list are called, which was read for something else."""
        for row in rows:
            self._keep(api, path, str(row["id"]), row)

    def _learn(self, api: Api, path: str, ids: set[str], cancellation: Cancellation) -> None:
        if len(self._lacking(api, path, ids)) >= SEVERAL:
            self.take(api, path, api.page(path, cancellation=cancellation).rows)
        for one in sorted(self._lacking(api, path, ids))[:MOST]:
            try:
                self._keep(api, path, one, api.get(f"{path}/{one}", cancellation=cancellation))
            except Refused:
                self._keep(api, path, one, {})  # it is gone, or not for this user to see: its id says what there is to say

    def _lacking(self, api: Api, path: str, ids: set[str]) -> set[str]:
        return {one for one in ids if (_home(api, path), path, one) not in self._known}

    def _keep(self, api: Api, path: str, one: str, row: Row) -> None:
        self._known[_home(api, path), path, one] = " ".join(str(row[name]) for name in LABELS.get(path, "name").split() if row.get(name))


def _home(api: Api, path: str) -> Place | None:
    """Return the tenant and mode in which ids are looked for; none where they are the whole appliance's."""
    return None if path.startswith("/admin/") else api.place
