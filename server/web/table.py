"""The route table: every operation the appliance serves, put together from the files of handlers."""

from __future__ import annotations

from typing import Final

from server.store.records import resources
from server.web.comparing import comparing
from server.web.handlers import (
    account_pages,
    administration,
    arrivals,
    audit,
    authorize,
    backup_runs,
    batches,
    clients,
    connector_authorizations,
    connector_packages,
    consents,
    contents,
    conversions,
    custom_endpoints,
    custom_fields,
    daily_reports,
    deliveries,
    deprecations,
    duplicates,
    email_accounts,
    email_messages,
    email_reports,
    email_routes,
    email_stats,
    email_streams,
    email_templates,
    errors,
    event_consumers,
    events,
    exports,
    files,
    graphql,
    health,
    hooks,
    imports,
    inbound_messages,
    inbound_policies,
    inbound_sources,
    installations,
    integrations,
    jobs,
    keys,
    legacy,
    me,
    merges,
    oauth,
    object_types,
    openapi,
    operator_keys,
    provider_apps,
    quarantine,
    quotas,
    records,
    request_log,
    sandboxes,
    search,
    sending_domains,
    sessions,
    signing_keys,
    software,
    suppressions,
    syncs,
    tenants,
    tiers,
    timelines,
    tracking,
    uploads,
    users,
    vendor_calls,
    webhooks,
    well_known,
)
from server.web.routes import Route, RouteTable
from server.web.suitecrm import v4_1, v8, v8_tokens

_PUBLIC: Final = (
    health,
    errors,
    account_pages,
    oauth,
    authorize,
    consents,
    well_known,
    v8,
    v8_tokens,
    v4_1,
    hooks,
    files,
    connector_authorizations,
    tracking,
)
_CREDENTIALS: Final = (me, keys, clients, legacy, users, sandboxes)
_TENANT: Final = (
    webhooks,
    deliveries,
    events,
    event_consumers,
    inbound_sources,
    inbound_messages,
    daily_reports,
    inbound_policies,
    integrations,
    installations,
    vendor_calls,
    syncs,
    quarantine,
    provider_apps,
    jobs,
    imports,
    exports,
    conversions,
    batches,
    request_log,
    quotas,
    deprecations,
    audit,
    custom_fields,
    custom_endpoints,
    object_types,
    search,
    timelines,
    duplicates,
    merges,
    graphql,
    contents,
    uploads,
    suppressions,
    email_routes,
    arrivals,
    sending_domains,
    email_messages,
    email_templates,
    email_streams,
    email_accounts,
    email_reports,
    email_stats,
)
_ADMINISTRATION: Final = (sessions, tenants, operator_keys, tiers, signing_keys, connector_packages, administration, software, backup_runs)


def build() -> RouteTable:
    """Return every route."""
    found: list[Route] = []
    for handlers in (*_PUBLIC, *_CREDENTIALS, *_TENANT, *_ADMINISTRATION):
        found += handlers.ROUTES
    for resource in resources():
        if resource.noun != "object":
            found += records.routes(resource)
    found = comparing(found)
    found += openapi.routes(lambda: found)
    return RouteTable(found)
