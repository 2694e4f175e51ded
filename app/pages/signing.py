"""What else lets somebody in: the keys that tokens are signed with, and the passwords of programs that know only SuiteCRM's own API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, ListView
from app.widgets.fields import Field

SIGNING_KEYS: Final = ListView(
    label="Signing keys",
    path="/admin/v1/signing-keys",
    name="id",
    columns=(
        Column("id", "Id", 380, "code"),
        Column("algorithm", "Algorithm", 110),
        Column("signs_from", "Signs from", 140, "time"),
        Column("retires_at", "Retires", 140, "time"),
    ),
    empty="No signing key yet: one is made with the first token.",
    create=Action(
        "rotate",
        "Sign with a new key",
        "/admin/v1/signing-keys/rotate",
        icon="refresh",
        done="New tokens are signed with a new key",
        danger=Danger(
            "New tokens are signed with a new key; those that are out hold until they end.", (Count("signing keys so far", "/admin/v1/signing-keys"),)
        ),
    ),
)


ENABLED: Final = Field("enabled", "Legacy access", "switch", placeholder="Clients of SuiteCRM may come in")


def switch(_row: dict[str, Any], found: dict[str, Any]) -> tuple[Field, ...]:
    """Return what asks whether clients of SuiteCRM may come in, as it is now."""
    return (replace(ENABLED, default=found["enabled"]),)


PASSWORDS: Final = ListView(
    label="Legacy passwords",
    path="/legacy/passwords",
    name="name",
    columns=(
        Column("user_id", "User", 260, "code"),
        Column("scopes", "Scopes", 260, "list"),
        Column("last_used_at", "Last used", 130, "time"),
        Column("created_at", "Created", 130, "time"),
    ),
    empty="No application password. Clients of SuiteCRM sign in with one.",
    also=(Action("switch", "Legacy access…", "/legacy", "PUT", "settings", form=switch, reads="/legacy", done="Legacy access changed"),),
    create=Action(
        "create",
        "New legacy password",
        "/legacy/passwords",
        icon="plus",
        fields=(
            Field("user_id", "User", "pick", required=True),
            Field("scopes", "What it may do", "names", placeholder="contacts:read", help="One on each line; none is everything that the user may."),
        ),
        done="Legacy password created",
        secret="password",  # noqa: S106 - the name of a field
    ),
    actions=(
        Action(
            "end",
            "End",
            "/legacy/passwords/{id}",
            "DELETE",
            "ban",
            done="Password ended",
            danger=Danger(
                "Whatever signs in with it is refused from then on.", (Count("requests kept in the log", "/logs?actor_id={user_id}"),), typed="id"
            ),
        ),
    ),
)
