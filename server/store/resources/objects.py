"""Records of the types that tenants define themselves; all their fields are custom fields."""

from __future__ import annotations

from server.store.declaration import Record, Resource
from server.store.fields import Text


class CustomObject(Record):
    """A record of a tenant's own type."""

    type: Text


RESOURCE = Resource(CustomObject, noun="object", plural="objects", prefix="obj", title=(), indexed=("type",))
