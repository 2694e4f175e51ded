"""HubSpot's CRM objects, as far as they are used here. Hand-written: the published collection carries no licence to copy it."""

from __future__ import annotations

from tests.vendors.facts.writing import ANY, TEXT, TIME, TRUTH, either, integer, listed, mapped, one_of, operation, record, slice_of

SOURCE = (
    "developers.hubspot.com/docs/api-reference (CRM objects v3, search, properties, webhooks v3), read 2026-08;"
    " associations v4, read 2026-11"
)
NULLABLE = {"type": "string", "nullable": True}
OBJECT = record(
    {
        "id": TEXT, "properties": mapped(NULLABLE), "createdAt": TIME, "updatedAt": TIME, "archived": TRUTH, "archivedAt": TIME,
        "associations": mapped(ANY), "propertiesWithHistory": mapped(ANY),
    },
    "archivedAt", "associations", "propertiesWithHistory",
)  # fmt: skip
PAGING = record({"next": record({"after": TEXT, "link": TEXT}, "link")})
FILTER = record(
    {
        "propertyName": TEXT, "value": TEXT, "values": listed(TEXT), "highValue": TEXT,
        "operator": one_of("EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN", "IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY", "CONTAINS_TOKEN"),
    },
    "value", "values", "highValue",
)  # fmt: skip
SEARCH = record(
    {
        "filterGroups": listed(record({"filters": listed(FILTER, 6)}), 5),
        "sorts": listed(either(TEXT, record({"propertyName": TEXT, "direction": one_of("ASCENDING", "DESCENDING")}, "direction")), 1),
        "query": TEXT, "properties": listed(TEXT), "limit": integer(1, 200), "after": either(TEXT, integer(0)),
    },
    "*",
)  # fmt: skip
LIST = {
    "limit": integer(1, 100), "after": TEXT, "properties": TEXT, "propertiesWithHistory": TEXT, "associations": TEXT, "archived": TRUTH,
}  # fmt: skip
PROPERTIES = mapped(either(NULLABLE, integer(), TRUTH))
ASSOCIATION = record({"to": record({"id": either(TEXT, integer())}), "types": listed(mapped(ANY))})
CREATED = record({"properties": PROPERTIES, "associations": listed(ASSOCIATION), "objectWriteTraceId": TEXT}, "associations", "objectWriteTraceId")
ONE = {"properties": TEXT, "associations": TEXT, "archived": TRUTH, "idProperty": TEXT, "propertiesWithHistory": TEXT}
UPSERT = record({"id": TEXT, "idProperty": TEXT, "properties": PROPERTIES, "objectWriteTraceId": TEXT}, "idProperty", "objectWriteTraceId")
WRITTEN = record({"id": TEXT, "properties": PROPERTIES, "idProperty": TEXT, "objectWriteTraceId": TEXT}, "idProperty", "objectWriteTraceId")
UPSERTED = record({**OBJECT["properties"], "new": TRUTH}, "archivedAt", "associations", "propertiesWithHistory", "new")
BATCH = record(
    {"status": one_of("PENDING", "PROCESSING", "CANCELED", "COMPLETE"), "results": listed(UPSERTED), "startedAt": TIME, "completedAt": TIME,
     "numErrors": integer(), "errors": listed(ANY)},
    "numErrors", "errors",
)  # fmt: skip
PROPERTY = record(
    {"name": TEXT, "label": TEXT, "type": TEXT, "fieldType": TEXT, "groupName": TEXT, "description": TEXT, "options": listed(ANY),
     "hidden": TRUTH, "modificationMetadata": ANY},
    "description", "options", "hidden", "modificationMetadata",
)  # fmt: skip
ACCOUNT = record({"portalId": integer(), "accountType": TEXT, "timeZone": TEXT, "companyCurrency": TEXT, "uiDomain": TEXT,
    "dataHostingLocation": TEXT,
                  "additionalCurrencies": listed(TEXT), "utcOffset": TEXT, "utcOffsetMilliseconds": integer()}, "additionalCurrencies")  # fmt: skip
