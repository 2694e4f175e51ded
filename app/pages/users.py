"""People who sign in: users of tenants with their roles, and operators with their keys."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, Filter, ListView, PageSpec, removal
from app.widgets.fields import Field

ROLES: Final = {"owner": "Owner", "admin": "Admin", "member": "Member", "viewer": "Viewer", "operator": "Operator"}
ROLE: Final = Field(
    "role", "Role", "choice", choices=ROLES, required=True, default="member", help="What the role allows limits every key of this person too."
)

TRACES: Final = (Count("requests kept in the log", "/admin/v1/logs?actor_id={id}"), Count("acts in the audit trail", "/admin/v1/audit?actor_id={id}"))
USERS: Final = ListView(
    label="Users",
    path="/admin/v1/users",
    name="email",
    object="usr",
    columns=(
        Column("email", "E-mail", 260),
        Column("name", "Name", 150),
        Column("role", "Role", 100, "badge"),
        Column("status", "State", 100, "badge"),
        Column("totp_enabled", "Second factor", 110, "switch"),
        Column("last_sign_in_at", "Last signed in", 130, "time", void="never"),
        Column("tenant_id", "Tenant", 200, "code"),
    ),
    filters=(Filter("search", "Search"), Filter("tenant", "Tenant", source="/admin/v1/tenants")),
    facts=(
        Column("email", "E-mail"),
        Column("name", "Name"),
        Column("role", "Role", kind="badge"),
        Column("status", "State", kind="badge"),
        Column("tenant_id", "Tenant", kind="code"),
        Column("totp_enabled", "Second factor", kind="switch"),
        Column("last_sign_in_at", "Last signed in", kind="time"),
        Column("created_at", "Created", kind="time"),
    ),
    empty="Nobody yet.",
    create=Action(
        "invite",
        "Invite a user",
        "/admin/v1/users",
        icon="plus",
        fields=(
            Field("email", "E-mail", required=True, placeholder="ada@example.com"),
            Field("name", "Name"),
            ROLE,
            Field("tenant_id", "Tenant", "pick", help="Operators belong to no tenant."),
            Field("password", "Password", "password", help="Empty: an invitation is sent by mail."),
        ),
        done="User created",
    ),
    actions=(
        Action("edit", "Edit", "/admin/v1/users/{id}", "PATCH", "edit", fields=(Field("name", "Name"), ROLE), edits=True, done="User changed"),
        Action(
            "reset",
            "Reset password",
            "/admin/v1/users/{id}/reset-password",
            icon="refresh",
            done="Password reset: a mail is on its way",
            danger=Danger("Every session of this person ends, and a mail with the way to a new password is sent.", TRACES, typed="email"),
        ),
        Action(
            "invite", "Invite again", "/admin/v1/users/{id}/invite", icon="mail", done="Invitation sent", when=lambda row: row["status"] == "invited"
        ),
        Action(
            "disable",
            "Disable",
            "/admin/v1/users/{id}",
            "PATCH",
            "pause",
            body={"status": "disabled"},
            done="User disabled",
            when=lambda row: row["status"] == "active",
            danger=Danger("Every session of this person ends, and the keys that act for them are refused.", TRACES, typed="email"),
        ),
        Action(
            "enable",
            "Enable",
            "/admin/v1/users/{id}",
            "PATCH",
            "play",
            body={"status": "active"},
            done="User enabled",
            when=lambda row: row["status"] == "disabled",
        ),
        removal("/admin/v1/users/{id}", "User removed", Danger("The account and the keys that act for it are gone for good.", TRACES, typed="email")),
    ),
)

OPERATOR_KEYS: Final = ListView(
    label="Operator keys",
    path="/admin/v1/operator-keys",
    columns=(
        Column("name", "Name", 240),
        Column("hint", "Key", 220, "code"),
        Column("last_used_at", "Last used", 140, "time", void="never"),
        Column("created_at", "Created", 140, "time"),
    ),
    empty="No operator key. Scripts administer the appliance with one.",
    create=Action(
        "create",
        "New operator key",
        "/admin/v1/operator-keys",
        icon="plus",
        fields=(Field("name", "Name", required=True, placeholder="Backups"),),
        about="An operator key may do everything that you may do here.",
        done="Operator key created",
        secret="key",  # noqa: S106 - the name of a field
    ),
    actions=(
        Action(
            "revoke",
            "Revoke",
            "/admin/v1/operator-keys/{id}",
            "DELETE",
            "ban",
            done="Operator key revoked",
            danger=Danger("Every script that uses this key is refused from then on.", TRACES),
        ),
    ),
)

PAGE: Final = PageSpec("users", "Users and roles", "users", "Access", "Who signs in, and what each may do.", (USERS, OPERATOR_KEYS))
