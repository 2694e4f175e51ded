"""Salesforce's REST API, as far as it is used here. Hand-written: Salesforce describes it per organisation only."""

from __future__ import annotations

from tests.vendors.facts.writing import ANY, TEXT, TRUTH, integer, listed, mapped, one_of, operation, record, slice_of

SOURCE = "developer.salesforce.com/docs/atlas.en-us.api_rest (query, rows, external ids, deleted, updated, composite), read 2026-08;"
BULK = " developer.salesforce.com/docs/atlas.en-us.api_asynch (Bulk API 2.0: create a query job, get information, get results, delete), read 2026-11"
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?\+0000$"}
ASKED_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
ATTRIBUTES = record({"type": TEXT, "url": TEXT})
RECORD = {"type": "object", "properties": {"attributes": ATTRIBUTES}, "required": ["attributes"], "additionalProperties": ANY}
RESULT = record({"totalSize": integer(0), "done": TRUTH, "records": listed(RECORD, 2000), "nextRecordsUrl": TEXT}, "nextRecordsUrl")
PROBLEM = record({"statusCode": TEXT, "message": TEXT, "fields": listed(TEXT), "extendedErrorDetails": ANY}, "fields", "extendedErrorDetails")
SAVED = record({"id": TEXT, "success": TRUTH, "errors": listed(PROBLEM), "created": TRUTH}, "id", "created")
FAILURE = listed(record({"errorCode": TEXT, "message": TEXT, "fields": listed(TEXT)}, "fields"))
SENT = {"type": "object", "additionalProperties": ANY}
COMPOSITE = record({"allOrNone": TRUTH, "records": listed(RECORD, 200)}, "allOrNone")
DELETED = record(
    {"deletedRecords": listed(record({"id": TEXT, "deletedDate": MOMENT})), "earliestDateAvailable": MOMENT, "latestDateCovered": MOMENT}
)
SPAN = {"start": ASKED_MOMENT, "end": ASKED_MOMENT}
FIELD = {"type": "object", "properties": {"name": TEXT, "label": TEXT, "type": TEXT, "createable": TRUTH, "updateable": TRUTH, "custom": TRUTH},
         "required": ["name", "label", "type"]}  # fmt: skip
DATA = "/services/data/{version}"
ASKED_JOB = record({"operation": one_of("query", "queryAll"), "query": TEXT, "contentType": one_of("CSV"), "columnDelimiter": TEXT,
                    "lineEnding": TEXT},
                   "contentType", "columnDelimiter", "lineEnding")  # fmt: skip
JOB = record(
    {"id": TEXT, "operation": one_of("query", "queryAll"), "object": TEXT, "createdById": TEXT, "createdDate": MOMENT, "systemModstamp": MOMENT,
     "state": one_of("UploadComplete", "InProgress", "Aborted", "JobComplete", "Failed"), "concurrencyMode": one_of("Parallel"),
     "contentType": one_of("CSV"), "apiVersion": {"type": "number"}, "lineEnding": TEXT, "columnDelimiter": TEXT, "jobType": TEXT,
     "numberRecordsProcessed": integer(0), "retries": integer(0), "totalProcessingTime": integer(0)},
    "jobType", "numberRecordsProcessed", "retries", "totalProcessingTime",
)  # fmt: skip
ERRORS = dict.fromkeys((400, 401, 403, 404), FAILURE)

FACTS = slice_of(
    "Salesforce REST",
    "https://example.my.salesforce.com",
    SOURCE + BULK,
    {
        f"GET {DATA}/query": operation(RESULT, query={"q": TEXT}, needs=("q",), other=ERRORS),
        f"GET {DATA}/queryAll": operation(RESULT, query={"q": TEXT}, needs=("q",), other=ERRORS),
        f"GET {DATA}/query/{{locator}}": operation(RESULT, other=ERRORS),
        f"GET {DATA}/sobjects": operation(record({"encoding": TEXT, "maxBatchSize": integer(), "sobjects": listed(mapped(ANY))}), other=ERRORS),
        f"GET {DATA}/sobjects/{{object}}/describe": operation(
            {"type": "object", "properties": {"name": TEXT, "fields": listed(FIELD)}, "required": ["name", "fields"]}, other=ERRORS
        ),
        f"GET {DATA}/sobjects/{{object}}/deleted": operation(DELETED, query=SPAN, needs=("start", "end"), other=ERRORS),
        f"GET {DATA}/sobjects/{{object}}/deleted/": operation(DELETED, query=SPAN, needs=("start", "end"), other=ERRORS),
        f"GET {DATA}/sobjects/{{object}}/updated/": operation(
            record({"ids": listed(TEXT), "latestDateCovered": MOMENT}), query=SPAN, needs=("start", "end"), other=ERRORS
        ),
        f"POST {DATA}/sobjects/{{object}}": operation(SAVED, status=201, body=SENT, other=ERRORS),
        f"GET {DATA}/sobjects/{{object}}/{{id}}": operation(RECORD, query={"fields": TEXT}, other=ERRORS),
        f"PATCH {DATA}/sobjects/{{object}}/{{id}}": operation(status=204, body=SENT, other={**ERRORS, 412: None}),
        f"DELETE {DATA}/sobjects/{{object}}/{{id}}": operation(status=204, other=ERRORS),
        f"PATCH {DATA}/sobjects/{{object}}/{{field}}/{{value}}": operation(SAVED, status=200, body=SENT, other={**ERRORS, 201: SAVED, 204: None}),
        f"POST {DATA}/composite/sobjects": operation(listed(SAVED), body=COMPOSITE, other=ERRORS),
        f"PATCH {DATA}/composite/sobjects": operation(listed(SAVED), body=COMPOSITE, other=ERRORS),
        f"PATCH {DATA}/composite/sobjects/{{object}}/{{field}}": operation(listed(SAVED), body=COMPOSITE, other=ERRORS),
        f"DELETE {DATA}/composite/sobjects": operation(listed(SAVED), query={"ids": TEXT, "allOrNone": TRUTH}, needs=("ids",), other=ERRORS),
        f"POST {DATA}/jobs/query": operation(JOB, body=ASKED_JOB, other=ERRORS),
        f"GET {DATA}/jobs/query/{{job}}": operation(JOB, other=ERRORS),
        f"DELETE {DATA}/jobs/query/{{job}}": operation(status=204, other=ERRORS),
        f"GET {DATA}/jobs/query/{{job}}/results": operation(query={"maxRecords": integer(1), "locator": TEXT}, other=ERRORS),
        f"GET {DATA}/limits": operation(mapped(mapped(integer())), other=ERRORS),
        "GET /services/oauth2/userinfo": operation(
            {"type": "object", "properties": {"user_id": TEXT, "organization_id": TEXT, "name": TEXT, "email": TEXT, "user_type": one_of("STANDARD")},
             "required": ["user_id", "organization_id"]},
            other={401: None, 403: None},
        ),
    },
)  # fmt: skip