ASSOCIATION_TYPE = record({"category": one_of("HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED"), "typeId": integer(),
                           "label": NULLABLE}, "label")  # fmt: skip
ASSOCIATED = record(
    {"from": record({"id": TEXT}), "to": listed(record({"toObjectId": integer(), "associationTypes": listed(ASSOCIATION_TYPE)})), "paging": PAGING},
    "paging",
)  # fmt: skip
ASSOCIATIONS = record(
    {"status": one_of("PENDING", "PROCESSING", "CANCELED", "COMPLETE"), "results": listed(ASSOCIATED), "startedAt": TIME, "completedAt": TIME,
     "numErrors": integer(), "errors": listed(record({"status": TEXT, "category": TEXT, "subCategory": TEXT, "message": TEXT, "context": ANY}))},
    "numErrors", "errors",
)  # fmt: skip
LABELLED = record({"fromObjectTypeId": TEXT, "fromObjectId": integer(), "toObjectTypeId": TEXT, "toObjectId": integer(), "labels": listed(TEXT)})
SPECS = listed(record({"associationCategory": one_of("HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED"), "associationTypeId": integer()}))

FACTS = slice_of(
    "HubSpot",
    "https://api.hubapi.com",
    SOURCE,
    {
        "GET /crm/v3/objects/{objectType}": operation(record({"results": listed(OBJECT, 100), "paging": PAGING}, "paging"), query=LIST),
        "POST /crm/v3/objects/{objectType}": operation(OBJECT, status=201, body=CREATED),
        "GET /crm/v3/objects/{objectType}/{objectId}": operation(OBJECT, query=ONE),
        "PATCH /crm/v3/objects/{objectType}/{objectId}": operation(OBJECT, query={"idProperty": TEXT}, body=record({"properties": PROPERTIES})),
        "DELETE /crm/v3/objects/{objectType}/{objectId}": operation(status=204),
        "POST /crm/v3/objects/{objectType}/search": operation(
            record({"total": integer(0), "results": listed(OBJECT, 200), "paging": PAGING}, "paging"), body=SEARCH
        ),
        "POST /crm/v3/objects/{objectType}/batch/read": operation(
            BATCH, body=record({"properties": listed(TEXT), "propertiesWithHistory": listed(TEXT), "idProperty": TEXT,
                                "inputs": listed(record({"id": TEXT}), 100)}, "propertiesWithHistory", "idProperty", "properties"),
            other={207: None},
        ),
        "POST /crm/v3/objects/{objectType}/batch/create": operation(BATCH, status=201, body=record({"inputs": listed(CREATED, 100)})),
        "POST /crm/v3/objects/{objectType}/batch/update": operation(BATCH, body=record({"inputs": listed(WRITTEN, 100)})),
        "POST /crm/v3/objects/{objectType}/batch/upsert": operation(BATCH, body=record({"inputs": listed(UPSERT, 100)})),
        "POST /crm/v3/objects/{objectType}/batch/archive": operation(status=204, body=record({"inputs": listed(record({"id": TEXT}), 100)})),
        "GET /crm/v3/properties/{objectType}": operation(record({"results": listed(PROPERTY)}), query={"archived": TRUTH, "properties": TEXT}),
        "POST /crm/v4/associations/{fromObjectType}/{toObjectType}/batch/read": operation(
            ASSOCIATIONS, body=record({"inputs": listed(record({"id": TEXT, "after": TEXT}, "after"), 1000)}), other={207: ASSOCIATIONS}
        ),
        "PUT /crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}": operation(LABELLED, status=201, body=SPECS),
        "DELETE /crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}": operation(status=204),
        "GET /account-info/v3/details": operation(ACCOUNT),
    },
)  # fmt: skip
