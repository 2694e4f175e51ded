"""Mailchimp's audiences and members, as far as they are used here. Hand-written: the published description may not be copied."""

from __future__ import annotations

from tests.vendors.facts.writing import ANY, TEXT, TIME, TRUTH, either, integer, listed, mapped, one_of, operation, record, slice_of

SOURCE = "mailchimp.com/developer/marketing/api (root, lists, list-members, list-webhooks, batch subscribe), version 3.0.55, read 2026-08"
STATUS = one_of("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")
LINKS = listed(record({"rel": TEXT, "href": TEXT, "method": TEXT, "targetSchema": TEXT, "schema": TEXT}, "targetSchema", "schema"))
MEMBER = record(
    {
        "id": TEXT, "email_address": TEXT, "unique_email_id": TEXT, "contact_id": TEXT, "full_name": TEXT, "web_id": integer(), "email_type": TEXT,
        "status": STATUS, "merge_fields": mapped(ANY), "interests": mapped(TRUTH), "stats": ANY, "timestamp_opt": TEXT, "last_changed": TIME,
        "language": TEXT, "vip": TRUTH, "tags_count": integer(), "tags": listed(record({"id": integer(), "name": TEXT})), "list_id": TEXT,
            "_links": LINKS,
    },
    "contact_id", "web_id", "email_type", "interests", "stats", "timestamp_opt", "language", "vip", "tags_count", "tags", "_links", "full_name",
)  # fmt: skip
WRITTEN = {
    "email_address": TEXT, "email_type": TEXT, "status": STATUS, "status_if_new": STATUS, "merge_fields": mapped(ANY), "interests": mapped(TRUTH),
    "language": TEXT, "vip": TRUTH, "location": ANY, "marketing_permissions": ANY, "ip_signup": TEXT, "timestamp_signup": TEXT, "ip_opt": TEXT,
    "timestamp_opt": TEXT, "tags": listed(TEXT),
}  # fmt: skip
AUDIENCE = record(
    {"id": TEXT, "web_id": integer(), "name": TEXT, "stats": record({"member_count": integer()}), "date_created": TIME, "permission_reminder": TEXT,
     "_links": LINKS},
    "_links",
)  # fmt: skip
PAGE = {"fields": TEXT, "exclude_fields": TEXT, "count": integer(0, 1000), "offset": integer(0)}
MEMBERS = {
    **PAGE, "email_type": TEXT, "status": STATUS, "since_timestamp_opt": TIME, "before_timestamp_opt": TIME, "since_last_changed": TIME,
    "before_last_changed": TIME, "unique_email_id": TEXT, "vip_only": TRUTH, "sort_field": one_of("timestamp_opt", "timestamp_signup",
        "last_changed"),
    "sort_dir": one_of("ASC", "DESC"), "since_last_campaign": TRUTH, "unsubscribed_since": TIME,
}  # fmt: skip
SOURCES = record({"user": TRUTH, "admin": TRUTH, "api": TRUTH}, "*")
EVENTS = record(dict.fromkeys(("subscribe", "unsubscribe", "profile", "cleaned", "upemail", "campaign"), TRUTH), "*")
WEBHOOK = record({"id": TEXT, "url": TEXT, "events": EVENTS, "sources": SOURCES, "list_id": TEXT, "_links": LINKS}, "_links")
SKIPS = {"skip_merge_validation": TRUTH}
BULK = record({"members": listed(record(WRITTEN, "*"), 500), "update_existing": TRUTH, "sync_tags": TRUTH}, "update_existing", "sync_tags")
BULKED = record({"new_members": listed(MEMBER), "updated_members": listed(MEMBER), "errors": listed(ANY), "total_created": integer(),
                 "total_updated": integer(), "error_count": integer()})  # fmt: skip

FACTS = slice_of(
    "Mailchimp Marketing",
    "https://us21.api.mailchimp.com/3.0",
    SOURCE,
    {
        "GET /": operation(record({"account_id": TEXT, "login_id": TEXT, "account_name": TEXT, "email": TEXT, "_links": LINKS}, "_links"),
                           query={"fields": TEXT, "exclude_fields": TEXT}),
        "GET /ping": operation(record({"health_status": TEXT})),
        "GET /lists": operation(record({"lists": listed(AUDIENCE), "total_items": integer(), "constraints": ANY, "_links": LINKS}, "_links",
            "constraints"),
                                query={**PAGE, "sort_field": one_of("date_created"), "sort_dir": one_of("ASC", "DESC"), "email": TEXT}),
        "POST /lists/{list_id}": operation(BULKED, query=SKIPS | {"skip_duplicate_check": TRUTH}, body=BULK),
        "GET /lists/{list_id}/members": operation(
            record({"members": listed(MEMBER, 1000), "list_id": TEXT, "total_items": integer(), "_links": LINKS}, "_links"), query=MEMBERS
        ),
        "POST /lists/{list_id}/members": operation(
            MEMBER, query=SKIPS, body={**record(WRITTEN, "*"), "required": ["email_address", "status"]}
        ),
        "GET /lists/{list_id}/members/{subscriber_hash}": operation(MEMBER, query={"fields": TEXT, "exclude_fields": TEXT}),
        "PUT /lists/{list_id}/members/{subscriber_hash}": operation(
            MEMBER, query=SKIPS, body={**record(WRITTEN, "*"), "required": ["email_address", "status_if_new"]}
        ),
        "PATCH /lists/{list_id}/members/{subscriber_hash}": operation(MEMBER, query=SKIPS, body=record(WRITTEN, "*")),
        "DELETE /lists/{list_id}/members/{subscriber_hash}": operation(status=204),
        "POST /lists/{list_id}/members/{subscriber_hash}/actions/delete-permanent": operation(status=204),
        "POST /lists/{list_id}/members/{subscriber_hash}/tags": operation(
            status=204, body=record({"tags": listed(record({"name": TEXT, "status": one_of("active", "inactive")})), "is_syncing": TRUTH},
                "is_syncing")
        ),
        "GET /lists/{list_id}/merge-fields": operation(
            record({"merge_fields": listed(record({"merge_id": integer(), "tag": TEXT, "name": TEXT, "type": TEXT, "required": TRUTH})),
                    "list_id": TEXT, "total_items": integer()}),
            query={**PAGE, "type": TEXT, "required": TRUTH},
        ),
        "GET /lists/{list_id}/webhooks": operation(record({"webhooks": listed(WEBHOOK), "list_id": TEXT, "total_items": integer(), "_links": LINKS},
            "_links")),
        "POST /lists/{list_id}/webhooks": operation(WEBHOOK, body=record({"url": TEXT, "events": EVENTS, "sources": SOURCES}, "events", "sources")),
        "PATCH /lists/{list_id}/webhooks/{webhook_id}": operation(WEBHOOK, body=record({"url": TEXT, "events": EVENTS, "sources": SOURCES}, "*")),
        "DELETE /lists/{list_id}/webhooks/{webhook_id}": operation(status=204),
    },
)  # fmt: skip
METADATA = slice_of(
    "Mailchimp OAuth metadata",
    "https://login.mailchimp.com",
    "mailchimp.com/developer/marketing/guides/access-user-data-oauth-2, read 2026-08",
    {"GET /oauth2/metadata": operation(record({"dc": TEXT, "role": TEXT, "accountname": TEXT, "user_id": either(integer(), TEXT), "login": ANY,
                                               "login_url": TEXT, "api_endpoint": TEXT}))},
)  # fmt: skip
